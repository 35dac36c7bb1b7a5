// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtNetwork/QHostAddress>

#include <functional>

namespace signalbox {

// Names to addresses, without blocking, with a short memory so that a burst of fresh connections asks once. Lives on
// the thread of the pool that owns it. Literal addresses are answered at once.
class HostResolver final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HostResolver)

public:
    // Empty addresses: failed, `error` says why.
    using Answer = std::function<void(const QList<QHostAddress> &addresses, const QString &error)>;
    // Asks for a name; calls the answer once, at once or later, but not when `context` is gone.
    using Lookup = std::function<void(const QString &name, QObject *context, Answer answer)>;

    explicit HostResolver(QObject *parent = nullptr);

    void setLookup(Lookup lookup); // instead of the system's; forgets what is known
    void resolve(const QString &name, QObject *context, Answer answer);

private:
    struct Entry {
        QList<QHostAddress> addresses;
        qint64 expiresMs = 0;
    };

    Lookup m_lookup;
    QHash<QString, Entry> m_known;
};

} // namespace signalbox
