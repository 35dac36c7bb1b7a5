// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/port_owner.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtNetwork/QTcpServer>

namespace signalbox {

namespace {

constexpr char listening[] = "0A"; // TCP_LISTEN in /proc/net/tcp

QString listeningInode(const QString &table, uint16_t port)
{
    QFile file(table);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray wanted = ':' + QByteArray::number(port, 16).rightJustified(4, '0').toUpper();
    const QList<QByteArray> lines = file.readAll().split('\n');
    for (const QByteArray &line : lines) {
        const QList<QByteArray> fields = line.simplified().split(' ');
        if (fields.size() > 9 && fields.at(1).endsWith(wanted) && fields.at(3) == listening)
            return QString::fromLatin1(fields.at(9));
    }
    return {};
}

} // namespace

QString portOwner(uint16_t port)
{
    QString inode = listeningInode(QStringLiteral("/proc/net/tcp"), port);
    if (inode.isEmpty())
        inode = listeningInode(QStringLiteral("/proc/net/tcp6"), port);
    if (inode.isEmpty())
        return {};
    const QString socket = QStringLiteral("socket:[%1]").arg(inode);
    const QStringList processes = QDir(QStringLiteral("/proc")).entryList({QStringLiteral("[0-9]*")}, QDir::Dirs);
    for (const QString &pid : processes) {
        const QDir descriptors(QStringLiteral("/proc/%1/fd").arg(pid));
        const QStringList names = descriptors.entryList(QDir::System | QDir::Files | QDir::NoDotAndDotDot);
        for (const QString &name : names) {
            // The link names no file, so only its raw text is of use.
            if (!QFile::symLinkTarget(descriptors.filePath(name)).endsWith(socket))
                continue;
            QFile comm(QStringLiteral("/proc/%1/comm").arg(pid));
            const QString program =
                comm.open(QIODevice::ReadOnly) ? QString::fromUtf8(comm.readAll()).trimmed() : QString();
            return QStringLiteral("%1 (pid %2)").arg(program.isEmpty() ? QStringLiteral("?") : program, pid);
        }
    }
    return {};
}

uint16_t freePortAfter(uint16_t port)
{
    for (int candidate = port + 1; candidate <= port + 50 && candidate <= 65535; ++candidate) {
        QTcpServer probe;
        if (probe.listen(QHostAddress::LocalHost, static_cast<quint16>(candidate)))
            return static_cast<uint16_t>(candidate);
    }
    return 0;
}

} // namespace signalbox
