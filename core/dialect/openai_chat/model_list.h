// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::openai_chat {

using ListedModel = signalbox::ListedModel;

// {"object":"list","data":[{"id","object":"model","created","owned_by"}]}, with context_length, max_completion_tokens
// and architecture.input_modalities (as OpenRouter names them) where they are known.
std::string modelListBody(std::span<const ListedModel> models);
std::string modelBody(const ListedModel &model);

// The ids in a provider's model list; nullopt when it is none.
std::optional<std::vector<std::string>> readModelIds(std::string_view body);

} // namespace signalbox::openai_chat
