// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <span>
#include <string>

namespace signalbox::anthropic {

std::string modelList(std::span<const ListedModel> models);
std::string modelBody(const ListedModel &model);

} // namespace signalbox::anthropic
