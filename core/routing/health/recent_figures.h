// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/health/decaying_histogram.h"
#include "core/routing/health/decaying_rate.h"
#include "core/routing/health/health_book.h"

#include <memory>
#include <optional>

namespace signalbox {

// An ended attempt as all three scopes take it: what costs a logarithm is worked out once.
struct Sample {
    FailureClass outcome = FailureClass::None;
    int64_t outputTokens = 0;
    std::optional<size_t> ttft, duration, tokensPerSecond; // buckets
    DecayMoment moment;

    static Sample of(const AttemptResult &result, DecayMoment moment);
};

// How attempts went lately, of a target, credential or provider. The histograms come with the first sample: most models
// that are only named are never asked.
class RecentFigures
{
public:
    // Less is left of what was known than this many attempts: it is taken for unknown.
    static constexpr double faded = 0.01;

    int inFlight = 0;

    void add(const Sample &sample);
    TargetFigures read(const DecayClock &clock, DecayMoment now) const;
    double errorRate(DecayMoment now) const { return m_details ? m_details->rate.errorRate(now) : 0; }
    std::optional<double> ttftPercentile(double share, DecayMoment now) const;
    std::optional<double> usualDurationMs(DecayMoment now) const;
    std::vector<std::pair<FailureClass, double>> failures(DecayMoment now) const;
    void rebase(DecayMoment before, DecayMoment after);

private:
    struct Details {
        DecayingHistogram ttft;
        DecayingHistogram duration;
        DecayingHistogram tokensPerSecond;
        DecayingRate rate;
    };
    static_assert(sizeof(Details) <= 8 * 1024);

    std::unique_ptr<Details> m_details;
};

} // namespace signalbox
