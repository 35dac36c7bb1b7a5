// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_head.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace signalbox {

// Reads one HTTP/1.x request after another from bytes that the caller holds. Pure: no socket, no clock.
// The caller keeps what next() did not use and passes it again with more bytes behind it.
class HttpRequestParser
{
public:
    struct Limits {
        size_t headerBytes = 32 * 1024;
        uint64_t bodyBytes = 64ULL * 1024 * 1024;
    };
    enum class Step { NeedMore, Head, Body, End, Failed };
    struct Failure {
        int status = 0; // 400, 405, 413, 417, 431, 501, 505
        std::string_view message;
    };

    explicit HttpRequestParser(const Limits &limits);
    ~HttpRequestParser();
    HttpRequestParser(const HttpRequestParser &) = delete;
    HttpRequestParser &operator=(const HttpRequestParser &) = delete;

    void reset(const Limits &limits); // the next request
    // One step; takes the bytes used off the front of `input`. After Body, body() views into `input`'s memory.
    // End needs no input. After Failed only reset() makes sense.
    Step next(std::string_view &input);

    const HttpRequestHead &head() const;
    std::string_view body() const;
    bool keepAlive() const;       // after Head
    bool expectsContinue() const; // after Head
    int64_t bodyLeft() const;     // declared bytes not yet seen; -1: chunked
    const Failure &failure() const;
    bool endIsDue() const; // next() will give End without input

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox
