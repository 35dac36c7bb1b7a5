// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// RFC 3339 ⇄ milliseconds since 1970 UTC: 2027-01-31T18:00:00Z, 2027-01-31T18:00:00.250+01:00. A zone is required.
std::optional<int64_t> parseInstant(std::string_view text);
std::string formatInstant(int64_t ms); // in UTC; milliseconds only where there are some

} // namespace signalbox
