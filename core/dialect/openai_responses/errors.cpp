// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/errors.h"

#include "core/dialect/openai_chat/errors.h"
#include "core/dialect/openai_responses/response_writer.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

struct KnownCode {
    std::string_view code;
    int status;
};

constexpr std::array<KnownCode, 34> knownCodes = {{
    {"server_error", 500},         {"internal_error", 500},
    {"rate_limit_exceeded", 429},  {"insufficient_quota", 429},
    {"usage_limit_reached", 429},  {"context_length_exceeded", 400},
    {"invalid_prompt", 400},       {"invalid_request_error", 400},
    {"invalid_value", 400},        {"unsupported_parameter", 400},
    {"unsupported_value", 400},    {"missing_required_parameter", 400},
    {"bio_policy", 400},           {"data_residency_mismatch", 400},
    {"invalid_image", 400},        {"invalid_image_format", 400},
    {"invalid_base64_image", 400}, {"invalid_image_url", 400},
    {"image_too_large", 400},      {"image_too_small", 400},
    {"image_parse_error", 400},    {"image_content_policy_violation", 400},
    {"image_file_too_large", 400}, {"unsupported_image_media_type", 400},
    {"empty_image_file", 400},     {"failed_to_download_image", 400},
    {"image_file_not_found", 400}, {"vector_store_timeout", 504},
    {"server_is_overloaded", 503}, {"slow_down", 503},
    {"model_not_found", 404},      {"invalid_api_key", 401},
    {"usage_not_included", 403},   {"unsupported_country_region_territory", 403},
}};

constexpr std::array<KnownCode, 9> knownTypes = {{
    {"invalid_request_error", 400},
    {"authentication_error", 401},
    {"permission_error", 403},
    {"not_found_error", 404},
    {"rate_limit_error", 429},
    {"tokens", 429},
    {"requests", 429},
    {"insufficient_quota", 429},
    {"overloaded_error", 503},
}};

const KnownCode *find(const auto &table, std::string_view word)
{
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const KnownCode &known) { return known.code == word; });
    return found == table.end() ? nullptr : &*found;
}

// Codes may be numbers in bodies of compatible servers.
std::string wordOf(const json::object &object, std::string_view key)
{
    const json::value *value = object.if_contains(key);
    if (!value || value->is_null())
        return {};
    return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

} // namespace

int statusOf(std::string_view code, std::string_view type)
{
    if (const KnownCode *known = find(knownCodes, code))
        return known->status;
    if (const KnownCode *known = find(knownTypes, type))
        return known->status;
    return 500;
}

Error errorOf(const json::value &error, int status)
{
    static constexpr const char *noText = "The provider reported an error without a text.";
    std::string message = openai_chat::errorMessageOf(json::serialize(json::object{{"error", error}}));
    if (error.is_string())
        return {"", std::move(message), status ? status : 500};
    const json::object *object = error.if_object();
    if (!object)
        return {"", noText, status ? status : 500};
    std::string code = wordOf(*object, "code");
    const std::string type = wordOf(*object, "type");
    if (!object->contains("message"))
        message = noText;
    const int known = statusOf(code, type);
    if (code.empty() && type != "error")
        code = type;
    return {std::move(code), std::move(message), status ? status : known};
}

std::string_view failureCode(const Error &error)
{
    if (find(knownCodes, error.code))
        return error.code;
    switch (error.httpStatus) {
    case 429:
        return "rate_limit_exceeded";
    case 503:
    case 529:
        return "server_is_overloaded";
    case 400:
    case 413:
    case 422:
        return "invalid_prompt";
    default:
        return "server_error";
    }
}

Error readError(int status, std::string_view body)
{
    boost::system::error_code failure;
    json::parse_options options;
    options.max_depth = 64;
    const json::value value = json::parse(body, failure, {}, options);
    const json::object *object = failure ? nullptr : value.if_object();
    const json::value *error = object ? object->if_contains("error") : nullptr;
    if (error && (error->is_object() || error->is_string()))
        return errorOf(*error, status);
    std::string message = openai_chat::errorMessageOf(body);
    if (message.empty())
        message = "The provider answered with status " + std::to_string(status) + " and no text.";
    return {object ? wordOf(*object, "code") : std::string(), std::move(message), status};
}

std::string errorEvent(const Error &error)
{
    return failedEvent(error);
}

} // namespace signalbox::openai_responses
