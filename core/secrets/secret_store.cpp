// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/secret_store.h"

#include "core/config/secret_reference.h"
#include "core/secrets/environment_backend.h"
#include "core/secrets/file_backend.h"
#ifdef SIGNALBOX_HAS_KEYCHAIN
#include "core/secrets/keychain_backend.h"
#endif

#include <QtCore/QMetaObject>

namespace signalbox {

namespace {

template<class Done>
void fail(QObject *context, Done done, Error error)
{
    QMetaObject::invokeMethod(
        context, [done = std::move(done), error = std::move(error)] { done(error); }, Qt::QueuedConnection);
}

Error noBackend(const std::string &scheme)
{
    if (scheme == "keychain")
        return {"keychain_not_available", "this build has no system keychain; use env: or file: for secrets"};
    return {"secret_reference_invalid", "nothing here can read " + scheme + ": references"};
}

} // namespace

SecretStore::SecretStore(QObject *parent) : QObject(parent)
{
    setBackend("env", std::make_unique<EnvironmentBackend>());
    setBackend("file", std::make_unique<FileBackend>());
#ifdef SIGNALBOX_HAS_KEYCHAIN
    setBackend("keychain", std::make_unique<KeychainBackend>());
#endif
}

SecretStore::~SecretStore() = default;

void SecretStore::setBackend(const std::string &scheme, std::unique_ptr<SecretBackend> backend)
{
    m_backends[scheme] = std::move(backend);
}

Result<SecretStore::Found> SecretStore::find(const std::string &reference) const
{
    auto parsed = parseSecretReference(reference);
    if (!parsed)
        return parsed.error();
    const auto backend = m_backends.find(parsed->scheme);
    if (backend == m_backends.end())
        return noBackend(parsed->scheme);
    return Found{backend->second.get(), std::move(parsed->where)};
}

void SecretStore::read(const std::string &reference, QObject *context, SecretBackend::ReadDone done)
{
    const auto found = find(reference);
    if (!found)
        return fail(context, std::move(done), found.error());
    found->backend->read(found->where, context, std::move(done));
}

void SecretStore::write(const std::string &reference, const std::string &secret, QObject *context,
                        SecretBackend::WriteDone done)
{
    const auto found = find(reference);
    if (!found)
        return fail(context, std::move(done), found.error());
    found->backend->write(found->where, secret, context, std::move(done));
}

void SecretStore::remove(const std::string &reference, QObject *context, SecretBackend::WriteDone done)
{
    const auto found = find(reference);
    if (!found)
        return fail(context, std::move(done), found.error());
    found->backend->remove(found->where, context, std::move(done));
}

Result<void> SecretStore::checkReference(const std::string &reference)
{
    const auto parsed = parseSecretReference(reference);
    if (!parsed)
        return parsed.error();
    return {};
}

} // namespace signalbox
