// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/secrets/secret_store.h"

namespace QKeychain {
class Job;
}

namespace signalbox {

// keychain:SERVICE/NAME through QtKeychain, never with its plain-text fallback. Needs the thread's event loop.
class KeychainBackend final : public SecretBackend
{
public:
    void read(const std::string &where, QObject *context, ReadDone done) override;
    void write(const std::string &where, const std::string &secret, QObject *context, WriteDone done) override;
    void remove(const std::string &where, QObject *context, WriteDone done) override;
};

} // namespace signalbox
