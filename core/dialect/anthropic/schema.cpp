// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/schema.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace signalbox::anthropic {

namespace json = boost::json;

namespace {

constexpr std::string_view refusedKeyword = "Anthropic's API refuses this keyword in schemas it enforces";

constexpr std::array<std::string_view, 10> plainKeywords = {"type",    "enum",     "const", "description", "title",
                                                            "default", "required", "$ref",  "$id",         "$anchor"};
constexpr std::array<std::string_view, 10> formats = {"date-time", "time", "date", "duration", "email",
                                                      "hostname",  "uri",  "ipv4", "ipv6",     "uuid"};

template<size_t n>
bool isOneOf(const std::array<std::string_view, n> &list, std::string_view text)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool isObjectSchema(const json::object &schema)
{
    const json::value *type = schema.if_contains("type");
    if (!type)
        return schema.contains("properties");
    if (const json::array *types = type->if_array())
        return std::any_of(types->begin(), types->end(), [](const json::value &one) { return one == "object"; });
    return *type == "object";
}

class StrictSchema
{
public:
    StrictSchema(JsonWriter &writer, LossReport &losses) : m_writer(writer), m_losses(losses) {}

    void schema(const json::value &value)
    {
        const json::object *object = value.if_object();
        if (!object)
            return m_writer.value(value);
        m_writer.beginObject();
        for (const json::key_value_pair &member : *object)
            keyword(*object, member);
        if (isObjectSchema(*object)) {
            m_writer.member("additionalProperties", false);
            const json::value *more = object->if_contains("additionalProperties");
            if (!more || *more != false)
                m_losses.approximate(more ? more : &value, "closed: Anthropic's API enforces only closed objects");
        }
        m_writer.endObject();
    }

private:
    void keyword(const json::object &object, const json::key_value_pair &member)
    {
        const std::string_view key = member.key();
        const json::value &value = member.value();
        if (isOneOf(plainKeywords, key)) {
            m_writer.member(key, value);
        } else if ((key == "properties" || key == "$defs" || key == "definitions") && value.is_object()) {
            schemas(key, value.get_object());
        } else if ((key == "anyOf" || key == "allOf" || key == "oneOf") && value.is_array()) {
            choices(object, key, value);
        } else if (key == "items") {
            m_writer.key(key);
            schema(value);
        } else if (key == "format" && value.is_string() && isOneOf(formats, value.get_string())) {
            m_writer.member(key, value);
        } else if (key == "minItems" && (value == 0 || value == 1)) {
            m_writer.member(key, value);
        } else if (key != "additionalProperties" || !isObjectSchema(object)) {
            m_losses.drop(&value, refusedKeyword);
        }
    }

    void schemas(std::string_view key, const json::object &named)
    {
        m_writer.key(key);
        m_writer.beginObject();
        for (const json::key_value_pair &member : named) {
            m_writer.key(member.key());
            schema(member.value());
        }
        m_writer.endObject();
    }

    void choices(const json::object &object, std::string_view key, const json::value &list)
    {
        if (key == "oneOf") {
            if (object.contains("anyOf"))
                return m_losses.drop(&list, refusedKeyword);
            m_losses.approximate(&list, "sent as anyOf, which is what Anthropic's API enforces");
        }
        m_writer.key(key == "oneOf" ? "anyOf" : key);
        m_writer.beginArray();
        for (const json::value &one : list.get_array())
            schema(one);
        m_writer.endArray();
    }

    JsonWriter &m_writer;
    LossReport &m_losses;
};

} // namespace

void writeStrictSchema(const json::value &schema, JsonWriter &writer, LossReport &losses)
{
    StrictSchema(writer, losses).schema(schema);
}

void writeInputSchema(Node schema, JsonWriter &writer, LossReport &losses)
{
    const json::object *object = schema ? schema->if_object() : nullptr;
    writer.beginObject();
    const json::value *type = object ? object->if_contains("type") : nullptr;
    if (!type || *type != "object") {
        writer.member("type", "object");
        if (type)
            losses.approximate(type, "sent as object: the input of Anthropic's tools always is one");
    }
    if (!object) {
        writer.key("properties");
        writer.beginObject();
        writer.endObject();
        return writer.endObject();
    }
    for (const json::key_value_pair &member : *object) {
        const std::string_view key = member.key();
        if (key == "type" && *type != "object")
            continue;
        if (key == "anyOf" || key == "oneOf" || key == "allOf") {
            losses.drop(&member.value(), "Anthropic's API refuses it at the top of a tool's schema");
            continue;
        }
        writer.member(key, member.value());
    }
    writer.endObject();
}

} // namespace signalbox::anthropic
