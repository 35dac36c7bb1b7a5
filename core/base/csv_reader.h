// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// CSV as RFC 4180, record by record; a byte order mark and blanks around fields are dropped. A quoted field may hold
// commas, quotes (doubled) and line ends. Borrows the text.
class CsvReader
{
public:
    explicit CsvReader(std::string_view text);

    bool atEnd() const { return m_text.empty(); }
    size_t line() const { return m_begunAt; } // where the last record began, from 1
    // Error csv_invalid: a quoted field does not end.
    Result<std::vector<std::string>> next();

private:
    char take();

    std::string_view m_text;
    size_t m_line = 1;
    size_t m_begunAt = 1;
};

} // namespace signalbox
