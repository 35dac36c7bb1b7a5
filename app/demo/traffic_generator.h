// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_config.h"
#include "app/demo/demo_random.h"
#include "core/net/http_client.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>
#include <vector>

namespace signalbox {

class TrafficCall;

// Plays the demo's clients: about one request a second through the gateway's own endpoint, with bursts and a slow wave.
// At most `maxRunning` are under way, so a paused gateway does not collect a queue. Lives on the demo thread.
class TrafficGenerator final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrafficGenerator)

public:
    static constexpr int maxRunning = 24;

    TrafficGenerator(std::vector<DemoClient> clients, uint32_t seed, QObject *parent = nullptr);
    ~TrafficGenerator() override;

    void start(const std::string &address, uint16_t port);
    void stop(); // no new requests; running ones go on

private:
    friend class TrafficCall;
    void arrive();
    void planNext();
    double ratePerSecond() const;
    void sendOne();
    const DemoClient &pickClient();

    std::vector<DemoClient> m_clients;
    DemoRandom m_random;
    HttpClientPool m_pool;
    HttpOrigin m_origin;
    QTimer m_timer;
    int64_t m_startedNs = 0;
    int m_burstLeft = 0;
    int m_running = 0;
};

} // namespace signalbox
