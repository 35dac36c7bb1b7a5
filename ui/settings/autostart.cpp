// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/autostart.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSaveFile>
#include <QtCore/QStandardPaths>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

// As the specification wants an argument of Exec quoted.
QString quoted(const QString &argument)
{
    QString out = u"\""_s;
    for (const QChar c : argument) {
        if (c == u'"' || c == u'`' || c == u'$' || c == u'\\')
            out += u"\\\\"_s; // once for the value, once for the argument
        out += c;
        if (c == u'%')
            out += c;
    }
    return out + u'"';
}

} // namespace

Autostart::Autostart()
    : Autostart(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + u"/autostart"_s,
                QCoreApplication::applicationFilePath())
{
}

Autostart::Autostart(QString folder, QString programPath)
    : m_folder(std::move(folder)), m_program(std::move(programPath))
{
}

QString Autostart::path() const
{
    return m_folder + u"/signalbox.desktop"_s;
}

bool Autostart::isOn() const
{
    QFile file(path());
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QStringList lines = QString::fromUtf8(file.read(64 * 1024)).split(u'\n');
    for (const QString &line : lines) {
        const QString plain = line.simplified().remove(u' ');
        if (plain == "Hidden=true"_L1 || plain == "X-GNOME-Autostart-enabled=false"_L1)
            return false;
    }
    return true;
}

Result<void> Autostart::set(bool on)
{
    const auto failed = [this](const QString &why) {
        return Error{"autostart", QString(path() + u": "_s + why).toStdString()};
    };
    if (!on) {
        QFile file(path());
        if (file.exists() && !file.remove())
            return failed(file.errorString());
        return {};
    }
    if (!QDir().mkpath(m_folder))
        return failed(QCoreApplication::translate("Settings", "the folder cannot be made"));
    QSaveFile file(path());
    const QString entry =
        u"[Desktop Entry]\nType=Application\nVersion=1.0\nName=Signalbox\nIcon=signalbox\n"
        "Exec=%1 --minimized\nTerminal=false\nX-GNOME-Autostart-enabled=true\n"_s.arg(quoted(m_program));
    const QByteArray bytes = entry.toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return failed(file.errorString());
    return {};
}

} // namespace signalbox
