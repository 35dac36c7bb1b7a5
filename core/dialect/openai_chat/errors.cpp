// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/errors.h"

#include "core/dialect/openai_chat/nodes.h"

#include <boost/json.hpp>

#include <array>

namespace signalbox::openai_chat {

namespace {

namespace json = boost::json;

constexpr size_t longestExcerpt = 500;

const char *typeOf(int status)
{
    switch (status) {
    case 401:
        return "authentication_error";
    case 402:
        return "insufficient_quota";
    case 403:
        return "permission_error";
    case 404:
        return "not_found_error";
    case 408:
    case 504:
        return "timeout_error";
    case 429:
        return "rate_limit_error";
    default:
        return status >= 500 ? "server_error" : "invalid_request_error";
    }
}

// Never cuts inside a UTF-8 sequence.
std::string excerpt(std::string_view text)
{
    size_t size = std::min(text.size(), longestExcerpt);
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
        --size;
    return std::string(text.substr(0, size));
}

json::object errorObject(const Error &error)
{
    return {
        {"error",
         {{"message", error.message}, {"type", typeOf(error.httpStatus)}, {"param", nullptr}, {"code", error.code}}}};
}

json::value parsed(std::string_view body)
{
    boost::system::error_code failure;
    json::value value = json::parse(body, failure);
    return failure ? json::value() : value;
}

const json::value *errorField(const json::value &value)
{
    const json::object *object = value.if_object();
    return object ? object->if_contains("error") : nullptr;
}

// Google's endpoint wraps the object in a list.
Node unwrapped(const json::value &root)
{
    const json::array *list = root.if_array();
    return list && !list->empty() ? &list->front() : &root;
}

std::string wordOrNumber(Node holder, const char *key)
{
    const Node node = memberOf(holder, key);
    if (node && node->is_number())
        return json::serialize(*node);
    return std::string(textOf(holder, key));
}

std::string codeOf(Node holder)
{
    for (const char *key : {"code", "type", "status"}) {
        std::string code = wordOrNumber(holder, key);
        if (!code.empty() && code != "error")
            return code;
    }
    return {};
}

// FastAPI: {"detail": [{"loc": ["body", "x"], "msg": "…"}]}.
std::string detailList(const json::array &details)
{
    std::string text;
    for (const json::value &detail : details) {
        if (!text.empty())
            text += "; ";
        if (const json::array *place = listOf(&detail, "loc")) {
            for (const json::value &step : *place)
                text += (step.is_string() ? std::string(step.get_string()) : json::serialize(step)) + '.';
            if (!place->empty())
                text.back() = ':';
            text += ' ';
        }
        text += textOf(&detail, "msg");
    }
    return text;
}

// The text of an error object; OpenRouter keeps the words of the provider behind it apart.
std::string textOfError(Node error)
{
    if (const std::string_view text = textIn(error); !text.empty())
        return std::string(text);
    std::string text(textOf(error, "message"));
    if (text.empty() && listOf(error, "message"))
        text = detailList(*listOf(error, "message"));
    if (text.empty())
        text = textOf(error, "detail");
    if (text.empty() && listOf(error, "detail"))
        text = detailList(*listOf(error, "detail"));
    if (const std::string_view raw = textOf(memberOf(error, "metadata"), "raw"); !raw.empty())
        text += (text.empty() ? "" : ": ") + std::string(raw);
    return text;
}

struct StatusWord {
    std::string_view word;
    int status;
};

constexpr std::array<StatusWord, 14> statusWords = {{{"rate_limit", 429},
                                                     {"insufficient_quota", 429},
                                                     {"insufficient_credits", 402},
                                                     {"authentication", 401},
                                                     {"invalid_api_key", 401},
                                                     {"permission", 403},
                                                     {"not_found", 404},
                                                     {"context_length", 400},
                                                     {"invalid_request", 400},
                                                     {"BadRequest", 400},
                                                     {"overloaded", 529},
                                                     {"timeout", 504},
                                                     {"unavailable", 503},
                                                     {"server_error", 500}}};

int statusOf(Node holder)
{
    for (const char *key : {"code", "status", "status_code"}) {
        const Node node = memberOf(holder, key);
        const int64_t *status = node ? node->if_int64() : nullptr;
        if (status && *status >= 400 && *status < 600)
            return static_cast<int>(*status);
    }
    for (const char *key : {"code", "type"}) {
        for (const StatusWord &known : statusWords) {
            if (textOf(holder, key).find(known.word) != std::string_view::npos)
                return known.status;
        }
    }
    return 502;
}

} // namespace

std::string errorBody(const Error &error)
{
    return json::serialize(errorObject(error));
}

std::string errorEvent(const Error &error)
{
    return "data: " + errorBody(error) + "\n\n";
}

std::string relayedErrorBody(int status, std::string_view body)
{
    const json::value value = parsed(body);
    const json::value *error = errorField(value);
    if (error && error->is_object() && error->get_object().contains("message"))
        return std::string(body);
    std::string message = errorMessageOf(body);
    if (message.empty())
        message = "The provider answered with status " + std::to_string(status) + " and no text.";
    return errorBody({"provider_error", std::move(message), status});
}

std::string errorMessageOf(std::string_view body)
{
    const json::value value = parsed(body);
    const Node root = unwrapped(value);
    const Node error = memberOf(root, "error");
    std::string text = error ? textOfError(error) : std::string();
    if (text.empty() && root->is_object())
        text = textOfError(root);
    return excerpt(text.empty() ? body : std::string_view(text));
}

Error readError(int status, std::string_view body)
{
    const json::value value = parsed(body);
    const Node root = unwrapped(value);
    const Node error = memberOf(root, "error");
    std::string code = codeOf(error && error->is_object() ? error : root);
    std::string message = errorMessageOf(body);
    if (message.empty())
        message = "The provider answered with status " + std::to_string(status) + " and no text.";
    return {std::move(code), std::move(message), status};
}

std::optional<Error> errorIn(const json::value &root)
{
    const Node object = unwrapped(root);
    Node holder = memberOf(object, "error");
    const bool filled = holder && (!textIn(holder).empty() || (holder->is_object() && !holder->get_object().empty()));
    if (!filled) {
        const bool isError =
            textOf(object, "object") == "error" || textOf(object, "type") == "error" ||
            (!memberOf(object, "choices") && (memberOf(object, "message") || memberOf(object, "detail")));
        if (!isError)
            return std::nullopt;
        holder = object;
    }
    std::string message = excerpt(textOfError(holder));
    if (message.empty())
        message = "The provider reported an error without a text.";
    return Error{codeOf(holder), std::move(message), statusOf(holder)};
}

} // namespace signalbox::openai_chat
