// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_world.h"

#include "app/demo/simulated_provider.h"
#include "app/demo/traffic_generator.h"
#include "core/net/gateway_event_dispatcher.h"

#include <QtCore/QAbstractEventDispatcher>

#include <utility>

namespace signalbox {

// The part that lives on the demo thread.
class DemoWorld::Inner final : public QObject
{
    Q_DISABLE_COPY_MOVE(Inner)

public:
    explicit Inner(Options options) : m_options(std::move(options)) {}

    Result<DemoSetup> open()
    {
        uint32_t seed = m_options.seed;
        std::vector<DemoEndpoint> endpoints;
        for (const SimulatedProfile &profile : demoProfiles()) {
            auto *provider = new SimulatedProvider(profile, ++seed, this);
            if (const Result<void> listening = provider->listen(); listening.has_error())
                return listening.error();
            endpoints.push_back({profile.id, provider->port()});
        }
        DemoSetup setup = makeDemoSetup(endpoints, m_options.listenAddress, m_options.listenPort);
        m_traffic = new TrafficGenerator(setup.traffic, ++seed, this);
        return setup;
    }

    void startTraffic(const std::string &address, uint16_t port)
    {
        if (m_traffic)
            m_traffic->start(address, port);
    }

    void stopTraffic()
    {
        if (m_traffic)
            m_traffic->stop();
    }

private:
    Options m_options;
    TrafficGenerator *m_traffic = nullptr;
};

DemoWorld::DemoWorld(Options options, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_inner(new Inner(m_options))
{
    qRegisterMetaType<DemoSetup>();
    m_thread.setObjectName(QStringLiteral("demo"));
    if (std::unique_ptr<QAbstractEventDispatcher> dispatcher = createGatewayEventDispatcher())
        m_thread.setEventDispatcher(dispatcher.release());
    m_inner->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_inner, &QObject::deleteLater);
}

DemoWorld::~DemoWorld()
{
    if (!m_thread.isRunning()) {
        delete m_inner; // was never started, so nothing of it lives on the thread
        return;
    }
    m_thread.quit();
    m_thread.wait();
}

void DemoWorld::start()
{
    m_thread.start();
    QMetaObject::invokeMethod(m_inner, [this, inner = m_inner] {
        // This object outlives the thread (its destructor waits), so the queued signals have a living sender.
        const Result<DemoSetup> setup = inner->open();
        if (setup.has_error())
            Q_EMIT failed(QString::fromStdString(setup.error().message));
        else
            Q_EMIT ready(*setup);
    });
}

void DemoWorld::startTraffic(const std::string &address, uint16_t port)
{
    QMetaObject::invokeMethod(m_inner, [inner = m_inner, address, port] { inner->startTraffic(address, port); });
}

void DemoWorld::stopTraffic()
{
    QMetaObject::invokeMethod(m_inner, [inner = m_inner] { inner->stopTraffic(); });
}

} // namespace signalbox
