// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/decaying_rate.h"

namespace signalbox {

namespace {

constexpr FailureClass illnesses[] = {FailureClass::Connect, FailureClass::Timeout, FailureClass::RequestTimeout,
                                      FailureClass::Overloaded, FailureClass::Server};

} // namespace

void DecayingRate::add(FailureClass outcome, int64_t outputTokens, DecayMoment now)
{
    m_counts.add(static_cast<size_t>(outcome), 1, now);
    if (outputTokens > 0)
        m_counts.add(classCount, static_cast<double>(outputTokens), now);
}

double DecayingRate::ended(DecayMoment now) const
{
    double sum = 0;
    for (size_t i = 0; i < classCount; ++i)
        sum += m_counts.of(i, now);
    return sum;
}

double DecayingRate::attempts(DecayMoment now) const
{
    double sum = of(FailureClass::None, now);
    for (const FailureClass illness : illnesses)
        sum += of(illness, now);
    return sum;
}

double DecayingRate::errorRate(DecayMoment now) const
{
    double ill = 0;
    for (const FailureClass illness : illnesses)
        ill += of(illness, now);
    const double all = ill + of(FailureClass::None, now);
    return all > 0 ? ill / all : 0;
}

} // namespace signalbox
