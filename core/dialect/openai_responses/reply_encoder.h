// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::openai_responses {

std::unique_ptr<ReplyEncoder> makeReplyEncoder(const ReplyOptions &options);

// A whole reply; with a failure its error body. Items and ids are those of the stream.
std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options);

// The output items of a reply, as JSON values with commas between, with encrypted reasoning whether asked for or not:
// what is to be stored.
std::string outputItems(const FoldedReply &reply, const ReplyOptions &options);

} // namespace signalbox::openai_responses
