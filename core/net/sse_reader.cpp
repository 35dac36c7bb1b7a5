// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/sse_reader.h"

#include <cstring>

namespace signalbox {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

// Finds LF, CRLF or CR from left to right. The place of the next LF is kept, or a stream of bare CRs would be scanned
// to its end for each line.
class LineEnds
{
public:
    explicit LineEnds(std::string_view text) : m_text(text) {}

    size_t next(size_t from)
    {
        if (from >= m_text.size())
            return std::string_view::npos;
        if (!m_lfKnown || m_lf < from) {
            m_lf = std::min(m_text.find('\n', from), m_text.size());
            m_lfKnown = true;
        }
        const void *cr = std::memchr(m_text.data() + from, '\r', m_lf - from);
        if (cr)
            return static_cast<size_t>(static_cast<const char *>(cr) - m_text.data());
        return m_lf == m_text.size() ? std::string_view::npos : m_lf;
    }

private:
    std::string_view m_text;
    size_t m_lf = 0;
    bool m_lfKnown = false;
};

} // namespace

SseReader::SseReader(size_t maxEventBytes) : m_maxEventBytes(maxEventBytes) {}

Result<void> SseReader::feed(std::string_view bytes, const OnEvent &onEvent)
{
    const bool direct = m_buffer.empty();
    if (!direct)
        m_buffer.append(bytes);
    const std::string_view text = direct ? bytes : std::string_view(m_buffer);
    const Result<size_t> used = scan(text, onEvent);
    if (!used) {
        reset();
        return used.error();
    }
    if (text.size() - *used > m_maxEventBytes) {
        reset();
        return Error{"event_too_large", "an event of the stream is larger than the limit", 502};
    }
    if (direct)
        m_buffer.assign(bytes.substr(*used));
    else
        m_buffer.erase(0, *used);
    return {};
}

Result<void> SseReader::finish(const OnEvent &onEvent)
{
    Result<void> result;
    if (!m_buffer.empty())
        result = deliver(m_buffer, onEvent);
    reset();
    m_atStart = true;
    return result;
}

size_t SseReader::pendingBytes() const
{
    return m_buffer.size();
}

void SseReader::reset()
{
    m_buffer.clear();
    m_scanned = 0;
    m_lineStart = 0;
}

// Delivers the complete events of `text` and returns how many bytes they took.
Result<size_t> SseReader::scan(std::string_view text, const OnEvent &onEvent)
{
    LineEnds ends(text);
    size_t eventStart = 0;
    size_t lineStart = m_lineStart;
    size_t at = m_scanned;
    for (;;) {
        const size_t end = ends.next(at);
        if (end == std::string_view::npos) {
            at = text.size();
            break;
        }
        size_t next = end + 1;
        if (text[end] == '\r') {
            if (next == text.size()) { // an LF that belongs to this line end may be the next byte to come
                at = end;
                break;
            }
            next += text[next] == '\n';
        }
        const bool onlyMark = m_atStart && lineStart == 0 && text.substr(0, end) == byteOrderMark;
        if (end == lineStart || onlyMark) {
            if (auto delivered = deliver(text.substr(eventStart, next - eventStart), onEvent); !delivered)
                return delivered.error();
            eventStart = next;
        }
        lineStart = at = next;
    }
    m_lineStart = lineStart - eventStart;
    m_scanned = at - eventStart;
    return eventStart;
}

Result<void> SseReader::deliver(std::string_view raw, const OnEvent &onEvent)
{
    if (raw.size() > m_maxEventBytes)
        return Error{"event_too_large", "an event of the stream is larger than the limit", 502};
    SseEvent event;
    event.raw = raw;
    std::string_view rest = raw;
    if (m_atStart && rest.starts_with(byteOrderMark))
        rest.remove_prefix(byteOrderMark.size());
    m_atStart = false;

    LineEnds ends(rest);
    for (size_t at = 0; at < rest.size();) {
        const size_t end = std::min(ends.next(at), rest.size());
        takeLine(rest.substr(at, end - at), event);
        const bool pair = end + 1 < rest.size() && rest[end] == '\r' && rest[end + 1] == '\n';
        at = end + 1 + pair;
    }
    onEvent(event);
    return {};
}

void SseReader::takeLine(std::string_view line, SseEvent &event)
{
    const size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' '))
        value.remove_prefix(1);

    if (name == "data") {
        if (!event.hasData) {
            event.data = value;
            event.hasData = true;
            return;
        }
        if (event.data.data() != m_data.data() || m_data.empty())
            m_data.assign(event.data);
        m_data.append(1, '\n').append(value);
        event.data = m_data;
    } else if (name == "event") {
        event.type = value;
    } else if (name == "id" && value.find('\0') == std::string_view::npos) {
        event.id = value;
    }
}

} // namespace signalbox
