// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_config.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QThread>

#include <memory>
#include <string>

namespace signalbox {

// The world of --demo: simulated providers and the clients that call the gateway, on a thread of its own and over real
// sockets, so that a demo request takes the same road as any other. Lives on the main thread.
class DemoWorld final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DemoWorld)

public:
    struct Options {
        std::string listenAddress = "127.0.0.1"; // of the gateway
        uint16_t listenPort = 8484;
        uint32_t seed = 20260101;
    };
    explicit DemoWorld(Options options, QObject *parent = nullptr);
    ~DemoWorld() override; // ends the thread; what is under way is cut off

    void start(); // asynchronous: ready() or failed()
    // The gateway runs with the setup's config and listens here: let the clients call it.
    void startTraffic(const std::string &address, uint16_t port);
    void stopTraffic(); // before the gateway drains

Q_SIGNALS:
    void ready(const signalbox::DemoSetup &setup);
    void failed(const QString &message);

private:
    class Inner;
    Options m_options;
    QThread m_thread;
    Inner *m_inner; // lives on m_thread; deleted when it finishes
};

} // namespace signalbox
