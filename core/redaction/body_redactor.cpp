// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/redaction/body_redactor.h"

#include "core/redaction/body_strings.h"

#include <QtCore/QString>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace signalbox {

namespace {

constexpr std::string_view markBegin = "«redacted:";
constexpr std::string_view markEnd = "»";
constexpr size_t shortestSecret = 8; // shorter ones would blank ordinary words

struct Found { // in a text
    size_t begin = 0;
    size_t end = 0;
    std::string_view word;
};

struct Edit { // of a body
    size_t begin = 0;
    size_t end = 0;
    std::string_view word; // empty: goes on from another piece, whose mark stands for this, too
    bool quoted = false;
};

// UTF-8 as UTF-16 and back. What is no UTF-8 counts as one sign for each byte.
class WideText
{
public:
    explicit WideText(std::string_view text) : m_text(text)
    {
        m_wide.reserve(static_cast<qsizetype>(text.size()));
        for (size_t at = 0; at < text.size();)
            at = take(at, &m_wide);
    }
    const QString &wide() const { return m_wide; }

    // Of places that only grow from call to call.
    size_t byteAt(qsizetype place)
    {
        while (m_place < place && m_byte < m_text.size()) {
            const size_t next = take(m_byte, nullptr);
            m_place += next - m_byte == 4 ? 2 : 1;
            m_byte = next;
        }
        return m_byte;
    }

private:
    size_t take(size_t at, QString *out) const
    {
        const auto byte = [this](size_t i) { return i < m_text.size() ? static_cast<uint8_t>(m_text[i]) : uint8_t(0); };
        const uint8_t first = byte(at);
        const size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
        char32_t code = length < 2 ? first : first & (0x7F >> length);
        bool good = length > 0;
        for (size_t i = 1; i < length && good; ++i) {
            good = (byte(at + i) & 0xC0) == 0x80;
            code = code << 6 | (byte(at + i) & 0x3F);
        }
        good = good && !(length == 4 && (code < 0x10000 || code > 0x10FFFF));
        if (out) {
            if (!good)
                out->append(QChar::ReplacementCharacter);
            else if (code < 0x10000)
                out->append(QChar(static_cast<char16_t>(code)));
            else
                out->append(QChar(QChar::highSurrogate(code))).append(QChar(QChar::lowSurrogate(code)));
        }
        return at + (good ? length : 1);
    }

    std::string_view m_text;
    QString m_wide;
    qsizetype m_place = 0;
    size_t m_byte = 0;
};

} // namespace

// One body.
class BodyRedactor::Run
{
public:
    Run(const BodyRedactor &rules, std::string_view body, bool isCut, BoundedPattern::Deadline until)
        : m_rules(rules), m_body(body), m_isCut(isCut), m_until(until)
    {
    }

    Masked run()
    {
        std::unordered_map<uint64_t, std::vector<const BodyPart *>> streams;
        const std::vector<BodyPart> parts = partsOfBody(m_body);
        for (const BodyPart &part : parts) {
            lookAt(part);
            if (part.stream != 0)
                streams[part.stream].push_back(&part);
        }
        for (const auto &[id, pieces] : streams) {
            if (pieces.size() > 1)
                lookAtStream(pieces);
        }
        write();
        return std::move(m_masked);
    }

private:
    const std::vector<Found> &find(std::string_view text, bool isCut)
    {
        m_found.clear();
        for (const std::string &secret : m_rules.m_secrets) {
            for (size_t at = text.find(secret); at != std::string_view::npos;
                 at = text.find(secret, at + secret.size()))
                m_found.push_back({at, at + secret.size(), sensitiveWord(SensitiveKind::Key)});
        }
        m_spans.clear();
        findSensitive(text, m_rules.m_config, isCut, m_spans);
        for (const SensitiveSpan &span : m_spans)
            m_found.push_back({span.begin, span.end, sensitiveWord(span.kind)});
        if (!m_rules.m_patterns.empty())
            findPatterns(text);
        return m_found;
    }

    void findPatterns(std::string_view text)
    {
        const QString wide = WideText(text).wide();
        for (const Pattern &pattern : m_rules.m_patterns) {
            m_matches.clear();
            if (!pattern.expression.find(wide, m_until, m_matches)) {
                m_masked.gaveUp = true;
                m_found.push_back({0, text.size(), pattern.name});
                return;
            }
            if (m_matches.empty())
                continue;
            WideText places(text);
            for (const BoundedPattern::Match &match : m_matches) {
                const size_t begin = places.byteAt(match.begin);
                m_found.push_back({begin, places.byteAt(match.end), pattern.name});
            }
        }
    }

    void lookAt(const BodyPart &part)
    {
        const std::string_view raw = m_body.substr(part.begin, part.end - part.begin);
        const bool isCut = m_isCut && part.end == m_body.size();
        if (part.kind == BodyPart::Kind::String && raw.find('\\') != std::string_view::npos) {
            UnescapedText text;
            text.append(m_body, part.begin, part.end);
            for (const Found &found : find(text.text(), isCut)) {
                for (const UnescapedText::Range &range : text.rangesOf(found.begin, found.end))
                    m_edits.push_back({range.begin, range.end, found.word});
            }
            return;
        }
        const std::vector<Found> &all = find(raw, isCut);
        if (part.kind == BodyPart::Kind::Bare && !all.empty()) {
            m_edits.push_back({part.begin, part.end, all.front().word, true});
            return;
        }
        for (const Found &found : all)
            m_edits.push_back({part.begin + found.begin, part.begin + found.end, found.word});
    }

    void lookAtStream(const std::vector<const BodyPart *> &pieces)
    {
        UnescapedText text;
        for (const BodyPart *piece : pieces)
            text.append(m_body, piece->begin, piece->end);
        for (const Found &found : find(text.text(), m_isCut)) {
            std::string_view word = found.word;
            for (const UnescapedText::Range &range : text.rangesOf(found.begin, found.end))
                m_edits.push_back({range.begin, range.end, std::exchange(word, {})});
        }
    }

    void write()
    {
        // What goes on from another piece first: what was found in this one alone needs no mark of its own then.
        std::stable_sort(m_edits.begin(), m_edits.end(), [](const Edit &a, const Edit &b) {
            return std::pair(a.begin, !a.word.empty()) < std::pair(b.begin, !b.word.empty());
        });
        std::string &out = m_masked.bytes;
        out.reserve(m_body.size() + 64);
        size_t done = 0;
        for (auto edit = m_edits.begin(); edit != m_edits.end();) {
            Edit whole = *edit;
            for (++edit; edit != m_edits.end() && edit->begin < whole.end; ++edit)
                whole.end = std::max(whole.end, edit->end);
            out.append(m_body.substr(done, whole.begin - done));
            done = whole.end;
            if (whole.word.empty())
                continue;
            ++m_masked.counts[std::string(whole.word)];
            out.append(whole.quoted ? "\"" : "").append(markBegin).append(whole.word).append(markEnd);
            out.append(whole.quoted ? "\"" : "");
        }
        out.append(m_body.substr(done));
    }

    const BodyRedactor &m_rules;
    std::string_view m_body;
    bool m_isCut;
    BoundedPattern::Deadline m_until;
    Masked m_masked;
    std::vector<Edit> m_edits;
    std::vector<Found> m_found; // kept for their memory
    std::vector<SensitiveSpan> m_spans;
    std::vector<BoundedPattern::Match> m_matches;
};

BodyRedactor::BodyRedactor(RedactionConfig config, std::vector<std::string> secrets)
    : m_config(std::move(config)), m_secrets(std::move(secrets))
{
    std::erase_if(m_secrets, [](const std::string &secret) { return secret.size() < shortestSecret; });
    for (const RedactionPattern &pattern : m_config.patterns) {
        if (auto made = BoundedPattern::make(QString::fromStdString(pattern.pattern)))
            m_patterns.push_back({pattern.name, std::move(*made)});
    }
}

BodyRedactor::Masked BodyRedactor::mask(std::string_view body, bool isCut) const
{
    return mask(body, isCut, std::chrono::steady_clock::now() + patience);
}

BodyRedactor::Masked BodyRedactor::mask(std::string_view body, bool isCut, BoundedPattern::Deadline until) const
{
    return Run(*this, body, isCut, until).run();
}

size_t countMarks(std::string_view body)
{
    size_t count = 0;
    for (size_t at = body.find(markBegin); at != std::string_view::npos; at = body.find(markBegin, at + 1))
        ++count;
    return count;
}

} // namespace signalbox
