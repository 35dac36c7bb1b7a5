// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_head.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace signalbox {

// Pulls one HTTP/1.x response (RFC 9112) out of bytes that come in any pieces. Pure; one per connection, begun anew for
// each response. It never calls back, so a caller may drop it between any two steps.
class HttpResponseParser
{
public:
    enum class Step { NeedMore, Head, Body, End, Error };

    explicit HttpResponseParser(size_t maxHeaderBytes = 64 * 1024);
    ~HttpResponseParser();

    void begin(bool replyToHead);
    // Takes what it used off the front of `input`. After NeedMore the rest must come again in front of newer bytes.
    // Interim responses (1xx) are swallowed; 101 is an error, for nobody asked for an upgrade.
    Step next(std::string_view &input);
    Step finish(); // the other side closed: End when that was the framing, else Error

    const HttpResponseHead &head() const; // valid from Head on
    std::string_view body() const;        // points into the input of the step that gave Body
    bool headDone() const;                // of the final response
    bool atStart() const;                 // no byte of the current message was taken yet
    bool keepAlive() const;               // valid after End
    const std::string &error() const { return m_error; }

private:
    class Engine;

    Step fail(std::string_view why);
    Step tooLarge();

    std::unique_ptr<Engine> m_engine;
    size_t m_maxHeaderBytes;
    size_t m_headBytes = 0; // with interim responses, so that an endless row of them ends as well
    bool m_replyToHead = false;
    bool m_inChunkHead = false; // the last step ended inside the head of a chunk
    std::string m_error;
};

} // namespace signalbox
