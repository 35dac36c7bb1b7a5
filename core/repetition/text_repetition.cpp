// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/repetition/text_repetition.h"

#include <algorithm>
#include <vector>

namespace signalbox {

namespace {

constexpr size_t mostBytes = 64U * 1024;
constexpr size_t runOfRepetition = 4;
constexpr size_t runOfMark = 3;

uint64_t mixed(uint64_t value)
{
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

bool isWordByte(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

// Three-byte characters from U+2E80 on: Chinese, Japanese, Korean and their signs.
bool isOwnWord(unsigned char c)
{
    return c >= 0xe3 && c < 0xf0;
}

std::vector<uint64_t> wordsOf(std::string_view text)
{
    constexpr uint64_t seed = 0xcbf29ce484222325ULL;
    std::vector<uint64_t> words;
    uint64_t hash = seed;
    const auto end = [&] {
        if (hash != seed)
            words.push_back(mixed(hash));
        hash = seed;
    };
    for (size_t at = 0; at < text.size(); ++at) {
        const auto c = static_cast<unsigned char>(text[at]);
        if (isOwnWord(c) && at + 2 < text.size()) {
            end();
            for (size_t i = 0; i < 3; ++i)
                hash = (hash ^ static_cast<unsigned char>(text[at + i])) * 0x100000001b3ULL;
            at += 2;
            end();
        } else if (isWordByte(c)) {
            const unsigned char lower = c >= 'A' && c <= 'Z' ? static_cast<unsigned char>(c | 0x20U) : c;
            hash = (hash ^ lower) * 0x100000001b3ULL;
        } else {
            end();
        }
    }
    end();
    return words;
}

std::vector<uint64_t> runsOf(const std::vector<uint64_t> &words, size_t length)
{
    std::vector<uint64_t> runs;
    for (size_t at = 0; at + length <= words.size(); ++at) {
        uint64_t hash = 0;
        for (size_t i = 0; i < length; ++i)
            hash = mixed(hash * 0x9e3779b97f4a7c15ULL + words[at + i]);
        runs.push_back(hash);
    }
    return runs;
}

uint64_t simHashOf(const std::vector<uint64_t> &runs)
{
    std::array<int, 64> sums{};
    for (const uint64_t run : runs) {
        for (size_t bit = 0; bit < sums.size(); ++bit)
            sums[bit] += (run >> bit & 1U) != 0 ? 1 : -1;
    }
    uint64_t hash = 0;
    for (size_t bit = 0; bit < sums.size(); ++bit)
        hash |= sums[bit] > 0 ? uint64_t{1} << bit : 0;
    return hash;
}

} // namespace

std::optional<TextRepetition> repetitionOf(std::string_view text)
{
    const std::vector<uint64_t> words = wordsOf(text.substr(0, mostBytes));
    if (words.size() < TextRepetition::leastWords)
        return std::nullopt;
    TextRepetition found;
    found.words = words.size();
    found.simHash = simHashOf(runsOf(words, runOfMark));
    std::vector<uint64_t> runs = runsOf(words, runOfRepetition);
    const auto all = static_cast<double>(runs.size());
    std::sort(runs.begin(), runs.end());
    const auto distinct = static_cast<double>(std::unique(runs.begin(), runs.end()) - runs.begin());
    found.repeatedShare = (all - distinct) / all;
    return found;
}

bool NearDuplicates::seenBefore(uint64_t simHash)
{
    const auto end = m_seen.begin() + static_cast<ptrdiff_t>(std::min(m_count, m_seen.size()));
    const bool seen = std::any_of(m_seen.begin(), end, [simHash](uint64_t other) {
        return std::popcount(other ^ simHash) <= mostBitsApart;
    });
    m_seen[m_count++ % m_seen.size()] = simHash;
    return seen;
}

} // namespace signalbox
