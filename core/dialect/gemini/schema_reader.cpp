// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/schema_reader.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <new>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

constexpr int deepest = 96;

struct Spelling {
    std::string_view snake;
    std::string_view camel;
};
constexpr std::array<Spelling, 10> spellings = {{{"any_of", "anyOf"},
                                                 {"min_items", "minItems"},
                                                 {"max_items", "maxItems"},
                                                 {"min_length", "minLength"},
                                                 {"max_length", "maxLength"},
                                                 {"min_properties", "minProperties"},
                                                 {"max_properties", "maxProperties"},
                                                 {"property_ordering", "propertyOrdering"},
                                                 {"additional_properties", "additionalProperties"},
                                                 {"prefix_items", "prefixItems"}}};

std::string_view camelOf(std::string_view key)
{
    for (const Spelling &spelling : spellings) {
        if (key == spelling.snake)
            return spelling.camel;
    }
    return key;
}

bool isCount(std::string_view key)
{
    return key.starts_with("min") || key.starts_with("max");
}

bool hasUpperCase(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool anyOpenApi(const json::value &schema, int depth);

bool memberIsOpenApi(std::string_view key, const json::value &value, int depth)
{
    if (key == "nullable" || key == "propertyOrdering" || camelOf(key) != key)
        return true;
    if (key == "type")
        return value.is_string() && hasUpperCase(std::string_view(value.get_string()));
    if (isCount(key))
        return value.is_string();
    if (key == "items")
        return anyOpenApi(value, depth + 1);
    if (key == "properties" && value.is_object())
        return std::any_of(value.get_object().begin(), value.get_object().end(),
                           [depth](const auto &property) { return anyOpenApi(property.value(), depth + 1); });
    if (key == "anyOf" && value.is_array())
        return std::any_of(value.get_array().begin(), value.get_array().end(),
                           [depth](const json::value &one) { return anyOpenApi(one, depth + 1); });
    return false;
}

bool anyOpenApi(const json::value &schema, int depth)
{
    const json::object *object = schema.if_object();
    if (!object || depth > deepest)
        return false;
    return std::any_of(object->begin(), object->end(), [depth](const json::key_value_pair &member) {
        return memberIsOpenApi(member.key(), member.value(), depth);
    });
}

std::string lowerCase(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

class Rewriter
{
public:
    Rewriter(const json::storage_ptr &storage, LossReport &losses) : m_storage(storage), m_losses(losses) {}

    json::value rewrite(const json::value &schema, int depth)
    {
        const json::object *from = schema.if_object();
        if (!from || depth > deepest)
            return json::value(schema, m_storage);
        const json::value *nullable = from->if_contains("nullable");
        const bool orNull = nullable && nullable->is_bool() && nullable->get_bool();
        json::object to(m_storage);
        for (const json::key_value_pair &member : *from)
            addMember(to, camelOf(member.key()), member.value(), orNull, depth);
        return to;
    }

private:
    void addMember(json::object &to, std::string_view key, const json::value &value, bool orNull, int depth)
    {
        if (key == "nullable" || (key == "format" && value == "enum"))
            return;
        if (key == "propertyOrdering") {
            m_losses.drop(&value, "JSON Schema has no order of properties");
        } else if (key == "type" && value.is_string()) {
            const std::string type = lowerCase(std::string_view(value.get_string()));
            if (type == "type_unspecified")
                return;
            if (orNull)
                to.emplace(key, json::array({json::string_view(type), json::string_view("null")}, m_storage));
            else
                to.emplace(key, type);
        } else if (key == "enum" && value.is_array() && orNull) {
            json::array choices(value.get_array(), m_storage);
            choices.emplace_back(nullptr);
            to.emplace(key, std::move(choices));
        } else if (isCount(key) && value.is_string()) {
            to.emplace(key, countOf(std::string_view(value.get_string())));
        } else if (key == "items") {
            to.emplace(key, rewrite(value, depth + 1));
        } else if (key == "properties" && value.is_object()) {
            json::object properties(m_storage);
            for (const json::key_value_pair &property : value.get_object())
                properties.emplace(property.key(), rewrite(property.value(), depth + 1));
            to.emplace(key, std::move(properties));
        } else if (key == "anyOf" && value.is_array()) {
            json::array choices(m_storage);
            for (const json::value &one : value.get_array())
                choices.push_back(rewrite(one, depth + 1));
            to.emplace(key, std::move(choices));
        } else {
            to.emplace(key, value);
        }
    }

    // protobuf's int64 travels as text.
    static json::value countOf(std::string_view text)
    {
        int64_t count = 0;
        const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), count);
        if (code == std::errc() && end == text.data() + text.size())
            return count;
        return json::string(text);
    }

    json::storage_ptr m_storage;
    LossReport &m_losses;
};

} // namespace

Node jsonSchemaOf(Node openApi, ConversationSource &source, LossReport &losses)
{
    if (!openApi || !anyOpenApi(*openApi, 0))
        return openApi;
    const json::storage_ptr storage(&source.memory);
    // Lives and dies with the source's memory, whose values need no destructor.
    void *place = source.memory.allocate(sizeof(json::value), alignof(json::value));
    const Node schema = new (place) json::value(Rewriter(storage, losses).rewrite(*openApi, 0));
    source.copies.push_back({schema, openApi});
    return schema;
}

} // namespace signalbox::gemini
