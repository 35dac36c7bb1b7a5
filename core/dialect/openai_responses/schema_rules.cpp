// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/schema_rules.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 11> notInStrict = {"allOf",
                                                          "oneOf",
                                                          "not",
                                                          "if",
                                                          "then",
                                                          "else",
                                                          "dependentSchemas",
                                                          "dependentRequired",
                                                          "patternProperties",
                                                          "unevaluatedProperties",
                                                          "default"};
constexpr std::array<std::string_view, 5> notAtRoot = {"oneOf", "anyOf", "allOf", "enum", "not"};

bool isOneOf(std::string_view key, const auto &list)
{
    return std::find(list.begin(), list.end(), key) != list.end();
}

bool isObjectType(const json::value *type)
{
    if (!type)
        return false;
    if (const json::string *word = type->if_string())
        return *word == "object";
    const json::array *words = type->if_array();
    return words && std::any_of(words->begin(), words->end(), [](const json::value &word) {
               return word.is_string() && word.get_string() == "object";
           });
}

bool isClosed(const json::object &schema)
{
    const json::value *additional = schema.if_contains("additionalProperties");
    if (!additional || !additional->is_bool() || additional->get_bool())
        return false;
    const json::value *properties = schema.if_contains("properties");
    const json::object *members = properties ? properties->if_object() : nullptr;
    if (!members || members->empty())
        return true;
    const json::value *required = schema.if_contains("required");
    const json::array *names = required ? required->if_array() : nullptr;
    return names && std::all_of(members->begin(), members->end(), [&](const json::key_value_pair &member) {
               return std::any_of(names->begin(), names->end(), [&](const json::value &name) {
                   return name.is_string() && name.get_string() == member.key();
               });
           });
}

bool allFit(const json::value &schemas)
{
    if (const json::object *named = schemas.if_object())
        return std::all_of(named->begin(), named->end(),
                           [](const json::key_value_pair &member) { return fitsStrict(member.value()); });
    const json::array *list = schemas.if_array();
    return list && std::all_of(list->begin(), list->end(), [](const json::value &one) { return fitsStrict(one); });
}

} // namespace

bool fitsStrict(const json::value &schema)
{
    const json::object *object = schema.if_object();
    if (!object)
        return false;
    if ((isObjectType(object->if_contains("type")) || object->contains("properties")) && !isClosed(*object))
        return false;
    for (const json::key_value_pair &member : *object) {
        const std::string_view key = member.key();
        if (isOneOf(key, notInStrict))
            return false;
        const bool several = key == "properties" || key == "$defs" || key == "definitions" || key == "anyOf";
        if (several && !allFit(member.value()))
            return false;
        if (key == "items" && !fitsStrict(member.value()))
            return false;
    }
    return true;
}

void writeParameters(JsonWriter &json, Node schema, LossReport &losses)
{
    json.beginObject();
    const json::object *object = schema ? schema->if_object() : nullptr;
    const json::value *type = object ? object->if_contains("type") : nullptr;
    if (!type || !isObjectType(type))
        json.member("type", "object");
    if (type && !isObjectType(type))
        losses.approximate(type, "a tool's arguments are always an object");
    if (object) {
        for (const json::key_value_pair &member : *object) {
            if (&member.value() == type) {
                if (isObjectType(type))
                    json.member("type", "object");
            } else if (isOneOf(member.key(), notAtRoot)) {
                losses.drop(&member.value(), "OpenAI takes no such keyword at the root of a tool's schema");
            } else {
                json.member(member.key(), member.value());
            }
        }
    }
    if (!object || !object->contains("properties")) {
        json.key("properties");
        json.beginObject();
        json.endObject();
    }
    json.endObject();
}

} // namespace signalbox::openai_responses
