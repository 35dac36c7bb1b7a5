// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/model_list.h"

#include "core/dialect/json_writer.h"

namespace signalbox::gemini {

namespace {

void writeModel(JsonWriter &out, const ListedModel &model)
{
    out.beginObject();
    out.member("name", "models/" + model.id);
    out.member("version", "001"); // the field is required, what it says has no meaning
    out.member("displayName", model.id);
    if (model.contextTokens)
        out.member("inputTokenLimit", *model.contextTokens);
    if (model.maxOutputTokens)
        out.member("outputTokenLimit", *model.maxOutputTokens);
    if (model.thinking)
        out.member("thinking", *model.thinking);
    out.key("supportedGenerationMethods");
    out.beginArray();
    for (const std::string_view method : {"generateContent", "streamGenerateContent", "countTokens"})
        out.text(method);
    out.endArray();
    out.endObject();
}

} // namespace

std::string modelList(std::span<const ListedModel> models)
{
    std::string body;
    JsonWriter out(body);
    out.beginObject();
    out.key("models");
    out.beginArray();
    for (const ListedModel &one : models)
        writeModel(out, one);
    out.endArray();
    out.endObject();
    return body;
}

std::string model(const ListedModel &model)
{
    std::string body;
    JsonWriter out(body);
    writeModel(out, model);
    return body;
}

} // namespace signalbox::gemini
