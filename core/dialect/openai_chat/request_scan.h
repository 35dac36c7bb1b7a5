// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace signalbox::openai_chat {

// What routing and relaying need to know of a JSON request body, with the places that may have to be spliced. Offsets
// are bytes into the scanned body. The rest of the body is never parsed, reordered or rewritten.
struct RequestScan {
    struct Span {
        size_t begin = 0;
        size_t end = 0; // 0: absent
        bool present() const { return end != 0; }
    };

    std::string model; // decoded
    Span modelToken;   // the JSON string with its quotes
    bool stream = false;
    bool streamPresent = false;
    bool includeUsage = false; // stream_options.include_usage is true
    Span streamOptions;        // the value of stream_options, any type
    bool streamOptionsIsObject = false;
    bool streamOptionsIsEmpty = false;
    Span includeUsageToken;  // the value inside stream_options
    size_t closingBrace = 0; // of the whole body
    bool emptyObject = false;
    std::string user;
};

// Pure; any thread. Looks at the top level only (simdjson on-demand). A repeated `model`, `stream` or `stream_options`
// is refused: the provider might read the other one than we routed by. Errors carry httpStatus 400 and name line and
// column of broken JSON: json_invalid, field_repeated, field_type.
Result<RequestScan> scanRequest(std::string_view body);

// The body as the provider gets it: byte for byte, apart from the model name (when it differs) and, with
// `askForUsage`, stream_options.include_usage set to true.
std::string spliceRequest(std::string_view body, const RequestScan &scan, std::string_view model, bool askForUsage);

} // namespace signalbox::openai_chat
