// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/keychain_backend.h"

#ifdef SIGNALBOX_HAS_DBUS
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusObjectPath>
#include <QtDBus/QDBusPendingCallWatcher>
#include <QtDBus/QDBusPendingReply>
#include <QtDBus/QDBusVariant>
#endif

#include <qt6keychain/keychain.h>

namespace signalbox {

namespace {

Error locked()
{
    return {"keychain_locked", "the keyring is locked or there is none yet; unlock your keyring, then try again"};
}

Error notAvailable()
{
    return {"keychain_not_available", "there is no system keychain here; use env: or file: for secrets"};
}

Error notFound(const std::string &where)
{
    return {"secret_not_found", "the keychain has no entry " + where};
}

bool serviceReachable()
{
#ifdef SIGNALBOX_HAS_DBUS
    return QDBusConnection::sessionBus().isConnected();
#else
    return true;
#endif
}

Error errorOf(QKeychain::Error code, const std::string &where)
{
    switch (code) {
    case QKeychain::EntryNotFound:
    case QKeychain::CouldNotDeleteEntry:
        return notFound(where);
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        return {"keychain_locked", "access to the keychain was denied"};
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return notAvailable();
    default: // the Secret Service reports a locked or absent collection only as "other"
        return serviceReachable() ? locked() : notAvailable();
    }
}

// "Not found" also comes from a locked or absent collection; tells them apart without blocking.
void explainNotFound(const std::string &where, QObject *context, std::function<void(Error)> done)
{
#ifdef SIGNALBOX_HAS_DBUS
    const QString service = QStringLiteral("org.freedesktop.secrets");
    const QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return done(notAvailable());
    QDBusMessage ask =
        QDBusMessage::createMethodCall(service, QStringLiteral("/org/freedesktop/secrets"),
                                       QStringLiteral("org.freedesktop.Secret.Service"), QStringLiteral("ReadAlias"));
    ask << QStringLiteral("default");
    auto *alias = new QDBusPendingCallWatcher(bus.asyncCall(ask), context);
    QObject::connect(alias, &QDBusPendingCallWatcher::finished, context, [=](QDBusPendingCallWatcher *call) {
        call->deleteLater();
        const QDBusPendingReply<QDBusObjectPath> path = *call;
        if (path.isError()) // another kind of wallet answered
            return done(notFound(where));
        if (path.value().path() == QStringLiteral("/"))
            return done(locked());
        QDBusMessage get = QDBusMessage::createMethodCall(
            service, path.value().path(), QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
        get << QStringLiteral("org.freedesktop.Secret.Collection") << QStringLiteral("Locked");
        auto *state = new QDBusPendingCallWatcher(bus.asyncCall(get), context);
        QObject::connect(state, &QDBusPendingCallWatcher::finished, context, [=](QDBusPendingCallWatcher *reply) {
            reply->deleteLater();
            const QDBusPendingReply<QDBusVariant> isLocked = *reply;
            const bool shut = isLocked.isError() || isLocked.value().variant().toBool();
            done(shut ? locked() : notFound(where));
        });
    });
#else
    QMetaObject::invokeMethod(
        context, [=] { done(notFound(where)); }, Qt::QueuedConnection);
#endif
}

struct Place {
    QString service;
    QString name;
};

Place placeOf(const std::string &where)
{
    const size_t slash = where.find('/');
    return {QString::fromStdString(where.substr(0, slash)), QString::fromStdString(where.substr(slash + 1))};
}

template<class Done>
void finishWith(QKeychain::Job *job, const std::string &where, QObject *context, Done done)
{
    const QKeychain::Error code = job->error();
    if (code == QKeychain::EntryNotFound || code == QKeychain::CouldNotDeleteEntry)
        explainNotFound(where, context, [done](const Error &error) { done(error); });
    else
        done(errorOf(code, where));
}

void runWrite(QKeychain::Job *job, const std::string &where, QObject *context, SecretBackend::WriteDone done)
{
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, context, [=](QKeychain::Job *ended) {
        if (ended->error() == QKeychain::NoError)
            done({});
        else
            finishWith(ended, where, context, done);
    });
    job->start();
}

} // namespace

void KeychainBackend::read(const std::string &where, QObject *context, ReadDone done)
{
    const Place place = placeOf(where);
    auto *job = new QKeychain::ReadPasswordJob(place.service); // deletes itself
    job->setKey(place.name);
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, context, [=](QKeychain::Job *) {
        if (job->error() != QKeychain::NoError)
            return finishWith(job, where, context, done);
        QByteArray bytes = job->binaryData();
        std::string secret = bytes.toStdString();
        bytes.fill('\0');
        done(Result<std::string>(boost::system::in_place_value, std::move(secret)));
    });
    job->start();
}

void KeychainBackend::write(const std::string &where, const std::string &secret, QObject *context, WriteDone done)
{
    const Place place = placeOf(where);
    auto *job = new QKeychain::WritePasswordJob(place.service);
    job->setKey(place.name);
    job->setTextData(QString::fromStdString(secret)); // as text, so that other programs can show it
    runWrite(job, where, context, std::move(done));
}

void KeychainBackend::remove(const std::string &where, QObject *context, WriteDone done)
{
    const Place place = placeOf(where);
    auto *job = new QKeychain::DeletePasswordJob(place.service);
    job->setKey(place.name);
    runWrite(job, where, context, std::move(done));
}

} // namespace signalbox
