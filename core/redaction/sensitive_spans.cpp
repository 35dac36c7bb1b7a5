// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/redaction/sensitive_spans.h"

#include "core/redaction/number_spans.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace signalbox {

namespace {

enum : uint8_t { Digit = 1, Letter = 2, KeyMark = 4, LocalMark = 8, Beyond = 16 };

constexpr std::array<uint8_t, 256> makeClasses()
{
    std::array<uint8_t, 256> classes{};
    for (int c = '0'; c <= '9'; ++c)
        classes[size_t(c)] = Digit;
    for (int c = 'a'; c <= 'z'; ++c)
        classes[size_t(c)] = classes[size_t(c - 'a' + 'A')] = Letter;
    for (const char c : {'-', '_', '.'})
        classes[size_t(c)] = KeyMark | LocalMark;
    for (const char c : {'+', '%'})
        classes[size_t(c)] = LocalMark;
    for (size_t c = 128; c < 256; ++c)
        classes[c] = Beyond; // part of a letter of another script
    return classes;
}

constexpr std::array<uint8_t, 256> classes = makeClasses();

bool is(char c, uint8_t kinds)
{
    return (classes[static_cast<uint8_t>(c)] & kinds) != 0;
}

bool isKeyCharacter(char c)
{
    return is(c, Digit | Letter | KeyMark);
}

struct Beginning {
    std::string_view text;
    size_t least; // characters behind it
};

// Of vendors' keys and tokens. Longer ones stand before those that they begin with.
constexpr std::array<Beginning, 38> beginnings{
    {{"sk-", 12},      {"sk_", 12},     {"sb-", 12},         {"shpat_", 20},
     {"AIza", 12},     {"AKIA", 16},    {"ASIA", 16},        {"AGE-SECRET-KEY-", 12},
     {"gsk_", 12},     {"ghp_", 20},    {"gho_", 20},        {"ghu_", 20},
     {"ghs_", 20},     {"ghr_", 20},    {"github_pat_", 20}, {"glpat-", 16},
     {"xai-", 12},     {"xoxb-", 12},   {"xoxp-", 12},       {"xoxa-", 12},
     {"xoxr-", 12},    {"xoxs-", 12},   {"xapp-", 12},       {"pplx-", 12},
     {"pk_live_", 12}, {"hf_", 12},     {"r8_", 12},         {"rk_live_", 12},
     {"nvapi-", 12},   {"npm_", 20},    {"dop_v1_", 20},     {"ya29.", 20},
     {"SG.", 20},      {"tgp_v1_", 12}, {"csk-", 12},        {"fw_", 16},
     {"lsv2_", 16},    {"whsec_", 12}}};

constexpr std::array<bool, 256> makeFirsts()
{
    std::array<bool, 256> firsts{};
    for (const Beginning &beginning : beginnings)
        firsts[static_cast<uint8_t>(beginning.text[0])] = true;
    for (const char c : {'B', 'b', 'e'}) // Bearer, Basic, eyJ…
        firsts[static_cast<uint8_t>(c)] = true;
    return firsts;
}

constexpr std::array<bool, 256> firsts = makeFirsts();

bool isEscaped(std::string_view text, size_t at)
{
    return at > 0 && text[at - 1] == '\\' && std::string_view("nrtbf").find(text[at]) != std::string_view::npos;
}

class Finder
{
public:
    Finder(std::string_view text, const RedactionConfig &wanted, bool isCut, std::vector<SensitiveSpan> &spans)
        : m_text(text), m_wanted(wanted), m_isCut(isCut), m_spans(spans)
    {
    }

    void run()
    {
        for (size_t at = 0; at < m_text.size();) {
            const char c = m_text[at];
            if (is(c, Digit | Letter))
                at = word(isEscaped(m_text, at) ? at + 1 : at);
            else if (c == '@' && m_wanted.emails)
                at = email(at);
            else if (c == '-' && m_wanted.privateKeys)
                at = privateKey(at);
            else if (c == '+' && m_wanted.phones && !(at > 0 && is(m_text[at - 1], Digit | Letter)))
                at = taken(at, phoneEnd(m_text, at), SensitiveKind::Phone, at + 1);
            else
                ++at;
        }
    }

private:
    size_t taken(size_t begin, size_t end, SensitiveKind kind, size_t otherwise)
    {
        if (end <= begin)
            return otherwise;
        m_spans.push_back({begin, end, kind});
        return m_floor = end;
    }

    bool isInLetter(size_t at) const // of several bytes, behind the first
    {
        return at < m_text.size() && (static_cast<uint8_t>(m_text[at]) & 0xC0) == 0x80;
    }

    size_t keyTail(size_t from) const
    {
        while (from < m_text.size() && isKeyCharacter(m_text[from]))
            ++from;
        return from;
    }

    bool isLongEnough(size_t from, size_t end, size_t least) const
    {
        return end - from >= least || (m_isCut && end == m_text.size() && end > from);
    }

    // A word begins at `at`.
    size_t word(size_t at)
    {
        size_t end = at;
        while (end < m_text.size() && is(m_text[end], Digit | Letter))
            ++end;
        if (end == at)
            return at;
        const char first = m_text[at];
        const char before = at > m_floor ? m_text[at - 1] : ' ';
        if (firsts[static_cast<uint8_t>(first)] && (!isKeyCharacter(before) || isEscaped(m_text, at - 1))) {
            if (const size_t next = secret(at))
                return next;
        }
        const bool inDecimals = before == '.' && at > 1 && is(m_text[at - 2], Digit);
        if (is(first, Digit) && !inDecimals) {
            if (m_wanted.cards && first >= '2' && first <= '6') {
                if (const size_t card = cardEnd(m_text, at))
                    return taken(at, card, SensitiveKind::Card, card);
            }
            if (m_wanted.phones && before != '+') {
                if (const size_t phone = phoneEnd(m_text, at))
                    return taken(at, phone, SensitiveKind::Phone, phone);
            }
        } else if (m_wanted.ibans && first >= 'A' && first <= 'Z') {
            if (const size_t iban = ibanEnd(m_text, at))
                return taken(at, iban, SensitiveKind::Iban, iban);
        }
        return end;
    }

    size_t secret(size_t at)
    {
        const std::string_view rest = m_text.substr(at);
        if (m_wanted.keys) {
            for (const Beginning &beginning : beginnings) {
                if (!rest.starts_with(beginning.text))
                    continue;
                const size_t from = at + beginning.text.size();
                const size_t end = keyTail(from);
                if (isLongEnough(from, end, beginning.least))
                    return taken(at, end, SensitiveKind::Key, end);
            }
        }
        return m_wanted.tokens ? token(at, rest) : 0;
    }

    // The word before the token stays, so that the text still tells what was there.
    size_t token(size_t at, std::string_view rest)
    {
        for (const std::string_view scheme : {"Bearer ", "bearer ", "Basic "}) {
            if (!rest.starts_with(scheme))
                continue;
            const size_t from = at + scheme.size();
            size_t end = from;
            while (end < m_text.size() && (isKeyCharacter(m_text[end]) || m_text[end] == '+' || m_text[end] == '/' ||
                                           m_text[end] == '=' || m_text[end] == '~'))
                ++end;
            const bool isBasic = scheme == "Basic ";
            const std::string_view said = m_text.substr(from, end - from);
            const bool isCode = !isBasic || said.find_first_of("0123456789=+/") != std::string_view::npos;
            return isCode && isLongEnough(from, end, 12) ? taken(from, end, SensitiveKind::Token, end) : 0;
        }
        if (!rest.starts_with("eyJ"))
            return 0;
        const size_t end = keyTail(at);
        const std::string_view whole = m_text.substr(at, end - at);
        const bool isWebToken = std::count(whole.begin(), whole.end(), '.') >= 2 && whole.size() >= 32;
        return isWebToken ? taken(at, end, SensitiveKind::Token, end) : 0;
    }

    size_t email(size_t at)
    {
        constexpr size_t longestLocal = 64;
        constexpr size_t longestDomain = 255;
        size_t begin = at;
        while (begin > m_floor && at - begin < longestLocal &&
               is(m_text[begin - 1], Digit | Letter | LocalMark | Beyond) && !isEscaped(m_text, begin - 1))
            --begin;
        while (begin < at && (m_text[begin] == '.' || m_text[begin] == '-' || isInLetter(begin)))
            ++begin;
        size_t end = at + 1;
        while (end < m_text.size() && end - at <= longestDomain &&
               (is(m_text[end], Digit | Letter | Beyond) || m_text[end] == '-' || m_text[end] == '.'))
            ++end;
        while (isInLetter(end))
            --end;
        const std::string_view domain = m_text.substr(0, end).substr(at + 1);
        for (size_t place = domain.size(); begin < at && place > 0;) {
            place = domain.rfind('.', place - 1);
            if (place == std::string_view::npos || place == 0)
                break;
            const size_t dot = at + 1 + place;
            size_t last = dot + 1;
            while (last < end && is(m_text[last], Letter | Beyond))
                ++last;
            const bool isWhole = last == end || m_text[last] == '.' || m_text[last] == '-';
            if (isWhole && last - dot > 2)
                return taken(begin, last, SensitiveKind::Email, last);
        }
        return at + 1;
    }

    // Without its end line the block goes on to the end of the text: half a key is one to hide, too.
    size_t privateKey(size_t at)
    {
        constexpr std::string_view begin = "-----BEGIN ";
        constexpr std::string_view dashes = "-----";
        if (m_text.compare(at, begin.size(), begin) != 0)
            return at + 1;
        constexpr size_t longestTitle = 40;
        const std::string_view title = m_text.substr(at + begin.size(), longestTitle);
        const std::string_view named = title.substr(0, title.find(dashes));
        if (named.find("PRIVATE KEY") == std::string_view::npos)
            return at + begin.size();
        size_t end = m_text.find("-----END ", at + begin.size());
        end = end == std::string_view::npos ? end : m_text.find(dashes, end + dashes.size());
        end = end == std::string_view::npos ? m_text.size() : end + dashes.size();
        return taken(at, end, SensitiveKind::PrivateKey, end);
    }

    std::string_view m_text;
    const RedactionConfig &m_wanted;
    bool m_isCut;
    std::vector<SensitiveSpan> &m_spans;
    size_t m_floor = 0; // what is before is in a span
};

} // namespace

std::string_view sensitiveWord(SensitiveKind kind)
{
    constexpr std::array<std::string_view, sensitiveKinds> words{"key",  "token", "private-key", "email",
                                                                 "card", "iban",  "phone"};
    return words[static_cast<size_t>(kind)];
}

void findSensitive(std::string_view text, const RedactionConfig &wanted, bool isCut, std::vector<SensitiveSpan> &spans)
{
    Finder(text, wanted, isCut, spans).run();
}

} // namespace signalbox
