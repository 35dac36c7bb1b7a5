// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace signalbox {

// Shell-like match over the whole text: `*` any run (also of '/'), `?` one byte. Linear in practice, never
// exponential. Case-sensitive.
bool globMatch(std::string_view pattern, std::string_view text);

} // namespace signalbox
