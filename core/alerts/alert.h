// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/alerts_config.h"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

enum class AlertLevel : uint8_t { Info, Warning, Critical };
const char *alertLevelName(AlertLevel level);

struct AlertEvent { // something happened
    AlertKind kind = AlertKind::Budget;
    AlertLevel level = AlertLevel::Warning;
    std::string key; // what it is about: repeats of one kind and key become one alert with a count
    std::string text;
    bool once = false; // told already, and be it read: not again

    bool operator==(const AlertEvent &) const = default;
};

struct Alert { // what people see of it
    std::string id;
    AlertKind kind = AlertKind::Budget;
    AlertLevel level = AlertLevel::Warning;
    std::string key;
    std::string text; // of the last time; holds no secret
    int64_t firstAtMs = 0;
    int64_t lastAtMs = 0;
    int64_t count = 1;
    bool acknowledged = false;

    bool operator==(const Alert &) const = default;
};

// {"id","kind","level","key","text","first_at","last_at","count","acknowledged"}
boost::json::object alertJson(const Alert &alert);
std::optional<Alert> alertFromJson(std::string_view text);

} // namespace signalbox
