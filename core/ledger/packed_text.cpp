// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/packed_text.h"

#include <algorithm>

namespace signalbox {

namespace {

int digitOf(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

constexpr size_t uuidLength = 36;
constexpr bool isDash(size_t at)
{
    return at == 8 || at == 13 || at == 18 || at == 23;
}

} // namespace

PackedText PackedText::ofUuid(std::string_view text)
{
    PackedText packed;
    packed.m_text = text;
    if (text.size() != uuidLength)
        return packed;
    std::array<char, 32> digits{};
    size_t count = 0;
    for (size_t i = 0; i < uuidLength; ++i) {
        if (!isDash(i))
            digits[count++] = text[i];
        else if (text[i] != '-')
            return packed;
    }
    const PackedText hex = ofHex({digits.data(), digits.size()});
    packed.m_bytes = hex.m_bytes;
    packed.m_size = hex.m_size;
    return packed;
}

PackedText PackedText::ofHex(std::string_view text)
{
    PackedText packed;
    packed.m_text = text;
    if (text.size() % 2 != 0 || text.size() / 2 > packed.m_bytes.size())
        return packed;
    for (size_t i = 0; i < text.size(); i += 2) {
        const int high = digitOf(text[i]);
        const int low = digitOf(text[i + 1]);
        if (high < 0 || low < 0)
            return packed;
        packed.m_bytes[i / 2] = static_cast<char>(high << 4 | low);
    }
    packed.m_size = text.size() / 2;
    return packed;
}

void PackedText::bindTo(Statement &statement, int index) const &
{
    if (isBytes())
        statement.bindBlobInPlace(index, bytes());
    else if (m_text.empty())
        statement.bindNull(index);
    else
        statement.bindAllFrom(index, m_text);
}

std::string PackedText::key() const
{
    return (isBytes() ? 'b' : 't') + std::string(isBytes() ? bytes() : m_text);
}

PackedText PackedText::ofKey(std::string_view key)
{
    PackedText packed;
    if (key.front() == 't') {
        packed.m_text = key.substr(1);
    } else {
        packed.m_size = std::min(key.size() - 1, packed.m_bytes.size());
        std::copy_n(key.begin() + 1, packed.m_size, packed.m_bytes.begin());
    }
    return packed;
}

std::string PackedText::keyOf(const Statement &row, int column)
{
    return (row.isBlob(column) ? 'b' : 't') + std::string(row.view(column));
}

std::string PackedText::textOfKey(std::string_view key)
{
    const PackedText packed = ofKey(key);
    return packed.isBytes() ? uuidText(packed.bytes()) : std::string(packed.text());
}

std::string uuidText(std::string_view bytes)
{
    constexpr char digits[] = "0123456789abcdef";
    if (bytes.size() != 16)
        return std::string(bytes);
    std::string text;
    for (const char c : bytes) {
        if (isDash(text.size()))
            text += '-';
        text += digits[static_cast<uint8_t>(c) >> 4];
        text += digits[static_cast<uint8_t>(c) & 15];
    }
    return text;
}

std::string hexTextSql(const std::string &column)
{
    return "CASE typeof(" + column + ") WHEN 'blob' THEN lower(hex(" + column + ")) ELSE ifnull(" + column +
           ", '') END";
}

std::string uuidTextSql(const std::string &column)
{
    const auto part = [&](const char *from, const char *count) {
        return "substr(hex(" + column + "), " + from + ", " + count + ")";
    };
    return "CASE typeof(" + column + ") WHEN 'blob' THEN lower(" + part("1", "8") + " || '-' || " + part("9", "4") +
           " || '-' || " + part("13", "4") + " || '-' || " + part("17", "4") + " || '-' || " + part("21", "12") +
           ") ELSE ifnull(" + column + ", '') END";
}

} // namespace signalbox
