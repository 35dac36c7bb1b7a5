// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::gemini {

// Server-sent events, a JSON array or one object: told apart by the first byte.
std::unique_ptr<ReplyDecoder> replyDecoder();

} // namespace signalbox::gemini
