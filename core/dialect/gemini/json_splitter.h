// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <functional>
#include <string>
#include <string_view>

namespace signalbox::gemini {

// Cuts a JSON array that comes in pieces, `[{…},\n{…}]`, into its objects; a bare object counts as one element. Splits
// only, does not parse. Pure. Objects over `maxObjectBytes` are an error (event_too_large), other text between them is
// one too (reply_invalid).
class JsonSplitter
{
public:
    using OnObject = std::function<void(std::string_view object)>; // valid in the call only
    explicit JsonSplitter(size_t maxObjectBytes = 64 * 1024 * 1024) : m_maxObjectBytes(maxObjectBytes) {}

    Result<void> feed(std::string_view bytes, const OnObject &onObject);
    // Whether the bytes ended inside an object.
    bool isInside() const { return m_depth > 0; }

private:
    void scan(char c);

    size_t m_maxObjectBytes;
    std::string m_buffer; // of an object whose end has not come
    int m_depth = 0;
    bool m_inText = false;
    bool m_escaped = false;
};

} // namespace signalbox::gemini
