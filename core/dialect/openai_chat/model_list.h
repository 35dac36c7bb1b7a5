// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <span>
#include <string>

namespace signalbox::openai_chat {

using ListedModel = signalbox::ListedModel;

// {"object":"list","data":[{"id","object":"model","created","owned_by"}]}, with context_length, max_completion_tokens,
// architecture.input_modalities and of supported_parameters `tools` and `reasoning` (as OpenRouter names them) where
// they are known.
std::string modelListBody(std::span<const ListedModel> models);
std::string modelBody(const ListedModel &model);

} // namespace signalbox::openai_chat
