// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace signalbox {

// A new client key: `sb-` and 43 base64url characters, 256 random bits from the operating system. Shown once; only its
// SHA-256 is kept.
std::string makeClientKey();

// Lower-case hex, as `keySha256` in the config.
std::string clientKeySha256(const std::string &key);

} // namespace signalbox
