// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/presets.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <boost/json.hpp>

#include <algorithm>

// Q_INIT_RESOURCE must stand outside any namespace; a static library's resources are not linked in without it.
static void initCoreResources()
{
    Q_INIT_RESOURCE(signalbox_core);
}

namespace signalbox {

namespace {

namespace json = boost::json;

std::string textOf(const json::object &object, const char *key)
{
    const json::value *value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<std::string> textsOf(const json::object &object, const char *key)
{
    std::vector<std::string> texts;
    const json::value *value = object.if_contains(key);
    if (value && value->is_array()) {
        for (const json::value &item : value->get_array()) {
            if (item.is_string())
                texts.emplace_back(item.get_string());
        }
    }
    return texts;
}

std::vector<Preset> readPresets()
{
    initCoreResources();
    QFile file(QStringLiteral(":/signalbox/presets.json"));
    std::vector<Preset> list;
    if (!file.open(QIODevice::ReadOnly))
        return list;
    const QByteArray bytes = file.readAll();
    json::error_code error;
    const json::value root = json::parse({bytes.constData(), static_cast<size_t>(bytes.size())}, error);
    const json::value *items = error || !root.is_object() ? nullptr : root.get_object().if_contains("presets");
    if (!items || !items->is_array())
        return list;
    for (const json::value &item : items->get_array()) {
        const json::object &object = item.get_object();
        list.push_back({textOf(object, "id"), textOf(object, "name"), textOf(object, "baseUrl"),
                        textOf(object, "region"), textsOf(object, "keyEnvironment"), textOf(object, "auth") == "bearer",
                        textsOf(object, "asks")});
    }
    return list;
}

} // namespace

const std::vector<Preset> &presets()
{
    static const std::vector<Preset> list = readPresets();
    return list;
}

const Preset *findPreset(std::string_view id)
{
    const auto &list = presets();
    const auto found = std::find_if(list.begin(), list.end(), [id](const Preset &preset) { return preset.id == id; });
    return found == list.end() ? nullptr : &*found;
}

} // namespace signalbox
