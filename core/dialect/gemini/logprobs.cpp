// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/logprobs.h"

#include <boost/json.hpp>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

const json::array *listAt(const json::object &object, std::string_view key)
{
    const json::value *value = object.if_contains(key);
    return value ? value->if_array() : nullptr;
}

json::object itemOf(const json::value &candidate, const json::storage_ptr &storage)
{
    json::object item(storage);
    const json::object *from = candidate.if_object();
    if (!from)
        return item;
    if (const json::value *token = from->if_contains("token"))
        item.emplace("token", *token);
    if (const json::value *probability = from->if_contains("logProbability"))
        item.emplace("logprob", *probability);
    item.emplace("bytes", nullptr);
    return item;
}

void writeCandidate(JsonWriter &out, const json::value &item)
{
    out.beginObject();
    if (const json::object *from = item.if_object()) {
        if (const json::value *token = from->if_contains("token"))
            out.member("token", *token);
        if (const json::value *probability = from->if_contains("logprob"))
            out.member("logProbability", *probability);
    }
    out.endObject();
}

} // namespace

json::array readLogprobs(const json::object &result, const json::storage_ptr &storage)
{
    json::array items(storage);
    const json::array *chosen = listAt(result, "chosenCandidates");
    const json::array *top = listAt(result, "topCandidates");
    for (size_t i = 0; chosen && i < chosen->size(); ++i) {
        json::object item = itemOf((*chosen)[i], storage);
        json::array others(storage);
        const json::object *place = top && i < top->size() ? (*top)[i].if_object() : nullptr;
        if (const json::array *candidates = place ? listAt(*place, "candidates") : nullptr) {
            for (const json::value &candidate : *candidates)
                others.push_back(itemOf(candidate, storage));
        }
        item.emplace("top_logprobs", std::move(others));
        items.push_back(std::move(item));
    }
    return items;
}

void writeLogprobs(JsonWriter &out, const json::value &items)
{
    const json::array *list = items.if_array();
    if (!list || list->empty())
        return;
    out.key("logprobsResult");
    out.beginObject();
    out.key("topCandidates");
    out.beginArray();
    for (const json::value &item : *list) {
        out.beginObject();
        out.key("candidates");
        out.beginArray();
        const json::array *top = item.is_object() ? listAt(item.get_object(), "top_logprobs") : nullptr;
        for (size_t i = 0; top && i < top->size(); ++i)
            writeCandidate(out, (*top)[i]);
        out.endArray();
        out.endObject();
    }
    out.endArray();
    out.key("chosenCandidates");
    out.beginArray();
    for (const json::value &item : *list)
        writeCandidate(out, item);
    out.endArray();
    out.endObject();
}

} // namespace signalbox::gemini
