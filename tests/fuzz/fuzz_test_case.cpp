// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/test_case.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

// Any bytes: a case that is accepted can be written, reads back and is then written the same; one that is refused says
// where.
int fuzzOne(const uint8_t *data, size_t size)
{
    using namespace signalbox;
    const auto read = readTestCase({reinterpret_cast<const char *>(data), size});
    bool sound = read || (!read.error().code.empty() && !read.error().message.empty());
    if (read) {
        const std::string written = writeTestCase(*read);
        const auto again = readTestCase(written);
        sound = again && writeTestCase(*again) == written;
    }
    if (!sound) {
        std::fprintf(stderr, "not as a test case must be\n");
        std::abort();
    }
    return 0;
}
