// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/model_list.h"

#include "core/dialect/json_writer.h"

#include <QtCore/QCryptographicHash>

#include <algorithm>

namespace signalbox::ollama {

namespace {

// Go's zero time, which `ollama list` shows as "Never": nobody knows when a provider changed its model.
constexpr const char *unknownTime = "0001-01-01T00:00:00Z";

std::string familyOf(const ListedModel &model)
{
    return model.ownedBy.empty() ? "unknown" : model.ownedBy;
}

// Clients show the first twelve digits and some cut them off without looking at the length.
std::string digestOf(const ListedModel &model)
{
    const QByteArrayView id(model.id.data(), static_cast<qsizetype>(model.id.size()));
    return QCryptographicHash::hash(id.toByteArray(), QCryptographicHash::Sha256).toHex().toStdString();
}

void writeDetails(JsonWriter &writer, const ListedModel &model)
{
    const std::string family = familyOf(model);
    writer.key("details");
    writer.beginObject();
    writer.member("parent_model", "");
    writer.member("format", "");
    writer.member("family", family);
    writer.key("families");
    writer.beginArray();
    writer.text(family);
    writer.endArray();
    writer.member("parameter_size", "");
    writer.member("quantization_level", "");
    writer.endObject();
}

bool takesImages(const ListedModel &model)
{
    return std::find(model.modalities.begin(), model.modalities.end(), "image") != model.modalities.end();
}

// Editors offer no agent for a model without "tools", and nearly all models behind a gateway have them: only a model
// known to have none is listed without. Thinking has to be known, since asking for it in vain is an error.
void writeCapabilities(JsonWriter &writer, const ListedModel &model)
{
    writer.key("capabilities");
    writer.beginArray();
    writer.text("completion");
    if (model.tools.value_or(true))
        writer.text("tools");
    if (takesImages(model))
        writer.text("vision");
    if (model.thinking.value_or(false))
        writer.text("thinking");
    writer.endArray();
}

// The keys are the architecture's name and a property, as clients look them up.
void writeInfo(JsonWriter &writer, const ListedModel &model)
{
    const std::string architecture = familyOf(model);
    writer.key("model_info");
    writer.beginObject();
    writer.member("general.architecture", architecture);
    writer.member("general.basename", model.id);
    if (model.contextTokens)
        writer.member(architecture + ".context_length", *model.contextTokens);
    writer.endObject();
}

} // namespace

std::string modelList(std::span<const ListedModel> models)
{
    std::string body;
    JsonWriter writer(body);
    writer.beginObject();
    writer.key("models");
    writer.beginArray();
    for (const ListedModel &model : models) {
        writer.beginObject();
        writer.member("name", model.id);
        writer.member("model", model.id);
        writer.member("modified_at", unknownTime);
        writer.member("size", 0);
        writer.member("digest", digestOf(model));
        writeDetails(writer, model);
        writer.endObject();
    }
    writer.endArray();
    writer.endObject();
    return body;
}

std::string modelInfo(const ListedModel &model)
{
    std::string body;
    JsonWriter writer(body);
    writer.beginObject();
    writer.member("license", "");
    writer.member("modelfile", "");
    writer.member("parameters", "");
    writer.member("template", "");
    writeDetails(writer, model);
    writeInfo(writer, model);
    writeCapabilities(writer, model);
    writer.member("modified_at", unknownTime);
    writer.endObject();
    return body;
}

} // namespace signalbox::ollama
