// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/sqlite.h"

#include <array>
#include <string>
#include <string_view>

namespace signalbox {

// Ids that are mostly UUIDs or hex are kept as their bytes; what is not just that stays text, so nothing is lost.
class PackedText
{
public:
    static PackedText ofUuid(std::string_view text); // 8-4-4-4-12, lower case
    static PackedText ofHex(std::string_view text);  // an even number of lower-case digits, at most 32

    bool isBytes() const { return m_size > 0; }
    std::string_view bytes() const { return {m_bytes.data(), m_size}; }
    std::string_view text() const { return m_text; } // as it came; must outlive this

    // NULL for nothing; neither copied: this must outlive the statement's steps.
    void bindTo(Statement &statement, int index) const &;
    void bindTo(Statement &statement, int index) const && = delete;
    // As a key in memory: bytes and text that look alike stay apart.
    std::string key() const;
    static PackedText ofKey(std::string_view key); // borrows text from it
    static std::string keyOf(const Statement &row, int column);
    static std::string textOfKey(std::string_view key);

private:
    std::array<char, 16> m_bytes{};
    size_t m_size = 0;
    std::string_view m_text;
};

std::string uuidText(std::string_view bytes); // 16 bytes; anything else comes back as it is

// SQL that gives the text of such a column back.
std::string uuidTextSql(const std::string &column);
std::string hexTextSql(const std::string &column);

} // namespace signalbox
