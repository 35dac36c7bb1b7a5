// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/ndjson_reader.h"
#include "core/net/sse_reader.h"
#include "tests/fuzz/fuzz_one.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace signalbox;

namespace {

// The events as one text, each part with its size, so that different events cannot look the same.
std::string eventsOf(std::string_view text, size_t chunk, std::string &raw)
{
    std::string out;
    const auto add = [&out](std::string_view part) { out += std::to_string(part.size()) + ':' + std::string(part); };
    const SseReader::OnEvent onEvent = [&](const SseEvent &event) {
        raw += event.raw;
        add(event.raw);
        add(event.type);
        add(event.data);
        add(event.id);
        out += event.hasData ? '+' : '-';
    };
    SseReader reader;
    for (size_t at = 0; at < text.size(); at += chunk) {
        if (!reader.feed(text.substr(at, chunk), onEvent))
            std::abort();
    }
    if (!reader.finish(onEvent))
        std::abort();
    return out;
}

std::string linesOf(std::string_view text, size_t chunk)
{
    std::string out;
    const NdjsonReader::OnLine onLine = [&out](std::string_view line) { out.append(line).append(1, '\n'); };
    NdjsonReader reader;
    for (size_t at = 0; at < text.size(); at += chunk) {
        if (!reader.feed(text.substr(at, chunk), onLine))
            std::abort();
    }
    if (!reader.finish(onLine))
        std::abort();
    return out;
}

} // namespace

// Any chunking gives the same events, and no byte is lost. The first byte chooses the size of the chunks.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const size_t chunk = data[0] % 16 + 1;
    const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
    std::string rawWhole;
    std::string rawPieces;
    if (eventsOf(text, std::max<size_t>(text.size(), 1), rawWhole) != eventsOf(text, chunk, rawPieces))
        std::abort();
    if (rawWhole != text || rawPieces != text)
        std::abort();
    if (linesOf(text, std::max<size_t>(text.size(), 1)) != linesOf(text, chunk))
        std::abort();
    return 0;
}
