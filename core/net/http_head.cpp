// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_head.h"

namespace signalbox {

namespace {

constexpr unsigned caseBit = 0x20;

bool isLetter(unsigned char c)
{
    return ((c | caseBit) >= 'a') && ((c | caseBit) <= 'z');
}

} // namespace

bool sameLetters(std::string_view a, std::string_view b)
{
    for (size_t i = 0; i < a.size(); ++i) {
        const auto left = static_cast<unsigned char>(a[i]);
        const unsigned differs = left ^ static_cast<unsigned char>(b[i]);
        if (differs != 0 && (differs != caseBit || !isLetter(left)))
            return false;
    }
    return true;
}

void HeaderList::add(std::string_view name, std::string_view value)
{
    if (m_fields.capacity() == 0) { // else it grows five times on the way
        constexpr size_t usualText = 512;
        constexpr size_t usualFields = 16;
        m_text.reserve(usualText);
        m_fields.reserve(usualFields);
    }
    const auto at = static_cast<uint32_t>(m_text.size());
    m_text.append(name).append(value);
    m_fields.push_back({at, static_cast<uint32_t>(name.size()), static_cast<uint32_t>(at + name.size()),
                        static_cast<uint32_t>(value.size())});
}

void HeaderList::clear()
{
    m_text.clear();
    m_fields.clear();
}

HeaderList::View HeaderList::operator[](size_t i) const
{
    const Field &field = m_fields[i];
    const std::string_view text = m_text;
    return {text.substr(field.name, field.nameSize), text.substr(field.value, field.valueSize)};
}

std::string_view HeaderList::get(std::string_view name) const
{
    for (const Field &field : m_fields) {
        if (headerNameEquals({m_text.data() + field.name, field.nameSize}, name))
            return {m_text.data() + field.value, field.valueSize};
    }
    return {};
}

bool HeaderList::has(std::string_view name) const
{
    return count(name) > 0;
}

size_t HeaderList::count(std::string_view name) const
{
    size_t n = 0;
    for (size_t i = 0; i < m_fields.size(); ++i)
        n += headerNameEquals((*this)[i].name, name);
    return n;
}

std::string_view HttpRequestHead::path() const
{
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view HttpRequestHead::query() const
{
    const size_t at = target.find('?');
    return at == std::string::npos ? std::string_view() : std::string_view(target).substr(at + 1);
}

} // namespace signalbox
