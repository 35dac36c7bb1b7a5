// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <openssl/crypto.h>

#include <string>

namespace signalbox {

// Overwrites a secret before its memory is given back; a compiler may drop a plain memset.
inline void wipe(std::string &secret)
{
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

} // namespace signalbox
