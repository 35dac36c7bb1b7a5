// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/loss_report.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox {

namespace {

namespace json = boost::json;

void appendStep(std::string &pointer, std::string_view key)
{
    pointer += '/';
    for (const char c : key) {
        if (c == '~')
            pointer += "~0";
        else if (c == '/')
            pointer += "~1";
        else
            pointer += c;
    }
}

// Calls `visit(value, pointer)` for each value, parents first; `visit` returns false to stop.
template<class Visit>
bool walk(const json::value &value, std::string &pointer, const Visit &visit)
{
    if (!visit(value, pointer))
        return false;
    const size_t length = pointer.size();
    if (const json::object *object = value.if_object()) {
        for (const json::key_value_pair &member : *object) {
            appendStep(pointer, member.key());
            if (!walk(member.value(), pointer, visit))
                return false;
            pointer.resize(length);
        }
    } else if (const json::array *array = value.if_array()) {
        for (size_t i = 0; i < array->size(); ++i) {
            pointer += '/';
            pointer += std::to_string(i);
            if (!walk((*array)[i], pointer, visit))
                return false;
            pointer.resize(length);
        }
    }
    return true;
}

// "any_of" is the same as "anyOf".
bool isSameKey(std::string_view original, std::string_view copied)
{
    size_t at = 0;
    bool upper = false;
    for (const char c : original) {
        if (c == '_') {
            upper = true;
            continue;
        }
        const char wanted = upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        upper = false;
        if (at == copied.size() || (copied[at] != wanted && copied[at] != c))
            return original == copied;
        ++at;
    }
    return at == copied.size() || original == copied;
}

} // namespace

Node placeOf(Node owner, std::string_view key)
{
    const json::object *object = owner ? owner->if_object() : nullptr;
    const json::value *member = object ? object->if_contains(key) : nullptr;
    return member ? member : owner;
}

const char *lossKindName(LossKind kind)
{
    switch (kind) {
    case LossKind::Renamed:
        return "renamed";
    case LossKind::Approximated:
        return "approximated";
    case LossKind::Dropped:
        break;
    }
    return "dropped";
}

void LossReport::add(Node where, LossKind kind, std::string_view reason)
{
    if (!where)
        return;
    std::vector<Noted> &here = m_noted[where];
    const bool known = std::any_of(here.begin(), here.end(),
                                   [&](const Noted &noted) { return noted.kind == kind && noted.reason == reason; });
    if (known)
        return;
    here.push_back({kind, std::string(reason)});
    ++m_count;
}

void LossReport::clear()
{
    m_noted.clear();
    m_count = 0;
}

LossReport LossReport::traced(const std::vector<CopiedPlace> &copies) const
{
    LossReport found = *this;
    for (const CopiedPlace &place : copies)
        trace(place.copy, place.original, found);
    return found;
}

// Both trees side by side. A copy may lack members and have more elements; what is new in it stands for the nearest
// place that is not.
void LossReport::trace(Node copy, Node original, LossReport &found) const
{
    if (const auto here = m_noted.find(copy); here != m_noted.end()) {
        for (const Noted &noted : here->second)
            found.add(original, noted.kind, noted.reason);
    }
    if (const json::object *object = copy->if_object()) {
        const json::object *from = original->if_object();
        for (const json::key_value_pair &member : *object) {
            const auto same =
                from ? std::find_if(from->begin(), from->end(),
                                    [&](const json::key_value_pair &one) { return isSameKey(one.key(), member.key()); })
                     : nullptr;
            trace(&member.value(), from && same != from->end() ? &same->value() : original, found);
        }
    } else if (const json::array *array = copy->if_array()) {
        const json::array *from = original->if_array();
        for (size_t i = 0; i < array->size(); ++i)
            trace(&(*array)[i], from && i < from->size() ? &(*from)[i] : original, found);
    }
}

std::vector<LossEntry> LossReport::resolve(const json::value &root, bool reply,
                                           const std::vector<CopiedPlace> &copies) const
{
    std::vector<LossEntry> entries;
    if (empty())
        return entries;
    if (!copies.empty())
        return traced(copies).resolve(root, reply);
    entries.reserve(m_count);
    std::string pointer;
    walk(root, pointer, [&](const json::value &value, const std::string &at) {
        const auto here = m_noted.find(&value);
        if (here == m_noted.end())
            return true;
        for (const Noted &noted : here->second)
            entries.push_back({at, noted.kind, noted.reason, reply});
        return entries.size() < m_count;
    });
    return entries;
}

std::string pointerOf(const json::value &root, Node where)
{
    std::string pointer;
    std::string found;
    walk(root, pointer, [&](const json::value &value, const std::string &at) {
        if (&value != where)
            return true;
        found = at;
        return false;
    });
    return found;
}

} // namespace signalbox
