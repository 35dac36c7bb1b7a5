// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/recent_figures.h"

#include <array>

namespace signalbox {

namespace {

std::optional<double> speedOf(const AttemptResult &result)
{
    if (!result.outputTokens || *result.outputTokens <= 0 || result.durationMs <= 0)
        return std::nullopt;
    const double writing = result.durationMs - result.ttftMs.value_or(0);
    // A reply in one piece came after its whole text was written, not within the last instant.
    const bool inOnePiece = writing < 0.05 * result.durationMs;
    return static_cast<double>(*result.outputTokens) * 1e3 / (inOnePiece ? result.durationMs : writing);
}

std::optional<double> known(const DecayingHistogram &histogram, DecayMoment now, double share)
{
    return histogram.count(now) < RecentFigures::faded ? std::nullopt : histogram.percentile(share);
}

using Field = std::optional<double> TargetFigures::*;

void readInto(TargetFigures &figures, const DecayingHistogram &histogram, DecayMoment now,
              const std::array<Field, 4> &fields)
{
    static constexpr std::array<double, 4> shares{0.5, 0.9, 0.95, 0.99};
    std::array<double, 4> values{};
    if (histogram.count(now) < RecentFigures::faded || !histogram.percentiles(shares, values))
        return;
    for (size_t i = 0; i < fields.size(); ++i)
        figures.*fields[i] = values[i];
}

} // namespace

Sample Sample::of(const AttemptResult &result, DecayMoment moment)
{
    Sample sample;
    sample.outcome = result.failure;
    sample.moment = moment;
    sample.outputTokens = result.outputTokens.value_or(0);
    const bool whole = result.failure == FailureClass::None;
    if (result.ttftMs && (whole || DecayingRate::isIllness(result.failure)))
        sample.ttft = DecayingHistogram::bucketOf(*result.ttftMs);
    if (!whole)
        return sample;
    if (result.durationMs > 0)
        sample.duration = DecayingHistogram::bucketOf(result.durationMs);
    if (const auto speed = speedOf(result))
        sample.tokensPerSecond = DecayingHistogram::bucketOf(*speed);
    return sample;
}

void RecentFigures::add(const Sample &sample)
{
    if (!m_details)
        m_details = std::make_unique<Details>();
    m_details->rate.add(sample.outcome, sample.outputTokens, sample.moment);
    if (sample.ttft)
        m_details->ttft.addTo(*sample.ttft, sample.moment);
    if (sample.duration)
        m_details->duration.addTo(*sample.duration, sample.moment);
    if (sample.tokensPerSecond)
        m_details->tokensPerSecond.addTo(*sample.tokensPerSecond, sample.moment);
}

TargetFigures RecentFigures::read(const DecayClock &clock, DecayMoment now) const
{
    TargetFigures figures;
    figures.inFlight = inFlight;
    if (!m_details)
        return figures;
    const DecayingRate &rate = m_details->rate;
    figures.requestsPerSecond = clock.perSecond(rate.ended(now));
    figures.outputTokensPerSecond = clock.perSecond(rate.outputTokens(now));
    if (const double attempts = rate.attempts(now); attempts >= faded) {
        figures.attempts = attempts;
        figures.errorRate = rate.errorRate(now);
    }
    readInto(
        figures, m_details->ttft, now,
        {&TargetFigures::ttftP50Ms, &TargetFigures::ttftP90Ms, &TargetFigures::ttftP95Ms, &TargetFigures::ttftP99Ms});
    readInto(figures, m_details->duration, now,
             {&TargetFigures::durationP50Ms, &TargetFigures::durationP90Ms, &TargetFigures::durationP95Ms,
              &TargetFigures::durationP99Ms});
    figures.tokensPerSecond = known(m_details->tokensPerSecond, now, 0.5);
    return figures;
}

std::optional<double> RecentFigures::ttftPercentile(double share, DecayMoment now) const
{
    return m_details ? known(m_details->ttft, now, share) : std::nullopt;
}

std::optional<double> RecentFigures::usualDurationMs(DecayMoment now) const
{
    return m_details ? known(m_details->duration, now, 0.5) : std::nullopt;
}

std::vector<std::pair<FailureClass, double>> RecentFigures::failures(DecayMoment now) const
{
    std::vector<std::pair<FailureClass, double>> list;
    for (size_t i = 1; m_details && i < DecayingRate::classCount; ++i) {
        const auto failure = static_cast<FailureClass>(i);
        if (const double count = m_details->rate.of(failure, now); count >= faded)
            list.emplace_back(failure, count);
    }
    return list;
}

void RecentFigures::rebase(DecayMoment before, DecayMoment after)
{
    if (!m_details)
        return;
    m_details->ttft.rebase(before, after);
    m_details->duration.rebase(before, after);
    m_details->tokensPerSecond.rebase(before, after);
    m_details->rate.rebase(before, after);
}

} // namespace signalbox
