// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace signalbox {

// Newline-delimited JSON: one value a line; LF or CRLF, blank lines skipped, BOM skipped, last line may lack its end.
// Splits only, does not parse. Pure. Lines over `maxLineBytes` are an error (line_too_large).
class NdjsonReader
{
public:
    using OnLine = std::function<void(std::string_view line)>; // without its line end; valid in the call only
    explicit NdjsonReader(size_t maxLineBytes = 16 * 1024 * 1024);

    Result<void> feed(std::string_view bytes, const OnLine &onLine);
    Result<void> finish(const OnLine &onLine);

private:
    Result<size_t> scan(std::string_view text, const OnLine &onLine);
    Result<void> deliver(std::string_view line, const OnLine &onLine);
    void reset();

    size_t m_maxLineBytes;
    std::string m_buffer;
    size_t m_scanned = 0;
    bool m_atStart = true;
};

} // namespace signalbox
