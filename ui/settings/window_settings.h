// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QVariantMap>

namespace signalbox {

struct SettingEntry;

inline const QString themeSetting = QStringLiteral("ui/theme");
inline const QString densitySetting = QStringLiteral("ui/density");
inline const QString textScaleSetting = QStringLiteral("ui/textScale");
inline const QString motionSetting = QStringLiteral("ui/motion");
inline const QString loginSetting = QStringLiteral("start/atLogin");
inline const QString closeSetting = QStringLiteral("window/onClose"); // stay, quit
inline const QString traySetting = QStringLiteral("window/tray");

// Settings of the window: kept in Preferences (start at login: in the session's folder), in force at once. GUI thread.
class WindowSettings final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WindowSettings)

public:
    explicit WindowSettings(QObject *parent = nullptr);

    QVariant value(const SettingEntry &setting) const; // what is no value of it counts as its default
    QString setValue(const SettingEntry &setting, const QVariant &value); // what went wrong; empty: nothing
    static void applyAppearance(); // what Preferences has; at start before the window
    // Of one set of Preferences for another that says nothing of its own.
    static QVariantMap appearance();
    static void takeOver(const QVariantMap &appearance);

Q_SIGNALS:
    void changed(const QString &key, const QVariant &value);
};

} // namespace signalbox
