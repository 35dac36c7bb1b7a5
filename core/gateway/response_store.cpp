// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/response_store.h"

#include "core/dialect/openai_responses/history.h"
#include "core/gateway/kept_store.h"

#include <boost/json.hpp>

namespace signalbox {

namespace {

namespace responses = openai_responses;

constexpr auto kind = KeptItem::Kind::Response;

std::string itemKey(std::string_view id)
{
    return "item:" + std::string(id);
}

std::string previousId(std::string_view body)
{
    boost::system::error_code code;
    boost::json::parse_options options;
    options.max_depth = 128;
    const boost::json::value value = boost::json::parse(body, code, {}, options);
    const boost::json::object *object = code ? nullptr : value.if_object();
    const boost::json::value *id = object ? object->if_contains("previous_response_id") : nullptr;
    return id && id->is_string() ? std::string(id->get_string()) : std::string();
}

} // namespace

Result<std::optional<std::string>> ResponseStore::resolve(std::string_view body)
{
    std::optional<std::string> resolved;
    if (body.find("\"item_reference\"") != std::string_view::npos) {
        bool any = false;
        for (const std::string &id : responses::referencedItems(body))
            any = any || m_store.find(kind, itemKey(id));
        if (any) {
            auto whole = responses::withReferencedItems(body, [this](std::string_view id) {
                const std::string *item = m_store.find(kind, itemKey(id));
                return item ? *item : std::string();
            });
            if (!whole)
                return whole.error();
            resolved = std::move(*whole);
            body = *resolved;
        }
    }
    if (body.find("\"previous_response_id\"") == std::string_view::npos)
        return resolved;
    const std::string id = previousId(body);
    const std::string *items = id.empty() ? nullptr : m_store.find(kind, id);
    if (!items)
        return resolved;
    auto whole = responses::withHistory(body, *items);
    if (!whole)
        return whole.error();
    resolved = std::move(*whole);
    return resolved;
}

void ResponseStore::remember(std::string_view body, const FoldedReply &reply, const ReplyOptions &options)
{
    m_store.put(kind, responses::responseId(reply, options), responses::itemsToStore(body, reply, options), keepMs);
    for (auto &[id, item] : responses::outputItemsById(reply, options))
        m_store.put(kind, itemKey(id), std::move(item), keepMs);
}

} // namespace signalbox
