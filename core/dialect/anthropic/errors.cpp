// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/errors.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::anthropic {

namespace json = boost::json;

namespace {

constexpr size_t longestMessage = 500;

struct Type {
    int status;
    const char *name;
};

constexpr std::array<Type, 12> types = {{{400, "invalid_request_error"},
                                         {401, "authentication_error"},
                                         {402, "billing_error"},
                                         {403, "permission_error"},
                                         {404, "not_found_error"},
                                         {409, "conflict_error"},
                                         {413, "request_too_large"},
                                         {429, "rate_limit_error"},
                                         {504, "timeout_error"},
                                         {529, "overloaded_error"},
                                         {500, "api_error"},
                                         {408, "timeout_error"}}};

// Never cuts inside a UTF-8 sequence.
std::string excerpt(std::string_view text)
{
    size_t size = std::min(text.size(), longestMessage);
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80)
        --size;
    return std::string(text.substr(0, size));
}

std::string_view textMember(const json::object &object, std::string_view key)
{
    const json::value *value = object.if_contains(key);
    const json::string *text = value ? value->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

std::string_view trimmed(std::string_view text)
{
    const size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

// Pages of proxies say what is wrong in their title.
std::string_view plainText(std::string_view body)
{
    if (!trimmed(body).starts_with('<'))
        return trimmed(body);
    const size_t title = std::min(body.find("<title>"), body.find("<TITLE>"));
    if (title == std::string_view::npos)
        return trimmed(body);
    const size_t begin = title + 7;
    const size_t end = body.find('<', begin);
    return trimmed(body.substr(begin, end == std::string_view::npos ? end : end - begin));
}

void writeError(JsonWriter &writer, const Error &error)
{
    writer.beginObject();
    writer.member("type", "error");
    writer.key("error");
    writer.beginObject();
    writer.member("type", errorTypeOf(error.httpStatus));
    writer.member("message", error.message);
    writer.endObject();
    writer.memberNull("request_id");
    writer.endObject();
}

} // namespace

const char *errorTypeOf(int status)
{
    for (const Type &type : types) {
        if (type.status == status)
            return type.name;
    }
    if (status == 503)
        return "overloaded_error";
    return status >= 400 && status < 500 ? "invalid_request_error" : "api_error";
}

int statusOfErrorType(std::string_view name)
{
    for (const Type &type : types) {
        if (name == type.name)
            return type.status;
    }
    return 500;
}

std::string errorBody(const Error &error)
{
    std::string body;
    JsonWriter writer(body);
    writeError(writer, error);
    return body;
}

std::string errorEvent(const Error &error)
{
    return "event: error\ndata: " + errorBody(error) + "\n\n";
}

Error readErrorObject(const json::value &error, int status)
{
    if (const json::string *text = error.if_string())
        return {"", excerpt(*text), status ? status : 500};
    const json::object *object = error.if_object();
    if (!object)
        return {"", "The provider reported an error without a text.", status ? status : 500};
    std::string_view code = textMember(*object, "type");
    if (code.empty())
        code = textMember(*object, "code");
    std::string message = excerpt(textMember(*object, "message"));
    if (message.empty())
        message = code.empty() ? "The provider reported an error without a text." : excerpt(code);
    return {std::string(code), std::move(message), status ? status : statusOfErrorType(code)};
}

Error readError(int status, std::string_view body)
{
    boost::system::error_code failure;
    const json::value value = json::parse(body, failure);
    const json::object *object = failure ? nullptr : value.if_object();
    if (object) {
        if (const json::value *error = object->if_contains("error"); error && !error->is_null())
            return readErrorObject(*error, status);
        for (const std::string_view key : {"message", "detail"}) {
            if (const std::string_view text = textMember(*object, key); !text.empty())
                return {std::string(textMember(*object, "code")), excerpt(text), status};
        }
    }
    std::string message = excerpt(plainText(body));
    if (message.empty())
        message = "The provider answered with status " + std::to_string(status) + " and no text.";
    return {"", std::move(message), status};
}

} // namespace signalbox::anthropic
