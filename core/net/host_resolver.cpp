// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/host_resolver.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QPointer>
#include <QtNetwork/QHostInfo>

namespace signalbox {

namespace {

constexpr qint64 keepMs = 30'000;
constexpr qsizetype maxKnown = 1024;

qint64 nowMs()
{
    return QDeadlineTimer::current().deadline();
}

void askSystem(const QString &name, QObject *context, HostResolver::Answer answer)
{
    QHostInfo::lookupHost(name, context, [answer = std::move(answer)](const QHostInfo &info) {
        answer(info.error() == QHostInfo::NoError ? info.addresses() : QList<QHostAddress>(), info.errorString());
    });
}

} // namespace

HostResolver::HostResolver(QObject *parent) : QObject(parent), m_lookup(askSystem) {}

void HostResolver::setLookup(Lookup lookup)
{
    m_lookup = std::move(lookup);
    m_known.clear();
}

void HostResolver::resolve(const QString &name, QObject *context, Answer answer)
{
    QHostAddress literal;
    if (literal.setAddress(name)) {
        answer({literal}, QString());
        return;
    }
    if (const auto known = m_known.constFind(name); known != m_known.constEnd() && known->expiresMs > nowMs()) {
        const QList<QHostAddress> addresses = known->addresses; // the answer may change the table
        answer(addresses, QString());
        return;
    }
    const QPointer<HostResolver> self(this);
    m_lookup(name, context,
             [self, name, answer = std::move(answer)](const QList<QHostAddress> &addresses, const QString &error) {
                 if (self && !addresses.isEmpty()) {
                     if (self->m_known.size() >= maxKnown)
                         self->m_known.clear();
                     self->m_known.insert(name, {addresses, nowMs() + keepMs});
                 }
                 answer(addresses, error);
             });
}

} // namespace signalbox
