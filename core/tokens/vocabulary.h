// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace signalbox {

enum class VocabularyId { O200k, Cl100k };

// "o200k", "cl100k".
const char *vocabularyName(VocabularyId id);

// A byte-pair vocabulary: bytes ↔ rank. Immutable, any thread. The bytes stay in the program's image (page cache); the
// tables beside them take 2.8 MB for o200k and 1.4 MB for cl100k, and are made on first use in some 15 ms.
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
    uint32_t rankOf(std::string_view token) const;
    uint32_t rankOfByte(unsigned char byte) const { return m_byteRanks[byte]; }
    // Empty when there is no such rank.
    std::string_view bytesOf(uint32_t rank) const;

private:
    Vocabulary(VocabularyId id, std::string_view bytes) : m_id(id), m_bytes(bytes) {}
    Result<void> index();
    void insert(uint32_t rank);

    // A slot holds a rank in its low bits and a piece of the hash above it, so that most misses touch one cache line.
    static constexpr uint32_t rankBits = 18;
    static constexpr uint32_t emptySlot = 0xffffffffU;

    VocabularyId m_id;
    std::string_view m_bytes;
    std::vector<uint32_t> m_offsets; // of the length byte
    std::vector<uint32_t> m_slots;   // open addressing, a power of two
    uint64_t m_mask = 0;
    uint32_t m_byteRanks[256] = {};
};

// A spread-out hash of a short text; not for anything that an attacker may gain from.
uint64_t tokenHash(std::string_view text);

} // namespace signalbox
