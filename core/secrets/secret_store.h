// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QObject>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace signalbox {

// A place where secrets are kept. Asynchronous; callbacks come on the thread that called, never from inside the call.
class SecretBackend
{
public:
    using ReadDone = std::function<void(Result<std::string>)>;
    using WriteDone = std::function<void(Result<void>)>;
    virtual ~SecretBackend() = default;
    virtual void read(const std::string &where, QObject *context, ReadDone done) = 0;
    virtual void write(const std::string &where, const std::string &secret, QObject *context, WriteDone done) = 0;
    virtual void remove(const std::string &where, QObject *context, WriteDone done) = 0;
};

// Resolves secret references: keychain:SERVICE/NAME, env:NAME, file:PATH. Lives on the main thread (QtKeychain's jobs
// need its event loop and D-Bus). A callback whose `context` has died is dropped. Errors: secret_reference_invalid,
// secret_not_found, keychain_locked, keychain_not_available, secret_read_only; messages never hold the value.
class SecretStore final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SecretStore)

public:
    explicit SecretStore(QObject *parent = nullptr); // with the backends this build has
    ~SecretStore() override;

    void setBackend(const std::string &scheme, std::unique_ptr<SecretBackend> backend); // tests, --demo

    void read(const std::string &reference, QObject *context, SecretBackend::ReadDone done);
    void write(const std::string &reference, const std::string &secret, QObject *context,
               SecretBackend::WriteDone done);
    void remove(const std::string &reference, QObject *context, SecretBackend::WriteDone done);

    static Result<void> checkReference(const std::string &reference); // syntax only

private:
    struct Found {
        SecretBackend *backend;
        std::string where;
    };
    Result<Found> find(const std::string &reference) const;

    std::map<std::string, std::unique_ptr<SecretBackend>> m_backends;
};

} // namespace signalbox
