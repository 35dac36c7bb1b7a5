// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/model_ids.h"

#include <boost/json.hpp>

namespace signalbox {

namespace json = boost::json;

const char *modelListPath(Dialect dialect)
{
    switch (dialect) {
    case Dialect::Anthropic:
        return "/models?limit=1000";
    case Dialect::Gemini:
        return "/models?pageSize=1000";
    case Dialect::Ollama:
        return "/api/tags";
    case Dialect::OpenAiChat:
    case Dialect::OpenAiResponses:
        break;
    }
    return "/models";
}

std::optional<std::vector<std::string>> readModelIds(Dialect dialect, std::string_view body)
{
    const bool models = dialect == Dialect::Gemini || dialect == Dialect::Ollama;
    boost::system::error_code code;
    const json::value value = json::parse(body, code);
    const json::object *root = code ? nullptr : value.if_object();
    const json::value *list = root ? root->if_contains(models ? "models" : "data") : nullptr;
    if (!list || !list->is_array())
        return std::nullopt;
    constexpr std::string_view prefix = "models/";
    std::vector<std::string> ids;
    for (const json::value &item : list->get_array()) {
        const json::object *object = item.if_object();
        const json::value *id = object ? object->if_contains(models ? "name" : "id") : nullptr;
        if (!id || !id->is_string())
            continue;
        const std::string_view name = id->get_string();
        ids.emplace_back(dialect == Dialect::Gemini && name.starts_with(prefix) ? name.substr(prefix.size()) : name);
    }
    return ids;
}

} // namespace signalbox
