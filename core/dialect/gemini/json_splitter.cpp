// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/json_splitter.h"

namespace signalbox::gemini {

namespace {

bool mayStandBetween(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == '[' || c == ']';
}

} // namespace

// Brackets inside texts do not count; an escaped quote does not end a text.
void JsonSplitter::scan(char c)
{
    if (m_inText) {
        if (m_escaped)
            m_escaped = false;
        else if (c == '\\')
            m_escaped = true;
        else if (c == '"')
            m_inText = false;
    } else if (c == '"') {
        m_inText = true;
    } else if (c == '{') {
        ++m_depth;
    } else if (c == '}') {
        --m_depth;
    }
}

Result<void> JsonSplitter::feed(std::string_view bytes, const OnObject &onObject)
{
    size_t begin = 0; // of what belongs to the open object
    for (size_t i = 0; i < bytes.size(); ++i) {
        if (m_depth == 0) {
            if (bytes[i] != '{') {
                if (!mayStandBetween(bytes[i]))
                    return Error{"reply_invalid", "The provider's stream is not a list of JSON objects.", 502};
                continue;
            }
            begin = i;
        }
        scan(bytes[i]);
        if (m_depth > 0)
            continue;
        const std::string_view rest = bytes.substr(begin, i + 1 - begin);
        if (m_buffer.empty()) {
            onObject(rest);
        } else {
            m_buffer += rest;
            onObject(m_buffer);
            m_buffer.clear();
        }
        begin = i + 1;
    }
    if (m_depth > 0) {
        m_buffer += bytes.substr(begin);
        if (m_buffer.size() > m_maxObjectBytes)
            return Error{"event_too_large", "an event of the stream is larger than the limit", 502};
    }
    return {};
}

} // namespace signalbox::gemini
