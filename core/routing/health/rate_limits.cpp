// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/rate_limits.h"

#include "core/routing/health/reset_time.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace signalbox {

namespace {

namespace json = boost::json;
using Count = std::optional<int64_t>;

struct Names {
    std::string_view limit, left, reset;
};
struct Family {
    std::string_view name;
    Names requests;
    std::array<Names, 3> tokens; // the scarcest counts
};

constexpr Names usualRequests{"x-ratelimit-limit-requests", "x-ratelimit-remaining-requests",
                              "x-ratelimit-reset-requests"};
constexpr Names usualTokens{"x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"};
constexpr Names bareRequests{"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"};

constexpr std::array families{
    Family{"openai", usualRequests, {usualTokens}},
    Family{"groq", usualRequests, {usualTokens}},
    Family{"litellm", usualRequests, {usualTokens}},
    Family{"anthropic",
           {"anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining",
            "anthropic-ratelimit-requests-reset"},
           {Names{"anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining",
                  "anthropic-ratelimit-tokens-reset"},
            Names{"anthropic-ratelimit-input-tokens-limit", "anthropic-ratelimit-input-tokens-remaining",
                  "anthropic-ratelimit-input-tokens-reset"},
            Names{"anthropic-ratelimit-output-tokens-limit", "anthropic-ratelimit-output-tokens-remaining",
                  "anthropic-ratelimit-output-tokens-reset"}}},
    Family{"cerebras",
           {"x-ratelimit-limit-requests-day", "x-ratelimit-remaining-requests-day", "x-ratelimit-reset-requests-day"},
           {Names{"x-ratelimit-limit-tokens-minute", "x-ratelimit-remaining-tokens-minute",
                  "x-ratelimit-reset-tokens-minute"}}},
    Family{"together", bareRequests, {Names{"x-tokenlimit-limit", "x-tokenlimit-remaining", "x-tokenlimit-reset"}}},
    Family{"fireworks",
           usualRequests,
           {Names{"x-ratelimit-limit-tokens-prompt", "x-ratelimit-remaining-tokens-prompt", {}},
            Names{"x-ratelimit-limit-tokens-generated", "x-ratelimit-remaining-tokens-generated", {}}}},
    Family{"openrouter", bareRequests, {}},
    Family{"mistral",
           {"x-ratelimit-limit-req-minute", "x-ratelimit-remaining-req-minute", {}},
           {Names{"x-ratelimit-limit-tokens-minute", "x-ratelimit-remaining-tokens-minute", {}}}},
    Family{"gemini", {}, {}},
    Family{"retry-after", {}, {}},
    Family{"portkey", {}, {}},
    Family{"none", {}, {}},
};

// Of those whose names nobody has written down: the common ones, the first that are there.
constexpr std::array unknownFamilies{
    Family{"", usualRequests, {usualTokens}},
    Family{"", bareRequests, {}},
};

struct Dimension {
    Count limit, left, resetMs;
};

Count countOf(const HeaderLookup &header, std::string_view name)
{
    constexpr double most = 1e15;
    const auto value = name.empty() ? std::nullopt : decimal(header(name));
    return value && *value <= most ? Count(static_cast<int64_t>(*value)) : std::nullopt;
}

Dimension dimensionOf(const HeaderLookup &header, const Names &names, int64_t nowMs)
{
    Dimension told{countOf(header, names.limit), countOf(header, names.left), {}};
    if (told.limit && *told.limit == 0) // not limited, as some say it
        return {};
    if (told.limit && told.left)
        told.left = std::min(*told.left, *told.limit);
    if (const auto text = names.reset.empty() ? std::string_view() : header(names.reset); !text.empty())
        told.resetMs = waitFromMs(text, nowMs);
    if (!told.limit && !told.left) // a reset of nothing
        return {};
    return told;
}

double shareLeft(const Dimension &dimension)
{
    if (!dimension.left)
        return 2;
    return dimension.limit ? static_cast<double>(*dimension.left) / static_cast<double>(*dimension.limit) : 1.5;
}

QuotaReading readFamily(const Family &family, const HeaderLookup &header, int64_t nowMs)
{
    const Dimension requests = dimensionOf(header, family.requests, nowMs);
    Dimension tokens;
    for (const Names &names : family.tokens) {
        if (names.limit.empty())
            continue;
        const Dimension told = dimensionOf(header, names, nowMs);
        if (told.limit || told.left) {
            if (!(tokens.limit || tokens.left) || shareLeft(told) < shareLeft(tokens))
                tokens = told;
        }
    }
    return {requests.limit, requests.left, requests.resetMs, tokens.limit, tokens.left, tokens.resetMs};
}

const Family *familyNamed(std::string_view name)
{
    const auto found = std::find_if(families.begin(), families.end(), [&](const Family &f) { return f.name == name; });
    return found == families.end() ? nullptr : &*found;
}

// The provider's clock where it tells it, else ours.
int64_t senderNowMs(const HeaderLookup &header, int64_t wallMs)
{
    const std::string_view date = header("date");
    return date.empty() ? wallMs : httpDateMs(date).value_or(wallMs);
}

const json::value *memberOf(const json::value *value, std::string_view key)
{
    const json::object *object = value ? value->if_object() : nullptr;
    return object ? object->if_contains(key) : nullptr;
}

std::string_view textOf(const json::value *value)
{
    const json::string *text = value ? value->if_string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
}

// {"error": {…}}, or that within a list.
struct ErrorBody {
    json::value root;
    const json::value *error = nullptr;

    explicit ErrorBody(std::string_view body)
    {
        constexpr size_t longest = 256 * 1024;
        boost::system::error_code failure;
        if (!body.empty() && body.size() <= longest)
            root = json::parse({body.data(), body.size()}, failure);
        const json::value *holder = &root;
        if (const json::array *list = root.if_array(); list && !list->empty())
            holder = &list->front();
        error = memberOf(holder, "error");
    }
};

// google.rpc.RetryInfo: {"details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s"}]}
std::optional<int64_t> retryInfoMs(const json::value *error)
{
    const json::value *details = memberOf(error, "details");
    for (const json::value &detail : details && details->is_array() ? details->get_array() : json::array()) {
        const json::value *delay = memberOf(&detail, "retryDelay");
        if (const std::string_view text = textOf(delay); !text.empty())
            return durationTextMs(text);
        if (const json::value *seconds = memberOf(delay, "seconds"); seconds && seconds->is_int64())
            return believableWait(static_cast<double>(seconds->get_int64()) * 1e3);
    }
    return std::nullopt;
}

// OpenRouter: {"error": {"metadata": {"headers": {"X-RateLimit-Reset": "1741305600000"}}}}
using Pairs = std::vector<std::pair<std::string, std::string>>;
Pairs headersIn(const json::value *error)
{
    Pairs pairs;
    const json::value *headers = memberOf(memberOf(error, "metadata"), "headers");
    const json::object *object = headers ? headers->if_object() : nullptr;
    for (const auto &member : object ? *object : json::object()) {
        std::string name(member.key());
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        const json::value &value = member.value();
        pairs.emplace_back(std::move(name),
                           value.is_string() ? std::string(value.get_string()) : json::serialize(value));
    }
    return pairs;
}

HeaderLookup orElse(const HeaderLookup &header, const Pairs &pairs)
{
    return [&header, &pairs](std::string_view name) {
        if (const std::string_view value = header(name); !value.empty())
            return value;
        const auto found =
            std::find_if(pairs.begin(), pairs.end(), [&](const auto &pair) { return pair.first == name; });
        return found == pairs.end() ? std::string_view() : std::string_view(found->second);
    };
}

std::optional<int64_t> retryAfterMs(const HeaderLookup &header, int64_t nowMs)
{
    for (const std::string_view name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
        if (const auto ms = decimal(header(name)))
            return believableWait(*ms);
    }
    const std::string_view text = header("retry-after");
    return text.empty() ? std::nullopt : waitFromMs(text, nowMs);
}

// Of the limits that are used up, the one that lasts longest.
std::optional<int64_t> exhaustedMs(const QuotaReading &quota)
{
    std::optional<int64_t> wait;
    if (quota.requestsLeft && *quota.requestsLeft == 0 && quota.requestsResetMs)
        wait = quota.requestsResetMs;
    if (quota.tokensLeft && *quota.tokensLeft == 0 && quota.tokensResetMs)
        wait = std::max(wait.value_or(0), *quota.tokensResetMs);
    return wait;
}

} // namespace

QuotaReading readQuota(std::string_view family, const HeaderLookup &header, int64_t wallMs, std::string_view body)
{
    if (family == "openrouter" && !body.empty()) {
        const ErrorBody said(body);
        const Pairs pairs = headersIn(said.error);
        return readFamily(*familyNamed(family), orElse(header, pairs), senderNowMs(header, wallMs));
    }
    if (const Family *known = familyNamed(family)) {
        if (known->requests.limit.empty() && known->tokens.front().limit.empty())
            return {};
        return readFamily(*known, header, senderNowMs(header, wallMs));
    }
    for (const Family &usual : unknownFamilies) {
        const QuotaReading reading = readFamily(usual, header, senderNowMs(header, wallMs));
        if (reading != QuotaReading{})
            return reading;
    }
    return {};
}

std::optional<int64_t> announcedWaitMs(std::string_view family, const HeaderLookup &header, std::string_view body,
                                       int64_t wallMs)
{
    const ErrorBody said(body);
    const Pairs pairs = headersIn(said.error);
    const HeaderLookup both = orElse(header, pairs);
    const int64_t nowMs = senderNowMs(header, wallMs);
    std::optional<int64_t> wait = retryAfterMs(both, nowMs);
    if (const auto info = retryInfoMs(said.error))
        wait = std::max(wait.value_or(0), *info);
    if (wait && *wait > 0)
        return wait;
    // Subscriptions of Anthropic tell when their window ends as a UTC second.
    if (both("anthropic-ratelimit-unified-status") == "rejected") {
        if (const auto unified = waitFromMs(both("anthropic-ratelimit-unified-reset"), nowMs))
            return unified;
    }
    if (const auto exhausted = exhaustedMs(readQuota(family, both, wallMs)))
        return exhausted;
    if (const auto words = waitInWordsMs(body))
        return words;
    return wait;
}

} // namespace signalbox
