// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/errors.h"

#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

#include <array>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

constexpr size_t longestMessage = 500;

struct StatusName {
    int status;
    std::string_view name;
};
// google.rpc.Code; the first of a name is what the name means as a status.
constexpr std::array<StatusName, 18> statusNames = {{{400, "INVALID_ARGUMENT"},
                                                     {400, "FAILED_PRECONDITION"},
                                                     {400, "OUT_OF_RANGE"},
                                                     {401, "UNAUTHENTICATED"},
                                                     {402, "FAILED_PRECONDITION"},
                                                     {403, "PERMISSION_DENIED"},
                                                     {404, "NOT_FOUND"},
                                                     {408, "DEADLINE_EXCEEDED"},
                                                     {409, "ABORTED"},
                                                     {413, "INVALID_ARGUMENT"},
                                                     {429, "RESOURCE_EXHAUSTED"},
                                                     {499, "CANCELLED"},
                                                     {500, "INTERNAL"},
                                                     {501, "UNIMPLEMENTED"},
                                                     {502, "UNAVAILABLE"},
                                                     {503, "UNAVAILABLE"},
                                                     {504, "DEADLINE_EXCEEDED"},
                                                     {529, "UNAVAILABLE"}}};

std::string_view nameOf(int status)
{
    for (const StatusName &one : statusNames) {
        if (one.status == status)
            return one.name;
    }
    return status >= 500 ? "INTERNAL" : "INVALID_ARGUMENT";
}

int statusOf(std::string_view name)
{
    if (name == "UNAVAILABLE")
        return 503;
    if (name == "DEADLINE_EXCEEDED")
        return 504;
    for (const StatusName &one : statusNames) {
        if (one.name == name)
            return one.status;
    }
    return 500;
}

void writeError(JsonWriter &out, const Error &error)
{
    const int status = error.httpStatus > 0 ? error.httpStatus : 500;
    out.beginObject();
    out.key("error");
    out.beginObject();
    out.member("code", status);
    out.member("message", error.message);
    out.member("status", nameOf(status));
    if (!error.code.empty() && error.code != nameOf(status)) {
        out.key("details");
        out.beginArray();
        out.beginObject();
        out.member("@type", "type.googleapis.com/google.rpc.ErrorInfo");
        out.member("reason", error.code);
        out.member("domain", "signalbox");
        out.endObject();
        out.endArray();
    }
    out.endObject();
    out.endObject();
}

// At most 500 bytes, not in the middle of a character.
std::string cut(std::string_view text)
{
    if (text.size() <= longestMessage)
        return std::string(text);
    size_t end = longestMessage;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U)
        --end;
    return std::string(text.substr(0, end));
}

std::string_view trimmed(std::string_view text)
{
    const size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos ? std::string_view()
                                           : text.substr(begin, text.find_last_not_of(" \t\r\n") + 1 - begin);
}

std::string plainMessage(std::string_view body)
{
    body = trimmed(body);
    if (!body.starts_with('<'))
        return cut(body);
    const size_t title = body.find("<title>");
    const size_t end = body.find("</title>");
    if (title == std::string_view::npos || end == std::string_view::npos || end < title + 7)
        return cut(body);
    return cut(trimmed(body.substr(title + 7, end - title - 7)));
}

std::string_view textAt(const json::object &object, std::string_view key)
{
    const json::value *value = object.if_contains(key);
    const json::string *text = value ? value->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

struct Details {
    std::string_view reason;
    std::string_view retryDelay;
};

Details detailsOf(const json::object &error)
{
    Details details;
    const json::value *list = error.if_contains("details");
    if (!list || !list->is_array())
        return details;
    for (const json::value &one : list->get_array()) {
        const json::object *detail = one.if_object();
        if (!detail)
            continue;
        const std::string_view type = textAt(*detail, "@type");
        if (type.ends_with("google.rpc.RetryInfo"))
            details.retryDelay = textAt(*detail, "retryDelay");
        else if (type.ends_with("google.rpc.ErrorInfo"))
            details.reason = textAt(*detail, "reason");
    }
    return details;
}

const json::value *errorIn(const json::value &body)
{
    const json::value *value = &body;
    if (const json::array *list = value->if_array()) {
        if (list->empty())
            return nullptr;
        value = &list->front();
    }
    const json::object *object = value->if_object();
    return object ? object->if_contains("error") : nullptr;
}

} // namespace

std::string errorBody(const Error &error)
{
    std::string body;
    JsonWriter out(body);
    writeError(out, error);
    return body;
}

std::string errorEvent(const Error &error, StreamFraming framing)
{
    const std::string body = errorBody(error);
    return framing == StreamFraming::Sse ? "data: " + body + "\r\n\r\n" : '[' + body + ']';
}

Error errorOf(const json::value &value, int status)
{
    Error error;
    error.httpStatus = status;
    if (const json::string *text = value.if_string()) {
        error.message = cut(*text);
    } else if (const json::object *object = value.if_object()) {
        const Details details = detailsOf(*object);
        error.code = textAt(*object, "status");
        error.message = cut(textAt(*object, "message"));
        if (details.reason == "API_KEY_INVALID") // comes as a 400
            error.code = details.reason;
        const std::string delay(details.retryDelay);
        if (!delay.empty() && error.message.find(" retry in ") == std::string::npos &&
            error.message.find("Please retry in ") == std::string::npos && error.message.size() + 40 < longestMessage)
            error.message += " Retry in " + delay + '.';
        const json::value *code = object->if_contains("code");
        if (status == 0 && code && code->is_int64() && code->get_int64() >= 400 && code->get_int64() < 600)
            error.httpStatus = static_cast<int>(code->get_int64());
    }
    if (error.httpStatus == 0)
        error.httpStatus = statusOf(error.code);
    if (error.message.empty())
        error.message = "The provider answered with status " + std::to_string(error.httpStatus) + '.';
    return error;
}

Error readError(int status, std::string_view body)
{
    boost::system::error_code code;
    const json::value parsed = json::parse(body, code);
    if (!code) {
        if (const json::value *error = errorIn(parsed))
            return errorOf(*error, status);
        if (const json::object *object = parsed.if_object()) {
            const std::string_view message = textAt(*object, "message");
            if (!message.empty())
                return {{}, cut(message), status};
        }
    }
    std::string message = plainMessage(body);
    if (message.empty())
        message = "The provider answered with status " + std::to_string(status) + " and no text.";
    return {{}, std::move(message), status};
}

} // namespace signalbox::gemini
