// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/secrets/secret_store.h"

namespace signalbox {

// file:PATH. Read only; one newline at the end does not count. Files are read on the global thread pool, because they
// may lie on a slow network folder.
class FileBackend final : public SecretBackend
{
public:
    static constexpr int64_t largestFile = 64 * 1024;

    void read(const std::string &where, QObject *context, ReadDone done) override;
    void write(const std::string &where, const std::string &secret, QObject *context, WriteDone done) override;
    void remove(const std::string &where, QObject *context, WriteDone done) override;
};

} // namespace signalbox
