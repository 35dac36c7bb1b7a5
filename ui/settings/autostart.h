// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QString>

namespace signalbox {

// Start at login: a desktop entry in the session's autostart folder (XDG autostart specification). Any thread.
class Autostart
{
public:
    Autostart();                                    // the user's own folder, this program
    Autostart(QString folder, QString programPath); // another one

    QString path() const;
    bool isOn() const; // an entry that another tool disabled (Hidden, X-GNOME-Autostart-enabled) counts as off
    Result<void> set(bool on);

private:
    QString m_folder;
    QString m_program;
};

} // namespace signalbox
