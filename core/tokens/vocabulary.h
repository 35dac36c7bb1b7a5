// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace signalbox {

enum class VocabularyId { O200k, Cl100k };

// "o200k", "cl100k".
const char *vocabularyName(VocabularyId id);

// A byte-pair vocabulary: bytes ↔ rank. Immutable, any thread. The bytes stay in the program's image (page cache); the
// tables beside them take 3.1 MB for o200k and 1.7 MB for cl100k, and are made on first use in some 15 ms.
class Vocabulary
{
public:
    static constexpr uint32_t none = 0xffffffffU;
    static constexpr size_t longestToken = 128;

    // The one that ships, made when first asked for. Any thread.
    static const Vocabulary &of(VocabularyId id);
    // One length byte and that many bytes for each token; `bytes` outlives the result. Error vocabulary_invalid.
    static Result<std::unique_ptr<Vocabulary>> build(VocabularyId id, std::string_view bytes);

    VocabularyId id() const { return m_id; }
    uint32_t size() const { return static_cast<uint32_t>(m_offsets.size()); }
    // The rank of exactly these bytes; `none` when they are no token.
    uint32_t rankOf(std::string_view token) const { return mayHold(token) ? find(token) : none; }
    uint32_t rankOfByte(unsigned char byte) const { return m_byteRanks[byte]; }
    // Of the two bytes at `bytes`: where each merge begins, so it has a table of its own.
    uint32_t rankOfPair(const char *bytes) const
    {
        return m_pairRanks[static_cast<size_t>(static_cast<unsigned char>(bytes[0])) << 8U |
                           static_cast<unsigned char>(bytes[1])];
    }
    // Empty when there is no such rank.
    std::string_view bytesOf(uint32_t rank) const;

private:
    Vocabulary(VocabularyId id, std::string_view bytes) : m_id(id), m_bytes(bytes) {}
    Result<void> index();
    void insert(uint32_t rank);
    uint32_t find(std::string_view token) const;

    // Most of what merges ask for is no token. A bit for length, first and last four bytes says so of nine in ten from
    // a table that stays in the second-level cache, as the slots do not.
    static constexpr unsigned filterBits = 21;
    static uint64_t filterPlace(std::string_view token)
    {
        const char *data = token.data();
        const size_t size = token.size();
        uint32_t first = 0;
        uint32_t last = 0;
        if (size >= 4) {
            std::memcpy(&first, data, 4);
            std::memcpy(&last, data + size - 4, 4);
        } else if (size > 0) {
            first = static_cast<uint32_t>(static_cast<unsigned char>(data[0])) << 16U |
                    static_cast<uint32_t>(static_cast<unsigned char>(data[size / 2])) << 8U |
                    static_cast<unsigned char>(data[size - 1]);
        }
        const uint64_t both = (static_cast<uint64_t>(first) << 32U | last) + size * 0xd6e8feb86659fd93ULL;
        return ((both ^ both >> 29U) * 0x9e3779b97f4a7c15ULL) >> (64U - filterBits);
    }
    bool mayHold(std::string_view token) const
    {
        const uint64_t place = filterPlace(token);
        return (m_filter[place >> 6U] >> (place & 63U) & 1U) != 0;
    }

    // A slot holds a rank in its low bits and a piece of the hash above it, so that most misses touch one cache line.
    static constexpr uint32_t rankBits = 18;
    static constexpr uint32_t emptySlot = 0xffffffffU;

    VocabularyId m_id;
    std::string_view m_bytes;
    std::vector<uint32_t> m_offsets; // of the length byte
    std::vector<uint32_t> m_slots;   // open addressing, a power of two
    std::vector<uint64_t> m_filter;
    std::vector<uint32_t> m_pairRanks;
    uint64_t m_mask = 0;
    uint32_t m_byteRanks[256] = {};
};

// A spread-out hash of a short text; not for anything that an attacker may gain from.
uint64_t tokenHash(std::string_view text);

} // namespace signalbox
