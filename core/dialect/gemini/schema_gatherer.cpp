// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/schema_gatherer.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

constexpr int deepest = 32;

std::string upperCase(std::string_view text)
{
    std::string upper(text);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return upper;
}

void addType(const json::value &type, Gathered &gathered)
{
    const json::string *name = type.if_string();
    if (!name)
        return;
    if (*name == "null")
        gathered.nullable = true;
    else
        gathered.types.push_back(upperCase(std::string_view(*name)));
}

} // namespace

bool isNullSchema(const json::value &schema)
{
    const json::object *object = schema.if_object();
    const json::value *type = object ? object->if_contains("type") : nullptr;
    return type && *type == "null";
}

const json::value *Gathered::find(std::string_view key) const
{
    for (const json::object *source : sources) {
        if (const json::value *value = source->if_contains(key))
            return value;
    }
    return nullptr;
}

void SchemaGatherer::gather(const json::value &schema, Gathered &gathered, int depth)
{
    const json::object *object = schema.if_object();
    if (!object || depth > deepest)
        return;
    gathered.sources.push_back(object);
    if (const json::value *reference = object->if_contains("$ref"))
        gatherReference(*reference, gathered, depth);
    if (const json::value *all = object->if_contains("allOf"); all && all->is_array()) {
        for (const json::value &one : all->get_array())
            gather(one, gathered, depth + 1);
    }
    for (const std::string_view key : {std::string_view("anyOf"), std::string_view("oneOf")}) {
        if (const json::value *choices = object->if_contains(key); choices && choices->is_array())
            gatherChoices(*choices, gathered, depth);
    }
    if (const json::value *nullable = object->if_contains("nullable"))
        gathered.nullable |= nullable->is_bool() && nullable->get_bool();
}

void SchemaGatherer::gatherReference(const json::value &reference, Gathered &gathered, int depth)
{
    const json::string *text = reference.if_string();
    const json::value *target = text ? resolve(*text) : nullptr;
    if (!target)
        return m_losses.drop(&reference, "only references inside the schema can be followed");
    if (std::find(m_open.begin(), m_open.end(), target) != m_open.end())
        return m_losses.drop(&reference, "Gemini's schemas cannot refer to themselves");
    m_open.push_back(target);
    gather(*target, gathered, depth + 1);
}

const json::value *SchemaGatherer::resolve(std::string_view reference) const
{
    if (reference == "#")
        return &m_root;
    if (!reference.starts_with("#/"))
        return nullptr;
    boost::system::error_code code;
    return m_root.find_pointer(reference.substr(1), code);
}

void SchemaGatherer::gatherChoices(const json::value &choices, Gathered &gathered, int depth)
{
    const json::value *only = nullptr;
    int count = 0;
    for (const json::value &one : choices.get_array()) {
        if (isNullSchema(one)) {
            gathered.nullable = true;
        } else {
            only = &one;
            ++count;
        }
    }
    if (count == 1)
        return gather(*only, gathered, depth + 1);
    if (count == 0)
        return;
    if (gathered.choices)
        m_losses.drop(&choices, "Gemini knows one set of alternatives at a place");
    else
        gathered.choices = &choices;
}

void SchemaGatherer::readTypes(Gathered &gathered)
{
    if (const json::value *type = gathered.find("type")) {
        if (const json::array *list = type->if_array()) {
            for (const json::value &one : *list)
                addType(one, gathered);
        } else {
            addType(*type, gathered);
        }
    }
    if (!gathered.types.empty() || gathered.choices)
        return;
    const json::value *constant = gathered.find("const");
    if (gathered.find("properties"))
        gathered.types = {"OBJECT"};
    else if (gathered.find("items"))
        gathered.types = {"ARRAY"};
    else if (gathered.find("enum") || (constant && constant->is_string()))
        gathered.types = {"STRING"};
}

} // namespace signalbox::gemini
