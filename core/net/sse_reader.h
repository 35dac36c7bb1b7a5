// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace signalbox {

// Views into the reader's buffer, valid during the callback only.
struct SseEvent {
    std::string_view raw;  // every byte of the event with its line ends and the blank line, as received
    std::string_view type; // `event:` field; empty when absent
    std::string_view data; // lines joined by \n
    std::string_view id;
    bool hasData = false; // false for comments (keep-alives): raw still carries them
};

// Server-sent events (WHATWG HTML, section 9.2.6): any split of bytes, LF, CRLF or CR alone, BOM, comments, several
// data lines. Pure. Events over `maxEventBytes` are an error (event_too_large).
class SseReader
{
public:
    using OnEvent = std::function<void(const SseEvent &)>;
    explicit SseReader(size_t maxEventBytes = 16 * 1024 * 1024);

    Result<void> feed(std::string_view bytes, const OnEvent &onEvent);
    // The stream ended: a last event without its blank line is still delivered (providers do that).
    Result<void> finish(const OnEvent &onEvent);
    size_t pendingBytes() const;

private:
    Result<size_t> scan(std::string_view text, const OnEvent &onEvent);
    Result<void> deliver(std::string_view raw, const OnEvent &onEvent);
    void takeLine(std::string_view line, SseEvent &event);
    void reset();

    size_t m_maxEventBytes;
    std::string m_buffer;
    size_t m_scanned = 0; // bytes of the pending event already looked at: parsing goes on from where it ended
    size_t m_lineStart = 0;
    bool m_atStart = true;
    std::string m_data;
};

} // namespace signalbox
