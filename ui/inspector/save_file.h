// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <functional>

class QWidget;

namespace signalbox {

// Asks where to, writes off the GUI thread (whole or not at all) and says in a toast how it went. `make` runs on that
// other thread.
void saveFile(QWidget *parent, const QString &title, const QString &fileName, std::function<QByteArray()> make);
// The part without the question. Empty: it worked.
QString writeFile(const QString &path, const QByteArray &bytes);

} // namespace signalbox
