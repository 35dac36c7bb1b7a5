// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <span>
#include <string>

namespace signalbox::ollama {

std::string modelList(std::span<const ListedModel> models); // /api/tags
std::string modelInfo(const ListedModel &model);            // /api/show

} // namespace signalbox::ollama
