// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/secrets/secret_store.h"

namespace signalbox {

// env:NAME. Read only.
class EnvironmentBackend final : public SecretBackend
{
public:
    void read(const std::string &where, QObject *context, ReadDone done) override;
    void write(const std::string &where, const std::string &secret, QObject *context, WriteDone done) override;
    void remove(const std::string &where, QObject *context, WriteDone done) override;
};

} // namespace signalbox
