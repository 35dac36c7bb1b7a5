// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/conversation.h"
#include "core/dialect/loss_report.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace signalbox {

// Messages that come and go together: a user's words and all that follows up to the user's next ones. A tool result
// far behind its call joins what lies between, so no pair is ever torn.
struct Turn {
    size_t begin = 0; // of Conversation::messages
    size_t end = 0;
};
// The turns before the last one; that and the instructions in front are always kept.
std::vector<Turn> earlierTurns(const Conversation &conversation);

struct TruncationRule {
    enum class From { Oldest, Middle };
    From from = From::Oldest;
    int64_t mostTokens = 0; // of input
    std::string target;     // named to people
    std::function<int64_t(const Conversation &)> count;
};

// The conversation without so many of its earlier turns that it counts as much as the rule allows at most; the same
// object when it does already. Instructions between the turns stay where they are; what is kept is kept as it is. Each
// turn that goes is noted in `losses` at the place of its first message. Error: context_length_exceeded (400), when not
// even the last turn alone fits. Pure; calls `count` once for each time that the number of turns can be halved.
Result<std::shared_ptr<const Conversation>> truncated(std::shared_ptr<const Conversation> conversation,
                                                      const TruncationRule &rule, LossReport &losses);

} // namespace signalbox
