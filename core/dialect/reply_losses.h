// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <bitset>
#include <string_view>
#include <vector>

namespace signalbox {

// What a provider's reply holds and the client's dialect cannot show: each kind once per reply, with its place in the
// provider's reply as it looks when it is not streamed. Costs an ordinary event nothing but two comparisons. Pure; one
// per reply.
class ReplyLosses
{
public:
    ReplyLosses(const Codec &client, Dialect provider);
    void see(const ReplyEvent &event);
    const std::vector<LossEntry> &entries() const { return m_entries; }

private:
    enum class Topic { Choices, Citations, Logprobs, Images, Audio, Redacted, Native, StopSequence, Pause };
    void see(const PartStart &start);
    void see(const PartDelta &delta);
    void see(const Finish &finish);
    void note(Topic topic, LossKind kind, std::string_view reason);

    ReplyShows m_shows;
    Dialect m_client;
    Dialect m_provider;
    std::bitset<16> m_noted; // by topic
    std::vector<LossEntry> m_entries;
};

} // namespace signalbox
