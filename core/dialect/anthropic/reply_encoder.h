// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <memory>
#include <string>

namespace signalbox::anthropic {

std::unique_ptr<ReplyEncoder> makeReplyEncoder(const ReplyOptions &options);
std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options);

} // namespace signalbox::anthropic
