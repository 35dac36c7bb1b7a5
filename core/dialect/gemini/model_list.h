// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::gemini {

// GET /v1beta/models and /v1beta/models/ID. Pure.
std::string modelList(std::span<const ListedModel> models);
std::string model(const ListedModel &model);

} // namespace signalbox::gemini
