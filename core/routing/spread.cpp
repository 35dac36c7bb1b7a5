// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/spread.h"

#include <algorithm>
#include <limits>

namespace signalbox {

namespace {

struct Field {
    double sum = 0;
    size_t count = 0; // with a share of their own
};

Field fieldOf(std::span<const double> weights, std::span<const uint32_t> eligible)
{
    Field field;
    for (size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] > 0 && isSet(eligible, i)) {
            field.sum += weights[i];
            ++field.count;
        }
    }
    return field;
}

} // namespace

size_t Spread::pick(std::span<const double> weights, std::span<const uint32_t> eligible) const
{
    const Field field = fieldOf(weights, eligible);
    if (field.count == 0) { // only those that stand in for others
        for (size_t i = 0; i < weights.size(); ++i) {
            if (isSet(eligible, i))
                return i;
        }
        return 0;
    }
    const double slack = field.count > 1 ? 1.0 / (2.0 * static_cast<double>(field.count) - 2.0) : 1.0;
    size_t soonest = weights.size();
    size_t mostDue = weights.size();
    double soonestAt = std::numeric_limits<double>::infinity();
    double most = -std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] <= 0 || !isSet(eligible, i))
            continue;
        const double share = weights[i] / field.sum;
        const double due = m_credit[i] + share;
        if (due > most) {
            most = due;
            mostDue = i;
        }
        constexpr double rounding = 1e-9;
        const double at = (1 - slack - m_credit[i]) / share;
        if (due >= slack - rounding && at < soonestAt - rounding) {
            soonestAt = at;
            soonest = i;
        }
    }
    return soonest < weights.size() ? soonest : mostDue;
}

void Spread::commit(size_t child, std::span<const double> weights, std::span<const uint32_t> eligible)
{
    const Field field = fieldOf(weights, eligible);
    if (field.count == 0 || child >= m_credit.size())
        return;
    // Bounded, so that no debt of a time long past decides about today.
    constexpr double most = 2;
    for (size_t i = 0; i < m_credit.size() && i < weights.size(); ++i) {
        if (weights[i] > 0 && isSet(eligible, i))
            m_credit[i] = std::min(m_credit[i] + weights[i] / field.sum, most);
    }
    m_credit[child] = std::max(m_credit[child] - 1, -most);
}

} // namespace signalbox
