// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/reply_events.h"

#include <boost/json/array.hpp>

#include <deque>
#include <optional>

namespace signalbox {

// Puts parts strictly one after another, for dialects whose streams know one open block at a time (Anthropic,
// Responses): what belongs to a later part is held until the earlier one has ended. A part that never ends is ended by
// the Finish of its choice. Pure; one per reply, of one choice.
class PartSequencer final : public ReplySink
{
public:
    explicit PartSequencer(ReplySink &next) : m_next(next) {}
    void take(const ReplyEvent &event) override;

private:
    struct Held {
        int part = 0;
        FoldedPart copy;
        boost::json::array logprobs{};
        bool ended = false;
    };
    void takeStart(const PartStart &start);
    void takeDelta(const PartDelta &delta);
    void takeEnd(int part);
    void releaseHeld();
    void replay(const Held &held);
    void endAll();

    ReplySink &m_next;
    std::optional<int> m_open;
    std::deque<Held> m_held; // in the order of their start
};

} // namespace signalbox
