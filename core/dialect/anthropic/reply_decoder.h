// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <memory>

namespace signalbox::anthropic {

std::unique_ptr<ReplyDecoder> makeReplyDecoder();

} // namespace signalbox::anthropic
