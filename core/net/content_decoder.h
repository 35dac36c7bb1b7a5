// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <string_view>

namespace signalbox {

// Undoes a Content-Encoding (gzip, x-gzip, deflate in both readings, br, zstd, identity; also a list of them)
// piece by piece. Pure. Errors: content_encoding_unknown, content_corrupt, content_too_large.
class ContentDecoder
{
public:
    virtual ~ContentDecoder() = default;
    virtual Result<void> feed(std::string_view bytes, std::string &out) = 0; // appends what is decoded
    virtual Result<void> finish(std::string &out) = 0;                       // content_corrupt when the end is missing

    // `maxOutputBytes` stops decompression bombs.
    static Result<std::unique_ptr<ContentDecoder>> create(std::string_view contentEncoding, size_t maxOutputBytes);
};

} // namespace signalbox
