// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace signalbox {

// Source of time, so that tests can own it. Implementations are callable from any thread.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual int64_t wallMs() const = 0;      // milliseconds since 1970-01-01 UTC
    virtual int64_t monotonicNs() const = 0; // never goes back; origin unspecified
};

class SystemClock final : public Clock
{
public:
    int64_t wallMs() const override;
    int64_t monotonicNs() const override;
};

class FakeClock final : public Clock
{
public:
    int64_t wallMs() const override { return m_wallMs; }
    int64_t monotonicNs() const override { return m_monotonicNs; }
    void advanceMs(int64_t ms);

private:
    int64_t m_wallMs = 1'700'000'000'000;
    int64_t m_monotonicNs = 0;
};

} // namespace signalbox
