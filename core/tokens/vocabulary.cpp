// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/vocabulary.h"

#include <QtCore/QResource>

#include <algorithm>
#include <bit>
#include <cstring>
#include <iterator>

// Must stand outside any namespace; a static library's resources are not linked in without it.
static void initVocabularyResource()
{
    Q_INIT_RESOURCE(signalbox_vocab);
}

namespace signalbox {

namespace {

template<class T>
uint64_t load(const char *from)
{
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

uint64_t mix(uint64_t a, uint64_t b)
{
    a = (a ^ (b >> 29U) ^ (b << 35U)) * 0x9e3779b97f4a7c15ULL;
    return a ^ (a >> 32U);
}

// Lives as long as the program: uncompressed, so the bytes are those of the image itself.
std::string_view resourceBytes(const char *name)
{
    initVocabularyResource();
    const QResource file(QString::fromLatin1(name));
    if (!file.isValid() || file.compressionAlgorithm() != QResource::NoCompression)
        return {};
    return {reinterpret_cast<const char *>(file.data()), static_cast<size_t>(file.size())};
}

std::unique_ptr<Vocabulary> shipped(VocabularyId id)
{
    auto built = Vocabulary::build(id, resourceBytes(id == VocabularyId::O200k ? ":/signalbox/vocab/o200k_base.bin"
                                                                               : ":/signalbox/vocab/cl100k_base.bin"));
    if (!built)
        qFatal("The vocabulary %s in this program is damaged: %s", vocabularyName(id), built.error().message.c_str());
    return std::move(*built);
}

} // namespace

uint64_t tokenHash(std::string_view text)
{
    const char *data = text.data();
    size_t size = text.size();
    uint64_t hash = size * 0xd6e8feb86659fd93ULL;
    while (size > 8) {
        hash = mix(hash, load<uint64_t>(data)) + 0xa0761d6478bd642fULL;
        data += 8;
        size -= 8;
    }
    uint64_t tail = 0;
    if (size >= 4)
        tail = load<uint32_t>(data) | (load<uint32_t>(data + size - 4) << 32U);
    else if (size > 0)
        tail = static_cast<unsigned char>(data[0]) |
               (static_cast<uint64_t>(static_cast<unsigned char>(data[size / 2])) << 8U) |
               (static_cast<uint64_t>(static_cast<unsigned char>(data[size - 1])) << 16U);
    hash = mix(hash, tail);
    return hash * 0xe7037ed1a0b428dbULL ^ (hash >> 29U);
}

const char *vocabularyName(VocabularyId id)
{
    return id == VocabularyId::O200k ? "o200k" : "cl100k";
}

const Vocabulary &Vocabulary::of(VocabularyId id)
{
    if (id == VocabularyId::O200k) {
        static const std::unique_ptr<Vocabulary> o200k = shipped(VocabularyId::O200k);
        return *o200k;
    }
    static const std::unique_ptr<Vocabulary> cl100k = shipped(VocabularyId::Cl100k);
    return *cl100k;
}

Result<std::unique_ptr<Vocabulary>> Vocabulary::build(VocabularyId id, std::string_view bytes)
{
    std::unique_ptr<Vocabulary> made(new Vocabulary(id, bytes));
    if (const auto indexed = made->index(); !indexed)
        return indexed.error();
    return made;
}

Result<void> Vocabulary::index()
{
    size_t count = 0;
    for (size_t at = 0; at < m_bytes.size(); ++count)
        at += 1 + static_cast<unsigned char>(m_bytes[at]);
    if (count == 0 || count >= (1U << rankBits) - 1)
        return Error{"vocabulary_invalid", "It has " + std::to_string(count) + " tokens."};
    m_offsets.reserve(count);
    m_slots.assign(std::bit_ceil(count * 2), emptySlot);
    m_mask = m_slots.size() - 1;
    m_filter.assign((size_t{1} << filterBits) / 64, 0);
    m_pairRanks.assign(0x10000, none);
    std::fill(std::begin(m_byteRanks), std::end(m_byteRanks), none);
    for (size_t at = 0; at < m_bytes.size();) {
        const auto length = static_cast<unsigned char>(m_bytes[at]);
        if (length == 0 || length > longestToken || at + 1 + length > m_bytes.size())
            return Error{"vocabulary_invalid", "The token at byte " + std::to_string(at) + " has a bad length."};
        const auto rank = static_cast<uint32_t>(m_offsets.size());
        m_offsets.push_back(static_cast<uint32_t>(at));
        insert(rank);
        if (length == 1)
            m_byteRanks[static_cast<unsigned char>(m_bytes[at + 1])] = rank;
        else if (length == 2)
            m_pairRanks[static_cast<size_t>(static_cast<unsigned char>(m_bytes[at + 1])) << 8U |
                        static_cast<unsigned char>(m_bytes[at + 2])] = rank;
        at += 1U + length;
    }
    // Without a token for each byte there are texts that cannot be told.
    if (std::find(std::begin(m_byteRanks), std::end(m_byteRanks), none) != std::end(m_byteRanks))
        return Error{"vocabulary_invalid", "It lacks a token for a single byte."};
    return {};
}

void Vocabulary::insert(uint32_t rank)
{
    const uint64_t hash = tokenHash(bytesOf(rank));
    uint64_t slot = hash & m_mask;
    while (m_slots[slot] != emptySlot)
        slot = (slot + 1) & m_mask;
    m_slots[slot] = static_cast<uint32_t>(hash >> 50U) << rankBits | rank;
    const uint64_t place = filterPlace(bytesOf(rank));
    m_filter[place >> 6U] |= uint64_t{1} << (place & 63U);
}

uint32_t Vocabulary::find(std::string_view token) const
{
    if (token.size() > longestToken)
        return none;
    const uint64_t hash = tokenHash(token);
    const auto mark = static_cast<uint32_t>(hash >> 50U);
    for (uint64_t slot = hash & m_mask; m_slots[slot] != emptySlot; slot = (slot + 1) & m_mask) {
        if (m_slots[slot] >> rankBits != mark)
            continue;
        const uint32_t rank = m_slots[slot] & ((1U << rankBits) - 1);
        const char *stored = m_bytes.data() + m_offsets[rank];
        if (static_cast<unsigned char>(*stored) == token.size() &&
            std::memcmp(stored + 1, token.data(), token.size()) == 0)
            return rank;
    }
    return none;
}

std::string_view Vocabulary::bytesOf(uint32_t rank) const
{
    if (rank >= m_offsets.size())
        return {};
    const char *stored = m_bytes.data() + m_offsets[rank];
    return {stored + 1, static_cast<unsigned char>(*stored)};
}

} // namespace signalbox
