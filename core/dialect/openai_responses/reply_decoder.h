// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::openai_responses {

std::unique_ptr<ReplyDecoder> makeReplyDecoder();

} // namespace signalbox::openai_responses
