// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"
#include "core/dialect/reply_events.h"

#include <memory>
#include <string>
#include <string_view>

namespace signalbox {

class KeptStore;

// Thinking across turns where the client's dialect cannot carry it (PITFALLS: dialect [2] [5] [6] [8]). What a reply
// thought is remembered under its tool calls' ids, or under a hash of its text, together with the account that made it;
// when the client replays that turn bare, it is put back for that account, and for nobody else. Thinking that the
// client did carry goes to its maker alone. Lives on the gateway thread.
class Continuity
{
public:
    static constexpr int64_t keepMs = 7LL * 24 * 3600 * 1000;

    explicit Continuity(KeptStore &store) : m_store(store) {}

    // `account`: PROVIDER/CREDENTIAL.
    void remember(const FoldedReply &reply, Dialect maker, std::string_view account);
    // The conversation as this target may see it; the same object when nothing had to change.
    std::shared_ptr<const Conversation> forTarget(std::shared_ptr<const Conversation> conversation, Dialect target,
                                                  std::string_view account, LossReport &losses);
    // Whether an earlier turn of it is remembered for this account: such a request cannot pass as it is.
    bool hasSomethingFor(const Conversation &conversation, std::string_view account);

private:
    struct Memory;
    bool recall(const Message &message, std::string_view account, Memory &memory);

    KeptStore &m_store;
};

// Signatures that carry a tag (core/dialect/signature_tag.h) lose it and get its maker and account.
void readSignatureTags(Conversation &conversation);

} // namespace signalbox
