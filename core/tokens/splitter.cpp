// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/splitter.h"

#include <QChar>

#include <simdjson.h>

#include <array>
#include <cstdint>

namespace signalbox {

namespace {

// What the patterns ask about a character.
enum Class : uint8_t {
    Upper = 1,   // [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]
    Lower = 2,   // [\p{Ll}\p{Lm}\p{Lo}\p{M}]
    Letter = 4,  // \p{L}
    Number = 8,  // \p{N}
    Space = 16,  // \s
    Newline = 32 // [\r\n]
};

// White_Space of Unicode, which is what \s means to the reference.
bool isWhiteSpace(char32_t c)
{
    return (c >= 0x09 && c <= 0x0d) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

uint8_t classOf(char32_t c)
{
    if (isWhiteSpace(c))
        return static_cast<uint8_t>(c == U'\r' || c == U'\n' ? Space | Newline : Space);
    switch (QChar::category(c)) {
    case QChar::Letter_Uppercase:
    case QChar::Letter_Titlecase:
        return Upper | Letter;
    case QChar::Letter_Lowercase:
        return Lower | Letter;
    case QChar::Letter_Modifier:
    case QChar::Letter_Other:
        return Upper | Lower | Letter;
    case QChar::Mark_NonSpacing:
    case QChar::Mark_SpacingCombining:
    case QChar::Mark_Enclosing:
        return Upper | Lower;
    case QChar::Number_DecimalDigit:
    case QChar::Number_Letter:
    case QChar::Number_Other:
        return Number;
    default:
        return 0;
    }
}

// 64 KiB for the basic plane, made on first use; the rest asks Qt each time.
const uint8_t *basicPlane()
{
    static const std::array<uint8_t, 0x10000> table = [] {
        std::array<uint8_t, 0x10000> made{};
        for (char32_t c = 0; c < made.size(); ++c)
            made[c] = classOf(c);
        return made;
    }();
    return table.data();
}

class Scanner
{
public:
    Scanner(std::string_view text, size_t at)
        : m_data(reinterpret_cast<const unsigned char *>(text.data())),
          m_size(text.size()),
          m_at(at),
          m_table(basicPlane())
    {
    }

    bool atEnd() const { return m_at >= m_size; }
    size_t at() const { return m_at; }
    void moveTo(size_t at) { m_at = at; }
    unsigned char byte() const { return m_data[m_at]; }

    // The class of the character here and its length in bytes.
    uint8_t peek(size_t &length) const
    {
        const unsigned char first = m_data[m_at];
        if (first < 0x80) {
            length = 1;
            return m_table[first];
        }
        if (first < 0xe0) {
            length = 2;
            return m_table[(first & 0x1fU) << 6U | (m_data[m_at + 1] & 0x3fU)];
        }
        if (first < 0xf0) {
            length = 3;
            return m_table[(first & 0x0fU) << 12U | (m_data[m_at + 1] & 0x3fU) << 6U | (m_data[m_at + 2] & 0x3fU)];
        }
        length = 4;
        return classOf((first & 0x07U) << 18U | (m_data[m_at + 1] & 0x3fU) << 12U | (m_data[m_at + 2] & 0x3fU) << 6U |
                       (m_data[m_at + 3] & 0x3fU));
    }

    // Goes on while the class has one of these bits.
    void skip(uint8_t wanted)
    {
        size_t length = 0;
        while (!atEnd() && (peek(length) & wanted))
            m_at += length;
    }

    // (?i:'s|'t|'re|'ve|'m|'ll|'d)? Folding makes U+017F, the long s, an s.
    size_t contraction() const
    {
        if (atEnd() || m_data[m_at] != '\'' || m_at + 1 >= m_size)
            return 0;
        const auto lower = [this](size_t at) { return at < m_size ? m_data[at] | 0x20 : 0; };
        const int first = lower(m_at + 1);
        if (first == 's' || first == 't' || first == 'm' || first == 'd')
            return 2;
        const int second = lower(m_at + 2);
        if ((first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l'))
            return 3;
        if (m_at + 2 < m_size && m_data[m_at + 1] == 0xc5 && m_data[m_at + 2] == 0xbf)
            return 3;
        return 0;
    }

    // \p{N}{1,3}
    size_t numbers()
    {
        size_t length = 0;
        for (int count = 0; count < 3 && !atEnd() && (peek(length) & Number); ++count)
            m_at += length;
        return m_at;
    }

    //  ?[^\s\p{L}\p{N}]+[\r\n]* with `slash` in the last set for o200k; 0 when it does not match here.
    size_t symbols(bool slash)
    {
        const size_t begin = m_at;
        if (byte() == ' ')
            ++m_at;
        const size_t first = m_at;
        size_t length = 0;
        while (!atEnd() && !(peek(length) & (Space | Letter | Number)))
            m_at += length;
        if (m_at == first) {
            m_at = begin;
            return 0;
        }
        while (!atEnd() && (byte() == '\r' || byte() == '\n' || (slash && byte() == '/')))
            ++m_at;
        return m_at;
    }

    // \s*[\r\n]+|\s+(?!\S)|\s+ : through the last line end of a run of white space; without one, the run, but for its
    // last character when a word follows.
    size_t whiteSpace()
    {
        size_t lastBegin = m_at;
        size_t afterNewline = 0;
        const size_t begin = m_at;
        size_t length = 0;
        while (!atEnd()) {
            const uint8_t kind = peek(length);
            if (!(kind & Space))
                break;
            lastBegin = m_at;
            m_at += length;
            if (kind & Newline)
                afterNewline = m_at;
        }
        if (afterNewline > 0)
            return afterNewline;
        return atEnd() || lastBegin == begin ? m_at : lastBegin;
    }

private:
    const unsigned char *m_data;
    size_t m_size;
    size_t m_at;
    const uint8_t *m_table;
};

// The word of o200k's first two alternatives, from its first letter or mark: Upper*Lower+ or Upper+Lower*. 0 when no
// such character is here. Backtracking in the pattern means: where the run of Upper is not followed by a Lower, the
// word ends after the last character that is both, and only without one it is the whole run (`loweredOnly`: it is not).
size_t casedWord(Scanner scan, bool loweredOnly)
{
    const size_t begin = scan.at();
    size_t length = 0;
    size_t afterBoth = 0;
    while (!scan.atEnd()) {
        const uint8_t kind = scan.peek(length);
        if (!(kind & Upper))
            break;
        scan.moveTo(scan.at() + length);
        if (kind & Lower)
            afterBoth = scan.at();
    }
    const size_t upperEnd = scan.at();
    scan.skip(Lower);
    size_t end = scan.at();
    if (end == upperEnd) // no Lower after the run
        end = afterBoth > 0 ? afterBoth : loweredOnly ? begin : upperEnd;
    if (end == begin)
        return 0;
    scan.moveTo(end);
    return end + scan.contraction();
}

size_t plainWord(Scanner scan)
{
    const size_t begin = scan.at();
    scan.skip(Letter);
    return scan.at() == begin ? 0 : scan.at();
}

} // namespace

size_t pieceEnd(VocabularyId pattern, std::string_view text, size_t at)
{
    Scanner scan(text, at);
    const bool cased = pattern == VocabularyId::O200k;
    if (!cased) {
        if (const size_t length = scan.contraction())
            return at + length;
    }
    size_t length = 0;
    const uint8_t kind = scan.peek(length);
    const auto word = [cased](Scanner from, bool loweredOnly) {
        return cased ? casedWord(from, loweredOnly) : plainWord(from);
    };
    if (!(kind & (Newline | Letter |
                  Number))) { // may stand before a word; a mark can begin one as well, which is tried in between
        Scanner after = scan;
        after.moveTo(at + length);
        if (const size_t end = after.atEnd() ? 0 : word(after, (kind & Upper) != 0))
            return end;
    }
    if (const size_t end = word(scan, false))
        return end;
    if (kind & Number)
        return scan.numbers();
    if (const size_t end = scan.symbols(cased))
        return end;
    return scan.whiteSpace();
}

namespace {

// The length of the well-formed sequence at `at`, or, negated, of what one U+FFFD stands for there (Unicode 3.9,
// maximal subparts).
int sequenceLength(std::string_view text, size_t at)
{
    const auto byte = [&](size_t i) -> unsigned { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    const unsigned first = byte(at);
    if (first < 0x80)
        return 1;
    const int length = first >= 0xc2 && first < 0xe0   ? 2
                       : first >= 0xe0 && first < 0xf0 ? 3
                       : first >= 0xf0 && first < 0xf5 ? 4
                                                       : 0;
    if (length == 0)
        return -1;
    unsigned least = 0x80;
    unsigned most = 0xbf;
    if (first == 0xe0)
        least = 0xa0;
    else if (first == 0xed)
        most = 0x9f;
    else if (first == 0xf0)
        least = 0x90;
    else if (first == 0xf4)
        most = 0x8f;
    for (int i = 1; i < length; ++i) {
        const unsigned next = byte(at + static_cast<size_t>(i));
        if (next < least || next > most)
            return -i;
        least = 0x80;
        most = 0xbf;
    }
    return length;
}

} // namespace

std::string_view validUtf8(std::string_view text, std::string &storage)
{
    if (simdjson::validate_utf8(text.data(), text.size()))
        return text;
    storage.clear();
    storage.reserve(text.size() + 16);
    for (size_t at = 0; at < text.size();) {
        const int length = sequenceLength(text, at);
        if (length > 0)
            storage.append(text, at, static_cast<size_t>(length));
        else
            storage += "\xef\xbf\xbd";
        at += static_cast<size_t>(length > 0 ? length : -length);
    }
    return storage;
}

} // namespace signalbox
