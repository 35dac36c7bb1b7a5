// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_request_parser.h"
#include "tests/fuzz/fuzz_one.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace signalbox;

namespace {

constexpr HttpRequestParser::Limits limits{512, 4096};

void addHead(std::string &out, const HttpRequestHead &head)
{
    out += "[" + head.method + " " + head.target;
    for (size_t i = 0; i < head.headers.size(); ++i)
        out.append("|").append(head.headers[i].name).append("=").append(head.headers[i].value);
    for (const char c : head.target) {
        if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
            std::abort();
    }
    if (head.headers.count("content-length") + head.headers.count("transfer-encoding") > 1)
        std::abort();
}

// What a server would have seen, as one text.
std::string transcript(std::string_view text, size_t chunk)
{
    std::string out;
    std::string pending;
    HttpRequestParser parser(limits);
    for (size_t at = 0; at < text.size(); at += chunk) {
        pending.append(text.substr(at, chunk));
        std::string_view input = pending;
        for (bool more = true; more;) {
            switch (parser.next(input)) {
            case HttpRequestParser::Step::NeedMore:
                more = false;
                break;
            case HttpRequestParser::Step::Head:
                addHead(out, parser.head());
                out += parser.keepAlive() ? "]+" : "]-";
                break;
            case HttpRequestParser::Step::Body:
                out.append(parser.body());
                break;
            case HttpRequestParser::Step::End:
                out += "<end>";
                parser.reset(limits);
                break;
            case HttpRequestParser::Step::Failed:
                return out + "<failed>";
            }
        }
        pending.erase(0, pending.size() - input.size());
    }
    return out;
}

} // namespace

// Any chunking gives the same requests. The first byte chooses the size of the chunks. Only where an error is found
// may differ: a limit can be noticed before or after the rest of a line came.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const size_t chunk = data[0] % 16 + 1;
    const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
    const std::string whole = transcript(text, std::max<size_t>(text.size(), 1));
    const std::string pieces = transcript(text, chunk);
    if (whole != pieces)
        std::abort();
    return 0;
}
