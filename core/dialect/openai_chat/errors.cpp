// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/errors.h"

#include <boost/json.hpp>

namespace signalbox::openai_chat {

namespace {

namespace json = boost::json;

constexpr size_t longestExcerpt = 500;

const char *typeOf(int status)
{
    switch (status) {
    case 401:
        return "authentication_error";
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
    if (const json::value *error = errorField(value)) {
        if (const json::string *text = error->if_string())
            return excerpt(*text);
        if (const json::object *object = error->if_object()) {
            const json::value *message = object->if_contains("message");
            if (message && message->is_string())
                return excerpt(message->get_string());
        }
    }
    if (const json::object *object = value.if_object()) {
        for (const char *name : {"message", "detail"}) {
            const json::value *text = object->if_contains(name);
            if (text && text->is_string())
                return excerpt(text->get_string());
        }
    }
    return excerpt(body);
}

} // namespace signalbox::openai_chat
