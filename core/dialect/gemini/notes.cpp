// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/notes.h"

#include <boost/json.hpp>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

// Texts are views into the parsed body, so the place is found by address.
Node find(const json::value &value, std::string_view text)
{
    if (const json::string *own = value.if_string())
        return own->data() == text.data() ? &value : nullptr;
    if (const json::object *object = value.if_object()) {
        for (const json::key_value_pair &member : *object) {
            if (const Node found = find(member.value(), text))
                return found;
        }
    } else if (const json::array *array = value.if_array()) {
        for (const json::value &item : *array) {
            if (const Node found = find(item, text))
                return found;
        }
    }
    return nullptr;
}

} // namespace

void noteText(Node origin, std::string_view text, std::string_view reason, LossReport &losses)
{
    if (text.empty() || !origin)
        return;
    const Node place = find(*origin, text);
    losses.drop(place ? place : origin, reason);
}

void noteCache(const Part &part, LossReport &losses)
{
    if (part.cache)
        losses.drop(part.cache->origin ? part.cache->origin : part.origin, "Gemini caches prompts on its own");
}

} // namespace signalbox::gemini
