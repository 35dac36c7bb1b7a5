// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/ndjson_reader.h"

namespace signalbox {

namespace {

constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

Error tooLarge()
{
    return {"line_too_large", "a line of the stream is larger than the limit", 502};
}

} // namespace

NdjsonReader::NdjsonReader(size_t maxLineBytes) : m_maxLineBytes(maxLineBytes) {}

Result<void> NdjsonReader::feed(std::string_view bytes, const OnLine &onLine)
{
    const bool direct = m_buffer.empty();
    if (!direct)
        m_buffer.append(bytes);
    const std::string_view text = direct ? bytes : std::string_view(m_buffer);
    const Result<size_t> used = scan(text, onLine);
    if (!used) {
        reset();
        return used.error();
    }
    if (direct)
        m_buffer.assign(bytes.substr(*used));
    else
        m_buffer.erase(0, *used);
    m_scanned = m_buffer.size();
    // One byte more than the limit may be a CR that the line end still claims.
    if (m_buffer.size() > m_maxLineBytes + 1 + (m_atStart ? byteOrderMark.size() : 0)) {
        reset();
        return tooLarge();
    }
    return {};
}

Result<void> NdjsonReader::finish(const OnLine &onLine)
{
    Result<void> result;
    if (!m_buffer.empty())
        result = deliver(m_buffer, onLine);
    reset();
    m_atStart = true;
    return result;
}

void NdjsonReader::reset()
{
    m_buffer.clear();
    m_scanned = 0;
}

Result<size_t> NdjsonReader::scan(std::string_view text, const OnLine &onLine)
{
    size_t lineStart = 0;
    size_t at = m_scanned;
    for (;;) {
        const size_t end = text.find('\n', at);
        if (end == std::string_view::npos)
            return lineStart;
        if (auto delivered = deliver(text.substr(lineStart, end - lineStart), onLine); !delivered)
            return delivered.error();
        lineStart = at = end + 1;
    }
}

Result<void> NdjsonReader::deliver(std::string_view line, const OnLine &onLine)
{
    if (m_atStart && line.starts_with(byteOrderMark))
        line.remove_prefix(byteOrderMark.size());
    m_atStart = false;
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (line.size() > m_maxLineBytes)
        return tooLarge();
    if (line.find_first_not_of(" \t\r") != std::string_view::npos)
        onLine(line);
    return {};
}

} // namespace signalbox
