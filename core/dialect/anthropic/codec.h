// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::anthropic {

// Anthropic Messages. Lives as long as the program.
const Codec &codec();

} // namespace signalbox::anthropic
