// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace signalbox {

// Why an attempt failed, as routing and health take it (PITFALLS: routing).
enum class FailureClass : uint8_t {
    None,
    Connect,        // no address, refused, TLS, cut before a reply
    Timeout,        // one of our deadlines
    RequestTimeout, // 408
    Conflict,       // 409
    RateLimited,    // 429: a throttle, not an illness
    Quota,          // out of credit, however it is told (402, 403, 400, 429): waiting does not help
    Credential,     // 401, 403, an invalid key: marks the credential
    Overloaded,     // 503, 529 or said in words
    Server,         // other 5xx, a reply that cannot be read, a stream that broke
    Unsuitable,     // the target cannot be asked this: never sent, or refused for this model or size alone
    Client,         // the client's own mistake: wrong everywhere
    Aborted,        // the client went away, or we did not want the reply any more
};
const char *failureName(FailureClass failure); // connect, timeout, 408, 409, 429, quota, credential, overloaded, 5xx …

class FailureSet
{
public:
    constexpr FailureSet() = default;
    constexpr FailureSet(std::initializer_list<FailureClass> classes)
    {
        for (const FailureClass c : classes)
            add(c);
    }
    constexpr void add(FailureClass c) { m_bits |= uint16_t(1U << static_cast<unsigned>(c)); }
    constexpr bool has(FailureClass c) const { return (m_bits & uint16_t(1U << static_cast<unsigned>(c))) != 0; }
    constexpr bool operator==(const FailureSet &) const = default;

private:
    uint16_t m_bits = 0;
};

// What leads to the next child of a fallback unless it says otherwise. Unsuitable always leads on; Client and Aborted
// never do.
inline constexpr FailureSet usualFallback{
    FailureClass::Connect,    FailureClass::Timeout,     FailureClass::RequestTimeout,
    FailureClass::Conflict,   FailureClass::RateLimited, FailureClass::Quota,
    FailureClass::Credential, FailureClass::Overloaded,  FailureClass::Server,
};

// Words of a fallback's `on`: connect, timeout, 408, 409, 429, 5xx, overloaded, quota, credential. nullopt: no such.
std::optional<FailureSet> failuresNamed(std::string_view word);

// An error reply, or one told inside a stream (its status, below 400). `code`, `type` and `message` as the provider
// tells them, possibly empty.
FailureClass classifyReply(int status, std::string_view code, std::string_view type, std::string_view message);

} // namespace signalbox
