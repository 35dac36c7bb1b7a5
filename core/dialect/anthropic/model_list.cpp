// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/model_list.h"

#include "core/dialect/json_writer.h"

namespace signalbox::anthropic {

namespace {

void writeModel(JsonWriter &writer, const ListedModel &model)
{
    const auto number = [&](std::string_view name, const std::optional<int64_t> &value) {
        if (value)
            writer.member(name, *value);
        else
            writer.memberNull(name);
    };
    writer.beginObject();
    writer.member("type", "model");
    writer.member("id", model.id);
    writer.member("display_name", model.id);
    // Required; the epoch is what Anthropic itself says where it does not know.
    writer.member("created_at", "1970-01-01T00:00:00Z");
    number("max_input_tokens", model.contextTokens);
    number("max_tokens", model.maxOutputTokens);
    writer.endObject();
}

} // namespace

std::string modelList(std::span<const ListedModel> models)
{
    std::string body;
    JsonWriter writer(body);
    writer.beginObject();
    writer.key("data");
    writer.beginArray();
    for (const ListedModel &model : models)
        writeModel(writer, model);
    writer.endArray();
    writer.member("has_more", false);
    if (models.empty()) {
        writer.memberNull("first_id");
        writer.memberNull("last_id");
    } else {
        writer.member("first_id", models.front().id);
        writer.member("last_id", models.back().id);
    }
    writer.endObject();
    return body;
}

std::string modelBody(const ListedModel &model)
{
    std::string body;
    JsonWriter writer(body);
    writeModel(writer, model);
    return body;
}

} // namespace signalbox::anthropic
