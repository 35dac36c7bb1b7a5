// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/phase_times.h"

#include "core/ledger/varint.h"

#include <algorithm>

namespace signalbox {

namespace {

// Moments one after another, each as what it lies behind the last; 0 says that one is not known, so what is known is
// one more than it is.
uint64_t pastLast(int64_t atUs, int64_t &lastUs)
{
    if (atUs < 0)
        return 0;
    const int64_t past = std::max<int64_t>(0, atUs - lastUs);
    lastUs += past;
    return static_cast<uint64_t>(past) + 1;
}

class MomentReader
{
public:
    explicit MomentReader(std::string_view in) : m_in(in) {}
    bool isGood() const { return m_good; }
    bool atEnd() const { return m_in.empty(); }

    uint64_t number()
    {
        uint64_t value = 0;
        m_good = m_good && takeNumber(m_in, value);
        return value;
    }
    int64_t after(uint64_t distance, int64_t &lastUs)
    {
        constexpr int64_t longest = 1LL << 50; // 35 years: beyond, the bytes are damaged
        if (distance == 0)
            return -1;
        m_good = m_good && distance < static_cast<uint64_t>(longest) && lastUs < longest;
        lastUs += m_good ? static_cast<int64_t>(distance - 1) : 0;
        return lastUs;
    }

private:
    std::string_view m_in;
    bool m_good = true;
};

} // namespace

const PhaseTimes::Attempt *PhaseTimes::attempt(int n) const
{
    return n < 1 || static_cast<size_t>(n) > attempts.size() ? nullptr : &attempts[static_cast<size_t>(n) - 1];
}

std::string packPhases(const PhaseTimes &times)
{
    if (times == PhaseTimes())
        return {};
    std::string packed;
    int64_t last = 0;
    for (const int64_t atUs : {times.receivedUs, times.parsedUs, times.plannedUs})
        putNumber(packed, pastLast(atUs, last));
    for (const PhaseTimes::Attempt &attempt : times.attempts) {
        putNumber(packed, pastLast(attempt.madeFromUs, last) << 1 | (attempt.translated ? 1U : 0U));
        putNumber(packed, pastLast(attempt.startedUs, last));
        int64_t started = last; // another attempt may begin before this one has shown anything
        putNumber(packed, pastLast(attempt.firstTokenUs, started));
    }
    return packed;
}

std::optional<PhaseTimes> unpackPhases(std::string_view packed)
{
    if (packed.empty())
        return std::nullopt;
    PhaseTimes times;
    MomentReader in(packed);
    int64_t last = 0;
    for (int64_t *atUs : {&times.receivedUs, &times.parsedUs, &times.plannedUs})
        *atUs = in.after(in.number(), last);
    while (in.isGood() && !in.atEnd()) {
        PhaseTimes::Attempt attempt;
        const uint64_t made = in.number();
        attempt.translated = (made & 1) != 0;
        attempt.madeFromUs = in.after(made >> 1, last);
        attempt.startedUs = in.after(in.number(), last);
        int64_t started = last;
        attempt.firstTokenUs = in.after(in.number(), started);
        times.attempts.push_back(attempt);
    }
    return in.isGood() ? std::optional(std::move(times)) : std::nullopt;
}

std::optional<PhaseTimes> phasesOf(const RequestDetails &details)
{
    if (details.plannedUs < 0)
        return std::nullopt;
    PhaseTimes times;
    times.receivedUs = details.receivedUs;
    times.parsedUs = details.parsedUs;
    times.plannedUs = details.plannedUs;
    for (const RequestDetails::Attempt &attempt : details.attempts)
        times.attempts.push_back({attempt.madeFromUs, attempt.startedUs, attempt.firstTokenUs, attempt.translated});
    return times;
}

std::optional<PhaseTimes> phasesOf(const RequestRecord &record)
{
    if (auto times = unpackPhases(record.phases))
        return times;
    const auto details = detailsOf(record);
    return details ? phasesOf(*details) : std::nullopt;
}

} // namespace signalbox
