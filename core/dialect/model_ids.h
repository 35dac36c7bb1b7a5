// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// A provider's own model list: where it is (after the base URL, with a query that asks for all of it) and its ids.
const char *modelListPath(Dialect dialect);
// nullopt when the body is no model list. Pure.
std::optional<std::vector<std::string>> readModelIds(Dialect dialect, std::string_view body);

} // namespace signalbox
