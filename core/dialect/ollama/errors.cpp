// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/errors.h"

#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace signalbox::ollama {

namespace {

namespace json = boost::json;

constexpr size_t longestMessage = 500;

struct Words {
    std::string_view text; // in lower case
    int status;
};

constexpr std::array<Words, 9> statusWords = {{{"not found", 404},
                                               {"does not support", 400},
                                               {"invalid", 400},
                                               {"too many requests", 429},
                                               {"rate limit", 429},
                                               {"usage limit", 429},
                                               {"unauthorized", 401},
                                               {"server busy", 503},
                                               {"overloaded", 503}}};

// Never cuts inside a UTF-8 sequence.
std::string excerpt(std::string_view text)
{
    size_t size = std::min(text.size(), longestMessage);
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U)
        --size;
    return std::string(text.substr(0, size));
}

std::string_view textAt(const json::object &object, std::string_view key)
{
    const auto found = object.find(key);
    const json::string *text = found == object.end() ? nullptr : found->value().if_string();
    return text ? std::string_view(*text) : std::string_view();
}

int statusOfWords(std::string_view message)
{
    std::string lower(message);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    for (const Words &words : statusWords) {
        if (lower.find(words.text) != std::string::npos)
            return words.status;
    }
    return 500;
}

Error described(const json::value &member)
{
    if (const json::string *text = member.if_string())
        return {"", excerpt(*text)};
    const json::object *object = member.if_object();
    if (!object)
        return {"", excerpt(jsonText(member))};
    std::string_view code = textAt(*object, "code");
    if (code.empty())
        code = textAt(*object, "type");
    const std::string_view message = textAt(*object, "message");
    return {excerpt(code), message.empty() ? excerpt(jsonText(member)) : excerpt(message)};
}

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

} // namespace

std::string errorBody(const Error &error)
{
    std::string body;
    JsonWriter writer(body);
    writer.beginObject();
    writer.member("error", error.message);
    writer.endObject();
    return body;
}

std::string errorLine(const Error &error)
{
    return errorBody(error) + '\n';
}

Error errorOf(const json::value &member)
{
    Error error = described(member);
    error.httpStatus = statusOfWords(error.message);
    return error;
}

Error readError(int status, std::string_view body)
{
    Error error;
    boost::system::error_code failure;
    json::parse_options options;
    options.max_depth = 128;
    const json::value value = json::parse(body, failure, {}, options);
    const json::object *object = failure ? nullptr : value.if_object();
    const json::value *member = object ? object->if_contains("error") : nullptr;
    if (member && !member->is_null()) {
        error = described(*member);
    } else if (object) {
        for (const char *key : {"message", "detail"}) {
            if (error.message.empty())
                error.message = excerpt(textAt(*object, key));
        }
    }
    if (error.message.empty())
        error.message = excerpt(trimmed(body));
    if (error.message.empty())
        error.message = "The provider answered with status " + std::to_string(status) + " and no text.";
    error.httpStatus = status;
    return error;
}

} // namespace signalbox::ollama
