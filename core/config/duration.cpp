// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"

#include <array>
#include <charconv>

namespace signalbox {

namespace {

struct Unit {
    std::string_view name;
    int64_t ms;
};
constexpr std::array<Unit, 4> units{{{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr int64_t longestMs = 7LL * 24 * 3'600'000;

} // namespace

Result<Millis> parseDuration(std::string_view text)
{
    int64_t amount = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), amount);
    const std::string_view suffix = text.substr(static_cast<size_t>(end - text.data()));
    for (const Unit &unit : units) {
        if (status != std::errc{} || unit.name != suffix)
            continue;
        if (amount <= 0)
            return Error{"config_invalid", "must be above 0"};
        if (amount > longestMs / unit.ms)
            return Error{"config_invalid", "must be at most 168h"};
        return Millis(amount * unit.ms);
    }
    return Error{"config_invalid", "must be a duration such as 250ms, 2s, 15m or 1h"};
}

std::string formatDuration(Millis duration)
{
    const int64_t ms = duration.count();
    for (size_t i = units.size(); i-- > 1;) {
        if (ms != 0 && ms % units[i].ms == 0)
            return std::to_string(ms / units[i].ms) + std::string(units[i].name);
    }
    return std::to_string(ms) + "ms";
}

} // namespace signalbox
