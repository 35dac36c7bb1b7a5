// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/failure.h"

#include <optional>
#include <string_view>

namespace signalbox {

// What a provider means where its words say more than its status. nullopt: nothing that is known here; the status
// decides. A status below 400 stands for an error told inside a stream.
std::optional<FailureClass> classifyWords(int status, std::string_view code, std::string_view type,
                                          std::string_view message);

} // namespace signalbox
