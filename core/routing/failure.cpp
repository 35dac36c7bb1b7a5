// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/failure.h"

#include "core/routing/failure_phrases.h"

#include <array>
#include <utility>

namespace signalbox {

namespace {

using Named = std::pair<FailureClass, const char *>;
constexpr std::array<Named, 13> names{{
    {FailureClass::None, "none"},
    {FailureClass::Connect, "connect"},
    {FailureClass::Timeout, "timeout"},
    {FailureClass::RequestTimeout, "408"},
    {FailureClass::Conflict, "409"},
    {FailureClass::RateLimited, "429"},
    {FailureClass::Quota, "quota"},
    {FailureClass::Credential, "credential"},
    {FailureClass::Overloaded, "overloaded"},
    {FailureClass::Server, "5xx"},
    {FailureClass::Unsuitable, "unsuitable"},
    {FailureClass::Client, "client"},
    {FailureClass::Aborted, "aborted"},
}};

} // namespace

const char *failureName(FailureClass failure)
{
    return names[static_cast<size_t>(failure)].second;
}

std::optional<FailureSet> failuresNamed(std::string_view word)
{
    for (const auto &[failure, name] : names) {
        if (word == name && usualFallback.has(failure))
            return FailureSet{failure};
    }
    return std::nullopt;
}

FailureClass classifyReply(int status, std::string_view code, std::string_view type, std::string_view message)
{
    if (const auto said = classifyWords(status, code, type, message))
        return *said;
    switch (status) {
    case 401:
    case 403:
        return FailureClass::Credential;
    case 402:
        return FailureClass::Quota;
    case 408:
        return FailureClass::RequestTimeout;
    case 409:
        return FailureClass::Conflict;
    case 429:
        return FailureClass::RateLimited;
    case 424: // a dependency of theirs failed (TGI)
    case 499: // they gave up (Google's CANCELLED)
        return FailureClass::Server;
    case 498: // no capacity for this tier (Groq)
    case 503:
    case 529:
        return FailureClass::Overloaded;
    default:
        // Below 400 it was told inside a stream, which broke by it.
        return status >= 500 || status < 400 ? FailureClass::Server : FailureClass::Client;
    }
}

} // namespace signalbox
