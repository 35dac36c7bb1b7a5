// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::ollama {

// "2026-11-22T16:05:00.000000000Z", as Go writes times; some readers insist on a fraction.
std::string timestampOf(int64_t secondsSince1970);

// Seconds since 1970 of an RFC 3339 time with any fraction and offset.
std::optional<int64_t> secondsOf(std::string_view timestamp);

} // namespace signalbox::ollama
