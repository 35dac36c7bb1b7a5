// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/redaction/body_redactor.h"
#include "core/redaction/body_strings.h"

#include <boost/json.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

// Parts lie inside the body, in their order and apart; what was JSON stays JSON; what was masked has nothing left to
// mask but what only its pieces make, and a body without finds is the same byte for byte.
int fuzzOne(const uint8_t *data, size_t size)
{
    using namespace signalbox;
    const std::string body(reinterpret_cast<const char *>(data), size);
    bool sound = true;
    size_t done = 0;
    for (const BodyPart &part : partsOfBody(body)) {
        sound = sound && part.begin >= done && part.end > part.begin && part.end <= size;
        done = part.end;
    }
    RedactionConfig config;
    config.phones = true;
    config.patterns.push_back({"word", "se[ck]ret\\w*"});
    const BodyRedactor redactor(config, {"a-secret-of-ours"});
    const BodyRedactor::Masked masked = redactor.mask(body, false);
    sound = sound && (!masked.counts.empty() || masked.bytes == body);
    boost::system::error_code code;
    (void)boost::json::parse(body, code);
    if (!code) {
        (void)boost::json::parse(masked.bytes, code);
        sound = sound && !code;
    }
    if (!sound) {
        std::fprintf(stderr, "not as a redacted body must be\n");
        std::abort();
    }
    return 0;
}
