// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"

#include <cstdio>
#include <cstdlib>

// Any bytes: readConfig() answers, and what it accepted reads back equal from what writeConfig() makes of it.
int fuzzOne(const uint8_t *data, size_t size)
{
    const auto config = signalbox::readConfig({reinterpret_cast<const char *>(data), size});
    if (!config)
        return 0;
    const std::string text = signalbox::writeConfig(*config);
    const auto again = signalbox::readConfig(text);
    if (!again || !(*again == *config)) {
        std::fprintf(stderr, "does not read back (%s):\n%s", again ? "differs" : again.error().message.c_str(),
                     text.c_str());
        std::abort();
    }
    return 0;
}
