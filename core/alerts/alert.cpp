// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/alert.h"

#include <boost/json.hpp>

#include <array>

namespace signalbox {

namespace json = boost::json;

namespace {

constexpr std::array<AlertLevel, 3> levels{AlertLevel::Info, AlertLevel::Warning, AlertLevel::Critical};

std::string textAt(const json::object &object, std::string_view key)
{
    const json::value *value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

int64_t numberAt(const json::object &object, std::string_view key)
{
    const json::value *value = object.if_contains(key);
    const int64_t *number = value ? value->if_int64() : nullptr;
    return number ? *number : 0;
}

} // namespace

const char *alertLevelName(AlertLevel level)
{
    constexpr std::array<const char *, 3> names{"info", "warning", "critical"};
    return names[static_cast<size_t>(level)];
}

json::object alertJson(const Alert &alert)
{
    return {{"id", alert.id},
            {"kind", alertKindName(alert.kind)},
            {"level", alertLevelName(alert.level)},
            {"key", alert.key},
            {"text", alert.text},
            {"first_at", alert.firstAtMs},
            {"last_at", alert.lastAtMs},
            {"count", alert.count},
            {"acknowledged", alert.acknowledged}};
}

std::optional<Alert> alertFromJson(std::string_view text)
{
    boost::system::error_code code;
    const json::value value = json::parse(text, code);
    const json::object *object = code ? nullptr : value.if_object();
    const auto kind = object ? alertKindFrom(textAt(*object, "kind")) : std::nullopt;
    if (!kind)
        return std::nullopt;
    Alert alert;
    alert.id = textAt(*object, "id");
    alert.kind = *kind;
    for (const AlertLevel level : levels) {
        if (textAt(*object, "level") == alertLevelName(level))
            alert.level = level;
    }
    alert.key = textAt(*object, "key");
    alert.text = textAt(*object, "text");
    alert.firstAtMs = numberAt(*object, "first_at");
    alert.lastAtMs = numberAt(*object, "last_at");
    alert.count = numberAt(*object, "count");
    const json::value *acknowledged = object->if_contains("acknowledged");
    alert.acknowledged = acknowledged && acknowledged->is_bool() && acknowledged->get_bool();
    return alert.id.empty() ? std::nullopt : std::optional(std::move(alert));
}

} // namespace signalbox
