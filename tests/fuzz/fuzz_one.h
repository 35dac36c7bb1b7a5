// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

// Each fuzz target is one file that defines this. It aborts on a broken promise and returns 0.
int fuzzOne(const uint8_t *data, size_t size);
