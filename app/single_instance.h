// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>

#include <functional>

class QLocalServer;

namespace signalbox {

// One desktop program per person and data folder: a second start tells the first to show itself. Lives on the main
// thread. The ledger's own lock guards the data as well; this is about the window.
class SingleInstance final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SingleInstance)

public:
    explicit SingleInstance(const QString &dataFolder, QObject *parent = nullptr);

    // Asks a running first instance to raise its window. `first` is called when there is none and this one has taken
    // the place, `second` when another has been told. One of them, later.
    void claim(std::function<void()> first, std::function<void()> second);

Q_SIGNALS:
    void raiseRequested();

private:
    void listen();

    QString m_name;
    QLocalServer *m_server = nullptr;
};

} // namespace signalbox
