// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_response_parser.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

using signalbox::HttpResponseParser;
using Step = HttpResponseParser::Step;

int fuzzOne(const uint8_t *data, size_t size);

namespace {

// What a caller would see: the end, every header, the body.
std::string story(std::string_view bytes, size_t piece, bool toHead)
{
    HttpResponseParser parser(2048);
    parser.begin(toHead);
    std::string told;
    std::string waiting;
    Step step = Step::NeedMore;
    for (size_t at = 0; step == Step::NeedMore && at < bytes.size(); at += piece) {
        waiting.append(bytes.substr(at, piece));
        std::string_view input = waiting;
        do {
            step = parser.next(input);
            if (step == Step::Body)
                told += parser.body();
            if (step != Step::Head)
                continue;
            told += std::to_string(parser.head().status) + ' ' + std::to_string(parser.head().contentLength) + '\n';
            for (size_t i = 0; i < parser.head().headers.size(); ++i) {
                const auto header = parser.head().headers[i];
                told.append(header.name).append(": ").append(header.value).append("\n");
            }
        } while (step == Step::Head || step == Step::Body);
        waiting.erase(0, waiting.size() - input.size());
    }
    if (step == Step::NeedMore)
        step = parser.finish();
    // The limit on heads may strike a little earlier or later, depending on where the bytes were cut.
    if (step == Step::Error)
        return bytes.size() < 2048 ? "error " + told : std::string("error");
    return "end " + told + (parser.keepAlive() ? " keep" : " close");
}

} // namespace

// The first byte chooses how the rest is cut; the cut must not matter.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const bool toHead = data[0] & 1;
    const size_t piece = 1 + (data[0] >> 1) % 17;
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 1, size - 1);
    const std::string whole = story(bytes, std::max<size_t>(1, bytes.size()), toHead);
    if (bytes.size() < 2048 && story(bytes, piece, toHead) != whole)
        std::abort();
    if (bytes.size() >= 2048)
        story(bytes, piece, toHead);
    return 0;
}
