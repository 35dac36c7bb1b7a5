// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/model_list.h"

#include "core/dialect/json_writer.h"

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
            json.text(modality == "pdf" ? "file" : modality);
        json.endArray();
        json.endObject();
    }
    if (model.tools || model.thinking) {
        json.key("supported_parameters");
        json.beginArray();
        if (model.tools.value_or(false))
            json.text("tools");
        if (model.thinking.value_or(false))
            json.text("reasoning");
        json.endArray();
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

} // namespace signalbox::openai_chat
