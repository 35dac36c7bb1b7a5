// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokens/vocabulary.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// Byte-pair encoding of whole texts, exact to the reference; text that looks like a special token is ordinary text.
// Time is linear in the text but for log(n) in pieces that no pattern cuts. Holds scratch memory and a bounded cache of
// counted pieces (128 KiB), so: one thread at a time, best kept for many texts.
class Bpe
{
public:
    explicit Bpe(const Vocabulary &vocabulary);

    const Vocabulary &vocabulary() const { return m_vocabulary; }
    // The ids; what is not valid UTF-8 counts as U+FFFD.
    std::vector<uint32_t> encode(std::string_view text);
    // How many there would be, without making them.
    int64_t count(std::string_view text);
    // The bytes of the ids joined; ids that do not exist are left out.
    std::string decode(const std::vector<uint32_t> &ids) const;
    // For a single piece, uncached: what a test compares with a plain implementation.
    std::vector<uint32_t> encodePiece(std::string_view piece);

private:
    struct Cached { // 32 bytes
        static constexpr size_t most = 27;
        char bytes[most] = {};
        uint8_t length = 0; // 0: empty
        uint32_t tokens = 0;
    };
    static_assert(sizeof(Cached) == 32);

    int64_t countPiece(std::string_view piece);
    // Both leave the begin of each token in m_begins, and the piece's end behind the last.
    void mergeShort(std::string_view piece);
    void mergeLong(std::string_view piece);
    void merge(std::string_view piece);
    void seedLong(std::string_view piece);
    void queuePair(std::string_view piece, uint32_t at);

    const Vocabulary &m_vocabulary;
    std::vector<Cached> m_cache;
    std::vector<uint32_t> m_begins;
    std::vector<uint32_t> m_ranks;
    std::vector<uint32_t> m_next;
    std::vector<uint32_t> m_previous;
    std::vector<uint64_t> m_queue;
};

} // namespace signalbox
