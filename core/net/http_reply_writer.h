// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_head.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

// What the server says about framing and the connection; the caller's headers cannot contradict it.
struct ReplyFraming {
    enum class Body { None, Length, Chunked, UntilClose };
    Body body = Body::Length;
    int64_t length = 0;
    bool keepAlive = true;
    bool sayKeepAlive = false; // HTTP/1.0 clients want to hear it
};

// Appends status line and header fields with the empty line. `date` is an IMF-fixdate. Fields that the framing owns
// and fields that could break out of their line are left out.
void appendReplyHead(std::string &out, int status, const HeaderList &headers, const ReplyFraming &framing,
                     std::string_view date);

// Appends a chunk to a chunked body, or makes the chunk that is still open longer: all that is written in one turn
// becomes one chunk.
class ChunkWriter
{
public:
    void append(std::string &out, std::string_view bytes);
    void close(std::string &out); // ends the open chunk, if any
    void finish(std::string &out);
    void reset() { m_size = 0; }

private:
    size_t m_at = 0;    // of the open chunk's size line in `out`
    size_t m_width = 0; // hex digits in it
    size_t m_size = 0;  // zero: no open chunk
};

std::string_view reasonPhrase(int status);
std::string httpDate(int64_t unixSeconds);

} // namespace signalbox
