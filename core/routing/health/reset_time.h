// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox {

// The many ways in which providers say "not before". All lenient about spaces, strict about the rest; nullopt: not
// that form.

std::optional<int64_t> durationTextMs(std::string_view text); // "6m0s", "120ms", "2m59.56s", "34s", "1h", "1 minute"
std::optional<int64_t> rfc3339Ms(std::string_view text);      // 2026-11-22T19:41:20.5Z → UTC
std::optional<int64_t> httpDateMs(std::string_view text);     // the three forms of RFC 9110 section 5.6.7 → UTC
std::optional<double> decimal(std::string_view text);         // not negative, finite

// Any of these, or a bare number, as a wait from now. Numbers are seconds, or by their size a UTC time in seconds or
// milliseconds. `nowMs`: the sender's clock where it is known. What is over already is 0; beyond a month is not
// believed.
std::optional<int64_t> waitFromMs(std::string_view text, int64_t nowMs);
std::optional<int64_t> believableWait(double ms);

// From words such as "Please try again in 6m0s." or "retry after 26 seconds".
std::optional<int64_t> waitInWordsMs(std::string_view message);

} // namespace signalbox
