// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/model_ids.h"

#include <boost/json.hpp>

#include <algorithm>
#include <initializer_list>

namespace signalbox {

namespace {

namespace json = boost::json;

const json::value *find(const json::object *object, std::string_view key)
{
    return object ? object->if_contains(key) : nullptr;
}

const json::object *objectAt(const json::object *object, std::string_view key)
{
    const json::value *value = find(object, key);
    return value ? value->if_object() : nullptr;
}

const json::array *arrayAt(const json::object *object, std::string_view key)
{
    const json::value *value = find(object, key);
    return value ? value->if_array() : nullptr;
}

// The first of the keys that holds a number above 0; several servers write 0 for "not known".
std::optional<int64_t> number(const json::object *object, std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        const json::value *value = find(object, key);
        boost::system::error_code inexact;
        const auto whole = value && value->is_number() ? value->to_number<int64_t>(inexact) : 0;
        if (!inexact && whole > 0)
            return whole;
    }
    return std::nullopt;
}

std::optional<bool> flag(const json::object *object, std::string_view key)
{
    const json::value *value = find(object, key);
    return value && value->is_bool() ? std::optional(value->get_bool()) : std::nullopt;
}

bool holds(const json::array &list, std::string_view word)
{
    return std::any_of(list.begin(), list.end(),
                       [&](const json::value &item) { return item.is_string() && item.get_string() == word; });
}

void readKinds(const json::array *list, ListedModel &model)
{
    for (const json::value &item : list ? *list : json::array()) {
        if (!item.is_string())
            continue;
        const std::string_view kind = item.get_string();
        model.modalities.emplace_back(kind == "file" ? "pdf" : kind);
    }
}

// Nothing here is OpenAI's own, which lists ids alone.
void readOpenAi(const json::object *entry, ListedModel &model)
{
    model.contextTokens = number(entry, {"context_length", "context_window", "max_model_len", "max_context_length"});
    if (!model.contextTokens)
        model.contextTokens = number(objectAt(entry, "meta"), {"n_ctx"}); // llama.cpp
    model.maxOutputTokens = number(entry, {"max_completion_tokens", "max_output_tokens"});
    if (!model.maxOutputTokens)
        model.maxOutputTokens = number(objectAt(entry, "top_provider"), {"max_completion_tokens"});
    readKinds(arrayAt(objectAt(entry, "architecture"), "input_modalities"), model);
    if (const json::array *parameters = arrayAt(entry, "supported_parameters")) {
        model.tools = holds(*parameters, "tools");
        model.thinking = holds(*parameters, "reasoning") || holds(*parameters, "reasoning_effort");
    }
    const json::object *abilities = objectAt(entry, "capabilities");
    if (const auto calls = flag(abilities, "function_calling"))
        model.tools = calls;
    if (const auto vision = flag(abilities, "vision"); vision && model.modalities.empty())
        model.modalities = *vision ? std::vector<std::string>{"text", "image"} : std::vector<std::string>{"text"};
}

void readAnthropic(const json::object *entry, ListedModel &model)
{
    model.contextTokens = number(entry, {"max_input_tokens"});
    model.maxOutputTokens = number(entry, {"max_tokens"});
    const json::object *abilities = objectAt(entry, "capabilities");
    model.thinking = flag(objectAt(abilities, "thinking"), "supported");
    const auto images = flag(objectAt(abilities, "image_input"), "supported");
    const auto documents = flag(objectAt(abilities, "pdf_input"), "supported");
    if (!images && !documents)
        return;
    model.modalities = {"text"};
    if (images.value_or(false))
        model.modalities.emplace_back("image");
    if (documents.value_or(false))
        model.modalities.emplace_back("pdf");
}

void readOllama(const json::object *entry, ListedModel &model)
{
    const json::array *abilities = arrayAt(entry, "capabilities");
    if (!abilities)
        return;
    model.tools = holds(*abilities, "tools");
    model.thinking = holds(*abilities, "thinking");
    model.modalities = {"text"};
    if (holds(*abilities, "vision"))
        model.modalities.emplace_back("image");
}

void readDetails(Dialect dialect, const json::object *entry, ListedModel &model)
{
    switch (dialect) {
    case Dialect::Anthropic:
        return readAnthropic(entry, model);
    case Dialect::Gemini:
        model.contextTokens = number(entry, {"inputTokenLimit"});
        model.maxOutputTokens = number(entry, {"outputTokenLimit"});
        model.thinking = flag(entry, "thinking");
        return;
    case Dialect::Ollama:
        return readOllama(entry, model);
    case Dialect::OpenAiChat:
    case Dialect::OpenAiResponses:
        return readOpenAi(entry, model);
    }
}

} // namespace

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

std::optional<std::vector<ListedModel>> readModelList(Dialect dialect, std::string_view body)
{
    const bool named = dialect == Dialect::Gemini || dialect == Dialect::Ollama;
    boost::system::error_code code;
    const json::value value = json::parse(body, code);
    const json::array *list = code ? nullptr : arrayAt(value.if_object(), named ? "models" : "data");
    if (!list)
        return std::nullopt;
    constexpr std::string_view prefix = "models/";
    std::vector<ListedModel> models;
    for (const json::value &item : *list) {
        const json::object *entry = item.if_object();
        const json::value *id = find(entry, named ? "name" : "id");
        if (!id || !id->is_string())
            continue;
        const std::string_view name = id->get_string();
        ListedModel &model = models.emplace_back();
        model.id = dialect == Dialect::Gemini && name.starts_with(prefix) ? name.substr(prefix.size()) : name;
        readDetails(dialect, entry, model);
    }
    return models;
}

std::optional<std::vector<std::string>> readModelIds(Dialect dialect, std::string_view body)
{
    const auto models = readModelList(dialect, body);
    if (!models)
        return std::nullopt;
    std::vector<std::string> ids;
    for (const ListedModel &model : *models)
        ids.push_back(model.id);
    return ids;
}

} // namespace signalbox
