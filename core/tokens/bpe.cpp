// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/bpe.h"

#include "core/tokens/splitter.h"

#include <algorithm>
#include <cstring>
#include <functional>

namespace signalbox {

namespace {

constexpr size_t cacheSize = 4096;
// Above this many bytes a queue beats looking through all pairs for each merge.
constexpr size_t mostForScan = 40;
// Offsets are 32 bits; a piece beyond this is cut, which only a megabytes-long run without a border can meet.
constexpr size_t longestPiece = size_t{1} << 30U;

std::string_view nextPiece(VocabularyId pattern, std::string_view text, size_t at)
{
    return text.substr(at, std::min(pieceEnd(pattern, text, at) - at, longestPiece));
}

} // namespace

Bpe::Bpe(const Vocabulary &vocabulary) : m_vocabulary(vocabulary), m_cache(cacheSize) {}

std::vector<uint32_t> Bpe::encode(std::string_view text)
{
    std::string storage;
    text = validUtf8(text, storage);
    std::vector<uint32_t> ids;
    ids.reserve(text.size() / 3);
    for (size_t at = 0; at < text.size();) {
        const std::string_view piece = nextPiece(m_vocabulary.id(), text, at);
        at += piece.size();
        if (const uint32_t rank = m_vocabulary.rankOf(piece); rank != Vocabulary::none) {
            ids.push_back(rank);
            continue;
        }
        merge(piece);
        for (size_t i = 0; i + 1 < m_begins.size(); ++i)
            ids.push_back(m_vocabulary.rankOf(piece.substr(m_begins[i], m_begins[i + 1] - m_begins[i])));
    }
    return ids;
}

std::vector<uint32_t> Bpe::encodePiece(std::string_view piece)
{
    if (piece.empty())
        return {};
    if (const uint32_t rank = m_vocabulary.rankOf(piece); rank != Vocabulary::none)
        return {rank};
    merge(piece);
    std::vector<uint32_t> ids;
    for (size_t i = 0; i + 1 < m_begins.size(); ++i)
        ids.push_back(m_vocabulary.rankOf(piece.substr(m_begins[i], m_begins[i + 1] - m_begins[i])));
    return ids;
}

int64_t Bpe::count(std::string_view text)
{
    std::string storage;
    text = validUtf8(text, storage);
    int64_t tokens = 0;
    for (size_t at = 0; at < text.size();) {
        const std::string_view piece = nextPiece(m_vocabulary.id(), text, at);
        at += piece.size();
        tokens += countPiece(piece);
    }
    return tokens;
}

std::string Bpe::decode(const std::vector<uint32_t> &ids) const
{
    std::string text;
    for (const uint32_t id : ids)
        text += m_vocabulary.bytesOf(id);
    return text;
}

int64_t Bpe::countPiece(std::string_view piece)
{
    if (piece.size() == 1 || m_vocabulary.rankOf(piece) != Vocabulary::none)
        return 1;
    if (piece.size() > Cached::most) {
        merge(piece);
        return static_cast<int64_t>(m_begins.size()) - 1;
    }
    Cached &cached = m_cache[tokenHash(piece) % cacheSize];
    if (cached.length != piece.size() || std::memcmp(cached.bytes, piece.data(), piece.size()) != 0) {
        merge(piece);
        std::memcpy(cached.bytes, piece.data(), piece.size());
        cached.length = static_cast<uint8_t>(piece.size());
        cached.tokens = static_cast<uint32_t>(m_begins.size() - 1);
    }
    return cached.tokens;
}

void Bpe::merge(std::string_view piece)
{
    if (piece.size() <= mostForScan)
        mergeShort(piece);
    else
        mergeLong(piece);
}

// Of all pairs of neighbours the one of the lowest rank is joined, the first of equals, until none is a token.
void Bpe::mergeShort(std::string_view piece)
{
    const size_t size = piece.size();
    m_begins.resize(size + 1);
    m_ranks.resize(size); // of the pair that begins at this token
    for (size_t i = 0; i <= size; ++i)
        m_begins[i] = static_cast<uint32_t>(i);
    for (size_t i = 0; i + 1 < size; ++i)
        m_ranks[i] = m_vocabulary.rankOf(piece.substr(i, 2));
    const auto pairAt = [&](size_t i) {
        return i + 2 < m_begins.size() ? m_vocabulary.rankOf(piece.substr(m_begins[i], m_begins[i + 2] - m_begins[i]))
                                       : Vocabulary::none;
    };
    m_ranks[size - 1] = Vocabulary::none;
    while (true) {
        const auto lowest = std::min_element(m_ranks.begin(), m_ranks.end());
        if (*lowest == Vocabulary::none)
            return;
        const auto at = static_cast<size_t>(lowest - m_ranks.begin());
        m_begins.erase(m_begins.begin() + static_cast<ptrdiff_t>(at) + 1);
        m_ranks.erase(lowest + 1);
        m_ranks[at] = pairAt(at);
        if (at > 0)
            m_ranks[at - 1] = pairAt(at - 1);
    }
}

// The rank of the pair of the token at `at` and the next one, into the table and the queue.
void Bpe::queuePair(std::string_view piece, uint32_t at)
{
    const uint32_t middle = m_next[at];
    m_ranks[at] = middle < piece.size() ? m_vocabulary.rankOf(piece.substr(at, m_next[middle] - at)) : Vocabulary::none;
    if (m_ranks[at] == Vocabulary::none)
        return;
    m_queue.push_back(static_cast<uint64_t>(m_ranks[at]) << 32U | at);
    std::push_heap(m_queue.begin(), m_queue.end(), std::greater<>());
}

void Bpe::seedLong(std::string_view piece)
{
    const auto size = static_cast<uint32_t>(piece.size());
    m_next.resize(size);
    m_previous.resize(size);
    m_ranks.resize(size);
    m_queue.clear();
    for (uint32_t i = 0; i < size; ++i) {
        m_next[i] = i + 1;
        m_previous[i] = i - 1; // of the first: never asked
        m_ranks[i] = i + 1 < size ? m_vocabulary.rankOf(piece.substr(i, 2)) : Vocabulary::none;
        if (m_ranks[i] != Vocabulary::none)
            m_queue.push_back(static_cast<uint64_t>(m_ranks[i]) << 32U | i);
    }
    std::make_heap(m_queue.begin(), m_queue.end(), std::greater<>());
}

// The same by a queue over a linked list, for pieces where looking through all pairs would take quadratic time. An
// entry whose rank is no longer that of its place is stale: a rank names its bytes, so equal means the same pair.
void Bpe::mergeLong(std::string_view piece)
{
    const auto size = static_cast<uint32_t>(piece.size());
    seedLong(piece);
    while (!m_queue.empty()) {
        std::pop_heap(m_queue.begin(), m_queue.end(), std::greater<>());
        const uint64_t entry = m_queue.back();
        m_queue.pop_back();
        const auto at = static_cast<uint32_t>(entry);
        if (m_ranks[at] != entry >> 32U)
            continue;
        const uint32_t gone = m_next[at];
        m_ranks[gone] = Vocabulary::none;
        m_next[at] = m_next[gone];
        if (m_next[at] < size)
            m_previous[m_next[at]] = at;
        queuePair(piece, at);
        if (at > 0)
            queuePair(piece, m_previous[at]);
    }
    m_begins.clear();
    for (uint32_t at = 0; at < size; at = m_next[at])
        m_begins.push_back(at);
    m_begins.push_back(size);
}

} // namespace signalbox
