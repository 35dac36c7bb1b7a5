// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace signalbox {

// A file of resources/catalogue as it stands in the program; lives as long as the program.
std::string_view catalogueResource(const char *name);

} // namespace signalbox
