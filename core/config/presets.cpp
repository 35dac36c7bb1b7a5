// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/presets.h"

#include "core/config/config.h"

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

std::vector<PresetEndpoint> endpointsIn(const json::object &object)
{
    std::vector<PresetEndpoint> endpoints;
    const json::value *list = object.if_contains("endpoints");
    for (const json::value &item : list && list->is_array() ? list->get_array() : json::array())
        endpoints.push_back({textOf(item.get_object(), "dialect"), textOf(item.get_object(), "baseUrl")});
    return endpoints;
}

Preset readPreset(const json::object &object)
{
    Preset preset;
    preset.id = textOf(object, "id");
    preset.name = textOf(object, "name");
    preset.endpoints = endpointsIn(object);
    preset.auth = textOf(object, "auth");
    preset.region = textOf(object, "region");
    preset.keyEnvironment = textsOf(object, "keyEnvironment");
    if (std::string family = textOf(object, "rateLimits"); !family.empty())
        preset.rateLimits = std::move(family);
    preset.needsKey = preset.auth != "none";
    preset.asks = textsOf(object, "asks");
    if (const json::value *quirks = object.if_contains("quirks"))
        preset.quirks = json::serialize(*quirks);
    const auto chat = std::find_if(preset.endpoints.begin(), preset.endpoints.end(),
                                   [](const PresetEndpoint &endpoint) { return endpoint.dialect == "openai-chat"; });
    if (const auto usual = chat == preset.endpoints.end() ? preset.endpoints.begin() : chat;
        usual != preset.endpoints.end()) {
        preset.dialect = usual->dialect;
        preset.baseUrl = usual->baseUrl;
    }
    return preset;
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
    for (const json::value &item : items->get_array())
        list.push_back(readPreset(item.get_object()));
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

std::vector<PresetEndpoint> endpointsOf(const ProviderConfig &provider)
{
    const Preset *preset = findPreset(provider.preset);
    if (preset && provider.baseUrl == preset->baseUrl && provider.dialect == preset->dialect)
        return preset->endpoints;
    return {{provider.dialect, provider.baseUrl}};
}

std::string_view rateLimitFamilyOf(const ProviderConfig &provider)
{
    const Preset *preset = findPreset(provider.preset);
    return preset ? std::string_view(preset->rateLimits) : "unknown";
}

} // namespace signalbox
