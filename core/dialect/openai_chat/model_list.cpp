// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/model_list.h"

#include <boost/json.hpp>

namespace signalbox::openai_chat {

namespace {

boost::json::object modelObject(const ListedModel &model)
{
    // `created` is required by typed SDKs; we do not know when a provider made its model.
    return {{"id", model.id}, {"object", "model"}, {"created", 0}, {"owned_by", model.ownedBy}};
}

} // namespace

std::string modelListBody(std::span<const ListedModel> models)
{
    boost::json::array data;
    for (const ListedModel &model : models)
        data.push_back(modelObject(model));
    return boost::json::serialize(boost::json::object{{"object", "list"}, {"data", std::move(data)}});
}

std::string modelBody(const ListedModel &model)
{
    return boost::json::serialize(modelObject(model));
}

std::optional<std::vector<std::string>> readModelIds(std::string_view body)
{
    boost::system::error_code failure;
    const boost::json::value value = boost::json::parse(body, failure);
    const boost::json::object *root = failure ? nullptr : value.if_object();
    const boost::json::value *data = root ? root->if_contains("data") : nullptr;
    if (!data || !data->is_array())
        return std::nullopt;
    std::vector<std::string> ids;
    for (const boost::json::value &model : data->get_array()) {
        const boost::json::object *entry = model.if_object();
        const boost::json::value *id = entry ? entry->if_contains("id") : nullptr;
        if (id && id->is_string())
            ids.emplace_back(id->get_string());
    }
    return ids;
}

} // namespace signalbox::openai_chat
