// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace signalbox {

// Spreads requests over children by their shares without dice: after any number of requests each child has got its due
// within less than one (Tijdeman's rule for the chairman's problem: of those with enough due, the one whose due would
// run out of bounds first). It stays so while shares move slowly or children drop out and come back.
class Spread
{
public:
    explicit Spread(size_t children = 0) : m_credit(children, 0.0) {}

    // `weights`: one per child, 0 or above; `eligible`: bit i of word i/32, at least one is set.
    size_t pick(std::span<const double> weights, std::span<const uint32_t> eligible) const;
    void commit(size_t child, std::span<const double> weights, std::span<const uint32_t> eligible);

private:
    std::vector<double> m_credit; // what each was due and has not got
};

inline bool isSet(std::span<const uint32_t> bits, size_t at)
{
    return (bits[at / 32] >> (at % 32) & 1U) != 0;
}

} // namespace signalbox
