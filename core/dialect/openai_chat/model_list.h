// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::openai_chat {

struct ListedModel {
    std::string id;
    std::string ownedBy;

    bool operator==(const ListedModel &) const = default;
};

// {"object":"list","data":[{"id","object":"model","created","owned_by"}]}
std::string modelListBody(std::span<const ListedModel> models);
std::string modelBody(const ListedModel &model);

// The ids in a provider's model list; nullopt when it is none.
std::optional<std::vector<std::string>> readModelIds(std::string_view body);

} // namespace signalbox::openai_chat
