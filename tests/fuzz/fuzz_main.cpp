// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/fuzz_one.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzzOne(data, size);
}
