// SPDX-License-Identifier: GPL-3.0-or-later
// Just enough HTTP/1.1 for the load tool and the mock upstream: a head parser and a follower of chunked framing.
#pragma once

#include <strings.h>
#include <time.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

inline uint64_t nowNs()
{
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return uint64_t(t.tv_sec) * 1'000'000'000ull + uint64_t(t.tv_nsec);
}

struct Head {
    int status = 0;
    long contentLength = -1;
    bool chunked = false;
    bool close = false;
    size_t size = 0; // bytes up to and including the empty line
};

enum class Parse { NeedMore, Ok, Bad };

inline Parse parseHead(const char *data, size_t size, Head &head, bool isResponse)
{
    const char *end = static_cast<const char *>(memmem(data, size, "\r\n\r\n", 4));
    if (!end)
        return size > 65536 ? Parse::Bad : Parse::NeedMore;
    head = Head();
    head.size = size_t(end - data) + 4;
    const char *line = static_cast<const char *>(memchr(data, '\r', head.size));
    if (isResponse) {
        if (line - data < 12)
            return Parse::Bad;
        head.status = atoi(data + 9);
    }
    for (line += 2; line < end + 2;) {
        const char *eol = static_cast<const char *>(memchr(line, '\r', size_t(end + 2 - line)));
        if (!eol)
            break;
        const char *colon = static_cast<const char *>(memchr(line, ':', size_t(eol - line)));
        if (!colon)
            return Parse::Bad;
        const std::string_view name(line, size_t(colon - line));
        const char *value = colon + 1;
        while (value < eol && *value == ' ')
            ++value;
        const size_t length = size_t(eol - value);
        const auto is = [&](std::string_view n) {
            return name.size() == n.size() && strncasecmp(name.data(), n.data(), n.size()) == 0;
        };
        if (is("content-length"))
            head.contentLength = strtol(value, nullptr, 10);
        else if (is("transfer-encoding"))
            head.chunked = memmem(value, length, "chunked", 7) != nullptr;
        else if (is("connection"))
            head.close = length == 5 && strncasecmp(value, "close", 5) == 0;
        line = eol + 2;
    }
    return Parse::Ok;
}

// Follows chunked framing without copying. feed() returns how many bytes belong to this message.
class ChunkedBody
{
public:
    bool done() const { return m_done; }
    void reset() { *this = ChunkedBody(); }

    template<class OnData>
    size_t feed(const char *data, size_t size, OnData &&onData)
    {
        size_t i = 0;
        while (i < size && !m_done) {
            switch (m_state) {
            case State::Size: {
                const char c = data[i++];
                if (c == '\n')
                    m_state = m_left ? State::Data : State::Trailer;
                else if (c >= '0' && c <= '9')
                    m_left = m_left * 16 + size_t(c - '0');
                else if ((c | 32) >= 'a' && (c | 32) <= 'f')
                    m_left = m_left * 16 + size_t((c | 32) - 'a' + 10);
                break;
            }
            case State::Data: {
                const size_t n = size - i < m_left ? size - i : m_left;
                onData(data + i, n);
                i += n;
                m_left -= n;
                if (m_left == 0)
                    m_state = State::AfterData;
                break;
            }
            case State::AfterData:
                if (data[i++] == '\n')
                    m_state = State::Size;
                break;
            case State::Trailer: {
                const char c = data[i++];
                if (c == '\n') {
                    m_done = m_trailerLength == 0;
                    m_trailerLength = 0;
                } else if (c != '\r') {
                    ++m_trailerLength;
                }
                break;
            }
            }
        }
        return i;
    }

private:
    enum class State { Size, Data, AfterData, Trailer };
    State m_state = State::Size;
    size_t m_left = 0;
    int m_trailerLength = 0;
    bool m_done = false;
};
