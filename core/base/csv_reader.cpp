// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/csv_reader.h"

#include <algorithm>

namespace signalbox {

namespace {

std::string trimmed(std::string text)
{
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.back()))
        text.pop_back();
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), blank));
    return text;
}

std::vector<std::string> trimmedAll(std::vector<std::string> fields)
{
    for (std::string &field : fields)
        field = trimmed(std::move(field));
    return fields;
}

} // namespace

CsvReader::CsvReader(std::string_view text) : m_text(text)
{
    if (m_text.starts_with("\xef\xbb\xbf"))
        m_text.remove_prefix(3);
}

Result<std::vector<std::string>> CsvReader::next()
{
    m_begunAt = m_line;
    std::vector<std::string> fields(1);
    bool quoted = false;
    while (!m_text.empty()) {
        const char c = take();
        if (quoted && c == '"' && m_text.starts_with('"')) {
            fields.back() += take();
        } else if (c == '"' && (quoted || trimmed(fields.back()).empty())) {
            if (!quoted)
                fields.back().clear();
            quoted = !quoted;
        } else if (quoted) {
            fields.back() += c;
        } else if (c == ',') {
            fields.emplace_back();
        } else if (c == '\n') {
            return trimmedAll(std::move(fields));
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    if (quoted)
        return Error{"csv_invalid", "line " + std::to_string(m_begunAt) + ": a quoted field does not end"};
    return trimmedAll(std::move(fields));
}

char CsvReader::take()
{
    const char c = m_text.front();
    m_text.remove_prefix(1);
    m_line += c == '\n' ? 1 : 0;
    return c;
}

} // namespace signalbox
