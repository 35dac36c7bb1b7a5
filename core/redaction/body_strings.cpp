// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/redaction/body_strings.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr size_t deepest = 256; // below that, paths are not told apart
constexpr size_t shortestNumber = 8;

uint64_t mixed(uint64_t hash, std::string_view text) // FNV-1a
{
    for (const char c : text)
        hash = (hash ^ static_cast<uint8_t>(c)) * 1'099'511'628'211U;
    return (hash ^ 0xFFU) * 1'099'511'628'211U;
}

// Members in which streams bring a text in pieces; others are whole in every event.
bool comesInPieces(std::string_view name)
{
    constexpr std::array<std::string_view, 15> names{
        "arguments",         "code",    "content",  "delta",   "input", "output",   "partial_json", "reasoning",
        "reasoning_content", "refusal", "response", "summary", "text",  "thinking", "transcript"};
    return std::binary_search(names.begin(), names.end(), name);
}

// Walks JSON without judging it. Values at the top, and objects in a list at the top, are the events of a stream.
class JsonWalk
{
public:
    JsonWalk(std::string_view body, std::vector<BodyPart> &parts) : m_body(body), m_parts(parts) {}

    void walk(size_t at, size_t end)
    {
        while (at < end) {
            const char c = m_body[at];
            if (c == '"') {
                at = string(at + 1, end);
            } else if (c == '{' || c == '[') {
                open(c == '{');
                ++at;
            } else if (c == '}' || c == ']') {
                close();
                ++at;
            } else if (c == ',') {
                comma();
                ++at;
            } else if (c == ':') {
                if (!m_frames.empty())
                    m_frames.back().wantsKey = false;
                ++at;
            } else if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
                ++at;
            } else {
                at = bare(at, end);
            }
        }
    }
    void endEvent()
    {
        for (const size_t part : m_pieces)
            m_parts[part].stream = mixed(m_parts[part].stream, m_indexes) | 1U;
        m_pieces.clear();
        m_indexes.clear();
    }

    void endLine() // whatever is still open: the next one begins anew
    {
        endEvent();
        m_frames.clear();
        m_beyond = 0;
    }

private:
    struct Frame {
        bool isObject = false;
        bool wantsKey = false;
        uint64_t path = 0; // of the place that comes next
        uint64_t above = 0;
        size_t index = 0;
        std::string_view name;
    };

    void open(bool isObject)
    {
        const uint64_t path = m_frames.empty() ? 14'695'981'039'346'656'037U : m_frames.back().path;
        if (m_frames.size() < deepest)
            m_frames.push_back({isObject, isObject, path, path, 0, m_frames.empty() ? "" : m_frames.back().name});
        else
            ++m_beyond;
        if (!isObject && m_frames.size() > 1)
            m_frames.back().path = mixed(path, "0");
    }

    void close()
    {
        if (m_beyond > 0) {
            --m_beyond;
            return;
        }
        if (!m_frames.empty())
            m_frames.pop_back();
        if (m_frames.empty() || (m_frames.size() == 1 && !m_frames.back().isObject))
            endEvent();
    }

    void comma()
    {
        if (m_frames.empty() || m_beyond > 0)
            return;
        Frame &frame = m_frames.back();
        frame.wantsKey = frame.isObject;
        if (!frame.isObject && m_frames.size() > 1)
            frame.path = mixed(frame.above, std::to_string(++frame.index));
    }

    size_t string(size_t begin, size_t end)
    {
        size_t at = begin;
        while (at < end && m_body[at] != '"')
            at += m_body[at] == '\\' ? 2 : 1;
        at = std::min(at, end);
        BodyPart part{BodyPart::Kind::String, begin, at, 0};
        if (!m_frames.empty() && m_beyond == 0) {
            Frame &frame = m_frames.back();
            if (frame.wantsKey) {
                frame.name = m_body.substr(begin, at - begin);
                frame.path = mixed(frame.above, frame.name);
            } else if (comesInPieces(frame.name)) {
                part.stream = frame.path | 1U;
                m_pieces.push_back(m_parts.size());
            }
        }
        if (part.end > part.begin)
            m_parts.push_back(part);
        else if (part.stream != 0)
            m_pieces.pop_back();
        return at + 1;
    }

    size_t bare(size_t begin, size_t end)
    {
        size_t at = begin;
        while (at < end && std::string_view(",:{}[]\" \n\t\r").find(m_body[at]) == std::string_view::npos)
            ++at;
        if (at - begin >= shortestNumber)
            m_parts.push_back({BodyPart::Kind::Bare, begin, at, 0});
        // Parallel texts of one stream are told apart by their numbers: index, output_index, content_index.
        if (!m_frames.empty() && m_frames.back().name.ends_with("index"))
            m_indexes.append(m_frames.back().name).append(m_body.substr(begin, at - begin)).append(1, ';');
        return at;
    }

    std::string_view m_body;
    std::vector<BodyPart> &m_parts;
    std::vector<Frame> m_frames;
    size_t m_beyond = 0;
    std::vector<size_t> m_pieces; // parts of this event that may go on in the next
    std::string m_indexes;
};

bool isJsonStart(std::string_view text)
{
    const size_t at = text.find_first_not_of(" \t\r\n");
    return at != std::string_view::npos && (text[at] == '{' || text[at] == '[' || text[at] == '"');
}

bool isEvents(std::string_view body)
{
    const size_t at = body.find_first_not_of("\r\n");
    const std::string_view rest = body.substr(std::min(at, body.size()));
    return rest.starts_with("data:") || rest.starts_with("event:") || rest.starts_with("id:") ||
           rest.starts_with(":") || rest.starts_with("retry:");
}

void eventParts(std::string_view body, std::vector<BodyPart> &parts)
{
    constexpr std::string_view field = "data:";
    JsonWalk walk(body, parts);
    for (size_t at = 0; at < body.size();) {
        const size_t end = std::min(body.find_first_of("\r\n", at), body.size());
        const std::string_view line = body.substr(at, end - at);
        if (line.starts_with(field) && isJsonStart(line.substr(field.size()))) {
            walk.walk(at + field.size(), end);
            walk.endLine();
        } else if (!line.empty()) {
            parts.push_back({BodyPart::Kind::Plain, at, end, 0});
        }
        at = end + 1;
    }
}

size_t hexAt(std::string_view body, size_t at, size_t end, uint32_t &value)
{
    value = 0;
    for (size_t i = at; i < at + 4; ++i) {
        const char c = i < end ? body[i] : 'x';
        const int digit = c >= '0' && c <= '9'   ? c - '0'
                          : c >= 'a' && c <= 'f' ? c - 'a' + 10
                          : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                 : -1;
        if (digit < 0)
            return at;
        value = value * 16 + static_cast<uint32_t>(digit);
    }
    return at + 4;
}

void appendUtf8(std::string &out, uint32_t code)
{
    const auto add = [&out](uint32_t byte) { out += static_cast<char>(byte); };
    if (code < 0x80) {
        add(code);
    } else if (code < 0x800) {
        add(0xC0 | code >> 6);
        add(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        add(0xE0 | code >> 12);
        add(0x80 | (code >> 6 & 0x3F));
        add(0x80 | (code & 0x3F));
    } else {
        add(0xF0 | code >> 18);
        add(0x80 | (code >> 12 & 0x3F));
        add(0x80 | (code >> 6 & 0x3F));
        add(0x80 | (code & 0x3F));
    }
}

} // namespace

std::vector<BodyPart> partsOfBody(std::string_view body)
{
    std::vector<BodyPart> parts;
    if (isEvents(body)) {
        eventParts(body, parts);
    } else if (isJsonStart(body)) {
        JsonWalk walk(body, parts);
        walk.walk(0, body.size());
        walk.endEvent();
    } else if (!body.empty()) {
        parts.push_back({BodyPart::Kind::Plain, 0, body.size(), 0});
    }
    return parts;
}

// `at` is behind the backslash, and goes behind the escape.
void UnescapedText::escape(std::string_view body, size_t &at, size_t end)
{
    constexpr std::string_view letters = "nrtbf";
    constexpr std::string_view meant = "\n\r\t\b\f";
    if (at >= end)
        return;
    const char c = body[at++];
    if (const size_t known = letters.find(c); known != std::string_view::npos) {
        m_text += meant[known];
        return;
    }
    uint32_t code = 0;
    const size_t after = c == 'u' ? hexAt(body, at, end, code) : at;
    if (after == at) {
        m_text += c;
        return;
    }
    at = after;
    uint32_t low = 0;
    if (code >= 0xD800 && code < 0xDC00 && at + 1 < end && body[at] == '\\' && body[at + 1] == 'u' &&
        hexAt(body, at + 2, end, low) > at + 2 && low >= 0xDC00 && low < 0xE000) {
        at += 6;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    appendUtf8(m_text, code);
}

void UnescapedText::append(std::string_view body, size_t begin, size_t end)
{
    Piece piece{0, end, m_jumps.size()};
    m_jumps.push_back({m_text.size(), begin});
    for (size_t at = begin; at < end;) {
        const size_t found = std::min(body.substr(0, end).find('\\', at), end);
        m_text.append(body.substr(at, found - at));
        at = found;
        if (at == end)
            break;
        m_jumps.push_back({m_text.size(), at});
        escape(body, ++at, end);
        m_jumps.push_back({m_text.size(), at});
    }
    piece.textEnd = m_text.size();
    m_pieces.push_back(piece);
}

size_t UnescapedText::placeOf(size_t text, const Piece &piece, size_t jumpsEnd) const
{
    if (text >= piece.textEnd)
        return piece.bodyEnd;
    const auto first = m_jumps.begin() + static_cast<ptrdiff_t>(piece.jumps);
    const auto last = m_jumps.begin() + static_cast<ptrdiff_t>(jumpsEnd);
    auto found = std::upper_bound(first, last, text, [](size_t place, const Jump &jump) { return place < jump.text; });
    --found;
    return found->body + (text - found->text);
}

std::vector<UnescapedText::Range> UnescapedText::rangesOf(size_t begin, size_t end) const
{
    std::vector<Range> ranges;
    auto piece = std::upper_bound(m_pieces.begin(), m_pieces.end(), begin,
                                  [](size_t place, const Piece &one) { return place < one.textEnd; });
    for (; piece != m_pieces.end() && begin < end; ++piece) {
        const size_t jumpsEnd = piece + 1 == m_pieces.end() ? m_jumps.size() : (piece + 1)->jumps;
        const size_t to = std::min(end, piece->textEnd);
        if (to <= begin)
            continue;
        ranges.push_back({placeOf(begin, *piece, jumpsEnd), placeOf(to, *piece, jumpsEnd)});
        begin = to;
    }
    return ranges;
}

} // namespace signalbox
