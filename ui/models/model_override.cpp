// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_override.h"

#include <algorithm>

namespace signalbox {

namespace {

template<class T>
std::optional<T> findOwn(const std::vector<T> &list, const std::string &key)
{
    const auto found = std::find_if(list.begin(), list.end(), [&](const T &one) { return one.model == key; });
    return found == list.end() ? std::nullopt : std::optional<T>(*found);
}

template<class T>
void putOwn(std::vector<T> &list, const std::string &key, std::optional<T> value)
{
    const auto found = std::find_if(list.begin(), list.end(), [&](const T &one) { return one.model == key; });
    if (!value) {
        std::erase_if(list, [&](const T &one) { return one.model == key; });
        return;
    }
    value->model = key;
    if (found == list.end()) {
        list.insert(list.begin(), std::move(*value));
        return;
    }
    // Behind a wildcard that matches as well it would never be asked.
    list.erase(found);
    list.insert(list.begin(), std::move(*value));
}

} // namespace

ModelOverride ownOverride(const Config &config, const std::string &key)
{
    return {findOwn(config.prices, key), findOwn(config.models, key)};
}

Config withOverride(Config config, const std::string &key, const ModelOverride &own)
{
    putOwn(config.prices, key, own.price);
    putOwn(config.models, key, own.facts);
    return config;
}

} // namespace signalbox
