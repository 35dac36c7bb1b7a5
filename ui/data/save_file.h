// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QString>

#include <functional>

namespace signalbox {

// Makes bytes and puts them into a file, whole or not at all, on a pool thread: `make` runs there and may use only what
// it holds. `done` comes on the GUI thread with what went wrong (empty: nothing), unless `context` has died.
void saveFile(const QString &path, std::function<QByteArray()> make, QObject *context,
              std::function<void(const QString &problem)> done);

} // namespace signalbox
