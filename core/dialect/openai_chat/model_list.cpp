// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/model_list.h"

#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

namespace signalbox::openai_chat {

namespace {

void writeModel(JsonWriter &json, const ListedModel &model)
{
    json.beginObject();
    json.member("id", model.id);
    json.member("object", "model");
    json.member("created", 0); // required by typed SDKs; we do not know when a provider made its model
    json.member("owned_by", model.ownedBy);
    if (model.contextTokens)
        json.member("context_length", *model.contextTokens);
    if (model.maxOutputTokens)
        json.member("max_completion_tokens", *model.maxOutputTokens);
    if (!model.modalities.empty()) {
        json.key("architecture");
        json.beginObject();
        json.key("input_modalities");
        json.beginArray();
        for (const std::string &modality : model.modalities)
            json.text(modality);
        json.endArray();
        json.endObject();
    }
    json.endObject();
}

} // namespace

std::string modelListBody(std::span<const ListedModel> models)
{
    std::string body;
    JsonWriter json(body);
    json.beginObject();
    json.member("object", "list");
    json.key("data");
    json.beginArray();
    for (const ListedModel &model : models)
        writeModel(json, model);
    json.endArray();
    json.endObject();
    return body;
}

std::string modelBody(const ListedModel &model)
{
    std::string body;
    JsonWriter json(body);
    writeModel(json, model);
    return body;
}

std::optional<std::vector<std::string>> readModelIds(std::string_view body)
{
    boost::system::error_code failure;
    const boost::json::value value = boost::json::parse(body, failure);
    const boost::json::object *root = failure ? nullptr : value.if_object();
    const boost::json::value *data = root ? root->if_contains("data") : nullptr;
    if (!data || !data->is_array())
        return std::nullopt;
    std::vector<std::string> ids;
    for (const boost::json::value &model : data->get_array()) {
        const boost::json::object *entry = model.if_object();
        const boost::json::value *id = entry ? entry->if_contains("id") : nullptr;
        if (id && id->is_string())
            ids.emplace_back(id->get_string());
    }
    return ids;
}

} // namespace signalbox::openai_chat
