// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/object_reader.h"

#include <boost/json.hpp>

#include <cmath>

namespace signalbox {

namespace json = boost::json;

void DecodeContext::fail(Node where, std::string_view what)
{
    if (failed())
        return;
    mistakeAt = where;
    mistake = what;
}

Error DecodeContext::error(const json::value &root) const
{
    const std::string pointer = mistakeAt ? pointerOf(root, mistakeAt) : std::string();
    return {"field_invalid", pointer.empty() ? mistake : pointer + ": " + mistake, 400};
}

ObjectReader::ObjectReader(const json::object &object, DecodeContext &context)
    : m_object(object), m_context(context), m_reason("unknown field, or without a counterpart in the provider's API")
{
}

ObjectReader::~ObjectReader()
{
    if (m_quiet || m_context.failed())
        return;
    size_t i = 0;
    for (const json::key_value_pair &member : m_object) {
        const bool taken = i < most && m_taken.test(i);
        ++i;
        if (!taken && !member.value().is_null())
            m_context.losses.drop(&member.value(), m_reason);
    }
}

Node ObjectReader::peek(std::string_view key) const
{
    const auto found = m_object.find(key);
    return found == m_object.end() || found->value().is_null() ? nullptr : &found->value();
}

Node ObjectReader::take(std::string_view key)
{
    const auto found = m_object.find(key);
    if (found == m_object.end())
        return nullptr;
    const auto index = static_cast<size_t>(found - m_object.begin());
    if (index < most)
        m_taken.set(index);
    return found->value().is_null() ? nullptr : &found->value();
}

Setting<std::string_view> ObjectReader::textSetting(std::string_view key)
{
    const Node value = take(key);
    if (!value)
        return {};
    const json::string *text = value->if_string();
    if (!text) {
        m_context.fail(value, "must be a text");
        return {};
    }
    return {std::string_view(*text), value};
}

std::string_view ObjectReader::text(std::string_view key)
{
    return textSetting(key).value.value_or(std::string_view());
}

Setting<double> ObjectReader::number(std::string_view key)
{
    const Node value = take(key);
    if (!value)
        return {};
    if (!value->is_number()) {
        m_context.fail(value, "must be a number");
        return {};
    }
    return {value->to_number<double>(), value};
}

Setting<int64_t> ObjectReader::integer(std::string_view key)
{
    const Node value = take(key);
    if (!value)
        return {};
    if (const int64_t *whole = value->if_int64())
        return {*whole, value};
    const double *real = value->if_double();
    if (!real || *real != std::floor(*real) || std::abs(*real) > 9e15) {
        m_context.fail(value, "must be a whole number");
        return {};
    }
    return {static_cast<int64_t>(*real), value};
}

Setting<bool> ObjectReader::boolean(std::string_view key)
{
    const Node value = take(key);
    if (!value)
        return {};
    const bool *truth = value->if_bool();
    if (!truth) {
        m_context.fail(value, "must be true or false");
        return {};
    }
    return {*truth, value};
}

const json::object *ObjectReader::object(std::string_view key)
{
    const Node value = take(key);
    if (!value)
        return nullptr;
    const json::object *object = value->if_object();
    if (!object)
        m_context.fail(value, "must be an object");
    return object;
}

const json::array *ObjectReader::array(std::string_view key)
{
    const Node value = take(key);
    if (!value)
        return nullptr;
    const json::array *array = value->if_array();
    if (!array)
        m_context.fail(value, "must be a list");
    return array;
}

} // namespace signalbox
