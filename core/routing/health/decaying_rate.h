// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/failure.h"
#include "core/routing/health/decay_clock.h"

namespace signalbox {

// How attempts ended in the recent past, by class, and the tokens that came.
class DecayingRate
{
public:
    static constexpr size_t classCount = static_cast<size_t>(FailureClass::Aborted) + 1;

    void add(FailureClass outcome, int64_t outputTokens, DecayMoment now);

    double of(FailureClass outcome, DecayMoment now) const { return m_counts.of(static_cast<size_t>(outcome), now); }
    double outputTokens(DecayMoment now) const { return m_counts.of(classCount, now); }
    double ended(DecayMoment now) const;    // all of them
    double attempts(DecayMoment now) const; // that tell of health: the good and the ill
    double errorRate(DecayMoment now) const;
    void rebase(DecayMoment before, DecayMoment after) { m_counts.rebase(before, after); }

    // Illness of a provider or model. Throttles, keys, conflicts, the client's own mistakes and aborts are not.
    static constexpr bool isIllness(FailureClass outcome)
    {
        return outcome == FailureClass::Connect || outcome == FailureClass::Timeout ||
               outcome == FailureClass::RequestTimeout || outcome == FailureClass::Overloaded ||
               outcome == FailureClass::Server;
    }

private:
    DecayingCounts<classCount + 1> m_counts;
};

} // namespace signalbox
