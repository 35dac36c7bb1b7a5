// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/schema_narrower.h"

#include "core/dialect/gemini/schema_gatherer.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

constexpr int deepest = 32;
constexpr int mostNodes = 4000; // references may multiply without bound

enum class Rule { Keep, Number, Text, Format, Handled, Quiet };
struct Keyword {
    std::string_view name;
    Rule rule;
};
constexpr std::array<Keyword, 29> keywords = {{
    {"type", Rule::Handled},         {"enum", Rule::Handled},
    {"const", Rule::Handled},        {"properties", Rule::Handled},
    {"required", Rule::Handled},     {"items", Rule::Handled},
    {"anyOf", Rule::Handled},        {"oneOf", Rule::Handled},
    {"allOf", Rule::Handled},        {"$ref", Rule::Handled},
    {"nullable", Rule::Handled},     {"$defs", Rule::Quiet},
    {"definitions", Rule::Quiet},    {"title", Rule::Text},
    {"description", Rule::Text},     {"pattern", Rule::Text},
    {"default", Rule::Keep},         {"example", Rule::Keep},
    {"format", Rule::Format},        {"propertyOrdering", Rule::Keep},
    {"minItems", Rule::Number},      {"maxItems", Rule::Number},
    {"minProperties", Rule::Number}, {"maxProperties", Rule::Number},
    {"minLength", Rule::Number},     {"maxLength", Rule::Number},
    {"minimum", Rule::Number},       {"maximum", Rule::Number},
    {"strict", Rule::Quiet},
}};
constexpr std::array<std::string_view, 6> formats = {"enum", "date-time", "int32", "int64", "float", "double"};

const Keyword *keywordOf(std::string_view name)
{
    const auto found =
        std::find_if(keywords.begin(), keywords.end(), [name](const Keyword &keyword) { return keyword.name == name; });
    return found == keywords.end() ? nullptr : &*found;
}

class Narrower
{
public:
    Narrower(const json::value &root, JsonWriter &out, LossReport &losses)
        : m_out(out), m_losses(losses), m_gatherer(root, losses)
    {
    }

    void write(const json::value &schema, bool nullable, int depth)
    {
        const size_t open = m_gatherer.open();
        Gathered gathered;
        gathered.nullable = nullable;
        if (depth > deepest || ++m_nodes > mostNodes)
            m_losses.drop(&schema, "the schema is too deep or too large for Gemini");
        else
            m_gatherer.gather(schema, gathered, depth);
        SchemaGatherer::readTypes(gathered);
        m_out.beginObject();
        if (gathered.choices && !hasStructure(gathered))
            writeChoices(gathered, depth);
        else
            writePlain(gathered, depth);
        m_out.endObject();
        m_gatherer.close(open);
    }

private:
    static bool hasStructure(const Gathered &gathered)
    {
        return gathered.find("properties") || gathered.find("items") || gathered.find("enum");
    }

    // Beside anyOf the subset takes nothing else, so `nullable` goes into each alternative.
    void writeChoices(const Gathered &gathered, int depth)
    {
        for (const json::object *source : gathered.sources) {
            for (const json::key_value_pair &member : *source) {
                const Keyword *keyword = keywordOf(member.key());
                if (&member.value() == gathered.choices) {
                    if (member.key() == "oneOf")
                        m_losses.approximate(&member.value(), "Gemini knows anyOf only");
                } else if (!keyword || (keyword->rule != Rule::Handled && keyword->rule != Rule::Quiet)) {
                    m_losses.drop(&member.value(), "Gemini takes no other keyword beside anyOf");
                }
            }
        }
        m_out.key("anyOf");
        m_out.beginArray();
        for (const json::value &one : gathered.choices->get_array()) {
            if (!isNullSchema(one))
                write(one, gathered.nullable, depth + 1);
        }
        m_out.endArray();
    }

    void writePlain(const Gathered &gathered, int depth)
    {
        if (gathered.choices)
            m_losses.drop(gathered.choices, "Gemini takes no alternatives beside properties, items or enum");
        if (gathered.types.size() > 1)
            return writeTypeList(gathered);
        if (!gathered.types.empty())
            m_out.member("type", gathered.types.front());
        if (gathered.nullable)
            m_out.member("nullable", true);
        std::vector<std::string_view> written;
        for (const json::object *source : gathered.sources) {
            for (const json::key_value_pair &member : *source) {
                const std::string_view key = member.key();
                if (std::find(written.begin(), written.end(), key) != written.end())
                    continue;
                if (writeMember(key, member.value(), gathered, depth))
                    written.push_back(key);
            }
        }
        if (!gathered.types.empty() && gathered.types.front() == "ARRAY" && !usableItems(gathered)) {
            m_out.key("items");
            m_out.beginObject();
            m_out.member("type", "STRING");
            m_out.endObject();
        }
    }

    void writeTypeList(const Gathered &gathered)
    {
        for (const json::object *source : gathered.sources) {
            for (const json::key_value_pair &member : *source) {
                if (member.key() == "type")
                    m_losses.approximate(&member.value(), "a list of types becomes anyOf");
                else if (const Keyword *keyword = keywordOf(member.key()); !keyword || keyword->rule != Rule::Quiet)
                    m_losses.drop(&member.value(), "Gemini takes no other keyword beside anyOf");
            }
        }
        m_out.key("anyOf");
        m_out.beginArray();
        for (const std::string &type : gathered.types) {
            m_out.beginObject();
            m_out.member("type", type);
            if (gathered.nullable)
                m_out.member("nullable", true);
            m_out.endObject();
        }
        m_out.endArray();
    }

    // Whether the keyword now stands in the output.
    bool writeMember(std::string_view key, const json::value &value, const Gathered &gathered, int depth)
    {
        const Keyword *keyword = keywordOf(key);
        if (!keyword) {
            m_losses.drop(&value, "Gemini's schemas do not know " + std::string(key));
            return false;
        }
        switch (keyword->rule) {
        case Rule::Quiet:
            return false;
        case Rule::Handled:
            return writeHandled(key, value, gathered, depth);
        case Rule::Keep:
            break;
        case Rule::Number:
            if (!value.is_number())
                return dropped(value, "must be a number");
            break;
        case Rule::Text:
            if (!value.is_string())
                return dropped(value, "must be a text");
            break;
        case Rule::Format:
            if (std::find(formats.begin(), formats.end(), textOf(value)) == formats.end())
                return dropped(value, "Gemini's schemas do not know this format");
            break;
        }
        m_out.member(key, value);
        return true;
    }

    static std::string_view textOf(const json::value &value)
    {
        const json::string *text = value.if_string();
        return text ? std::string_view(*text) : std::string_view();
    }

    bool dropped(const json::value &value, std::string_view reason)
    {
        m_losses.drop(&value, reason);
        return false;
    }

    bool writeHandled(std::string_view key, const json::value &value, const Gathered &gathered, int depth)
    {
        if (key == "enum")
            return writeEnum(value, gathered);
        if (key == "const")
            return !gathered.find("enum") && writeConst(value);
        if (key == "properties")
            return writeProperties(gathered, depth);
        if (key == "required")
            return writeRequired(gathered);
        if (key == "items" && !value.is_object())
            return dropped(value, "Gemini's schemas know one kind of items only");
        if (key == "items") {
            m_out.key("items");
            write(value, false, depth + 1);
            return true;
        }
        return false; // the others were worked in by gather()
    }

    static const json::value *usableItems(const Gathered &gathered)
    {
        const json::value *items = gathered.find("items");
        return items && items->is_object() ? items : nullptr;
    }

    bool writeEnum(const json::value &value, const Gathered &gathered)
    {
        const json::array *list = value.if_array();
        const bool texts = gathered.types.size() == 1 && gathered.types.front() == "STRING" && list &&
                           std::all_of(list->begin(), list->end(),
                                       [](const json::value &one) { return one.is_string() || one.is_null(); });
        if (!texts)
            return dropped(value, "Gemini's enumerations hold texts only");
        m_out.key("enum");
        m_out.beginArray();
        for (const json::value &one : *list) {
            if (!textOf(one).empty())
                m_out.text(textOf(one));
            else if (one.is_string())
                m_losses.drop(&one, "Gemini's enumerations hold no empty text");
        }
        m_out.endArray();
        return true;
    }

    bool writeConst(const json::value &value)
    {
        if (textOf(value).empty())
            return dropped(value, "Gemini's schemas know constant texts only");
        m_out.key("enum");
        m_out.beginArray();
        m_out.text(textOf(value));
        m_out.endArray();
        return true;
    }

    template<class Visit>
    static void eachProperty(const Gathered &gathered, const Visit &visit)
    {
        for (const json::object *source : gathered.sources) {
            const json::value *properties = source->if_contains("properties");
            if (!properties || !properties->is_object())
                continue;
            for (const json::key_value_pair &property : properties->get_object())
                visit(property);
        }
    }

    bool writeProperties(const Gathered &gathered, int depth)
    {
        std::vector<std::string_view> names;
        eachProperty(gathered, [&](const json::key_value_pair &property) {
            const std::string_view name = property.key();
            if (std::find(names.begin(), names.end(), name) != names.end())
                return;
            if (names.empty())
                m_out.key("properties"), m_out.beginObject();
            names.push_back(name);
            m_out.key(name);
            write(property.value(), false, depth + 1);
        });
        if (!names.empty())
            m_out.endObject();
        return true;
    }

    // Only what is declared may be required.
    bool writeRequired(const Gathered &gathered)
    {
        std::vector<std::string_view> declared;
        eachProperty(gathered, [&](const json::key_value_pair &property) { declared.push_back(property.key()); });
        std::vector<std::string_view> names;
        for (const json::object *source : gathered.sources) {
            const json::value *required = source->if_contains("required");
            if (!required || !required->is_array())
                continue;
            for (const json::value &one : required->get_array()) {
                const std::string_view name = textOf(one);
                if (std::find(declared.begin(), declared.end(), name) == declared.end())
                    m_losses.drop(&one, "Gemini requires declared properties only");
                else if (std::find(names.begin(), names.end(), name) == names.end())
                    names.push_back(name);
            }
        }
        if (names.empty())
            return true;
        m_out.key("required");
        m_out.beginArray();
        for (const std::string_view name : names)
            m_out.text(name);
        m_out.endArray();
        return true;
    }

    JsonWriter &m_out;
    LossReport &m_losses;
    SchemaGatherer m_gatherer;
    int m_nodes = 0;
};

} // namespace

void writeNarrowSchema(JsonWriter &out, const json::value &schema, LossReport &losses)
{
    Narrower(schema, out, losses).write(schema, false, 0);
}

bool isEmptyObjectSchema(const json::value &schema)
{
    const json::object *object = schema.if_object();
    if (!object)
        return true;
    for (const std::string_view key : {"properties", "anyOf", "oneOf", "allOf", "$ref", "items", "enum"}) {
        const json::value *value = object->if_contains(key);
        if (value && !(value->is_object() && value->get_object().empty()))
            return false;
    }
    return true;
}

} // namespace signalbox::gemini
