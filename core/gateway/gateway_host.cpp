// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway_host_p.h"

#include "core/base/clock.h"
#include "core/config/budget_reader.h"
#include "core/net/gateway_event_dispatcher.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QSemaphore>

#include <algorithm>
#include <set>
#include <tuple>

namespace signalbox {

namespace {

constexpr auto drainPatience = std::chrono::seconds(30);

// Those that have no account yet.
std::vector<BudgetRule> rulesBeyond(const ConfigPtr &running, std::vector<BudgetRule> rules)
{
    const std::vector<BudgetRule> before = running ? allBudgetRules(*running) : std::vector<BudgetRule>();
    std::erase_if(rules, [&before](const BudgetRule &rule) {
        return std::any_of(before.begin(), before.end(),
                           [&rule](const BudgetRule &one) { return keepsAccounts(one, rule); });
    });
    return rules;
}

} // namespace

GatewayHost::GatewayHost(Ledger &ledger, SecretStore &secrets, Options options, QObject *parent)
    : QObject(parent),
      d(std::make_unique<Private>(ledger, secrets, options)),
      m_snapshot(std::make_shared<GatewaySnapshot>()),
      m_weights(ledger)
{
    d->spendTimer.setInterval(options.spendLookEvery);
    connect(&d->spendTimer, &QTimer::timeout, this, &GatewayHost::lookAtSpend);
    connect(&d->spend, &SpendWatch::found, this, [this](const std::vector<AlertEvent> &events) {
        d->post([p = d.get(), events] {
            if (p->gateway)
                p->gateway->raiseAlerts(events);
        });
    });
    d->spendTimer.start();
    d->console = std::make_unique<ConsoleLine>(
        [p = d.get()](ConsoleLine::Work work) { p->post([p, work = std::move(work)] { work(p->gateway); }); });
    d->thread.setObjectName(QStringLiteral("gateway"));
    if (auto dispatcher = createGatewayEventDispatcher())
        d->thread.setEventDispatcher(dispatcher.release());
    d->context = new QObject;
    d->context->moveToThread(&d->thread);
    d->thread.start();
}

GatewayHost::~GatewayHost()
{
    // The thread deletes what lives on it; it answers at once, since it never blocks. It must not end itself: its
    // dispatcher would go while post() is still waking it up.
    QSemaphore gone;
    d->post([p = d.get(), &gone] {
        delete p->gateway;
        p->gateway = nullptr;
        delete p->context;
        p->context = nullptr;
        gone.release();
    });
    gone.acquire();
    d->thread.quit();
    d->thread.wait();
}

void GatewayHost::setState(GatewayState state)
{
    if (m_state == state)
        return;
    m_state = state;
    if (state == GatewayState::Stopped || state == GatewayState::Failed || state == GatewayState::Starting) {
        auto snapshot = std::make_shared<GatewaySnapshot>(*m_snapshot);
        snapshot->state = state;
        snapshot->url.clear();
        snapshot->running.clear();
        snapshot->inFlight = snapshot->streams = snapshot->connections = 0;
        m_snapshot = snapshot;
        Q_EMIT snapshotChanged(m_snapshot);
    }
    Q_EMIT stateChanged(state);
}

void GatewayHost::overrideListen(std::string address, uint16_t port)
{
    d->listen.emplace(std::move(address), port);
}

void GatewayHost::useCatalogue(std::shared_ptr<const Catalogue> catalogue, std::string problem)
{
    const bool another = catalogue != d->catalogue;
    d->catalogue = catalogue;
    if (another)
        Q_EMIT catalogueUsed(catalogue);
    d->post([p = d.get(), catalogue = std::move(catalogue), problem = std::move(problem)]() mutable {
        if (!problem.empty())
            p->log->note("warning", "catalogue_refused", problem);
        if (p->gateway)
            p->gateway->useCatalogue(std::move(catalogue));
    });
    if (m_state == GatewayState::Running)
        applyConfig(d->config);
}

ConfigPtr GatewayHost::effective(ConfigPtr config) const
{
    if (!d->listen)
        return config;
    auto changed = std::make_shared<Config>(*config);
    std::tie(changed->listen.address, changed->listen.port) = *d->listen;
    return changed;
}

void GatewayHost::start(ConfigPtr config)
{
    if (m_state == GatewayState::Running || m_state == GatewayState::Starting || m_state == GatewayState::Draining)
        return;
    setState(GatewayState::Starting);
    config = effective(std::move(config));
    d->config = config;
    resolveSecrets(config, [this, config] {
        const quint64 round = d->secretRound;
        d->seeds.read(allBudgetRules(*config), SystemClock().wallMs(), INT64_MAX, SeedReader::Want::AsItIs,
                      [this, config, round](Result<BudgetSeeds> seeds) {
                          if (round == d->secretRound)
                              listen(config, std::move(seeds));
                      });
    });
}

void GatewayHost::listen(ConfigPtr config, Result<BudgetSeeds> seeds)
{
    if (!seeds)
        d->log->note("error", "budgets", "budgets begin at zero, the ledger cannot be read: " + seeds.error().message);
    d->post([this, p = d.get(), config, secrets = d->knownSecrets, catalogue = d->catalogue,
             sums = seeds ? std::move(*seeds) : BudgetSeeds(), before = m_snapshot->alerts]() mutable {
        auto gateway = std::make_unique<Gateway>(p->ledger, *p->log, p->pingAfter);
        gateway->useCatalogue(std::move(catalogue));
        connect(gateway.get(), &Gateway::snapshotReady, this, [this](SnapshotPtr snapshot) {
            if (m_state != GatewayState::Running && m_state != GatewayState::Draining)
                return;
            m_snapshot = std::move(snapshot);
            m_weights.look(m_snapshot->atMs, m_snapshot->weights);
            Q_EMIT snapshotChanged(m_snapshot);
        });
        p->console->listenTo(*gateway);
        connect(gateway.get(), &Gateway::drained, this, [this] { stop(false); });
        connect(gateway.get(), &Gateway::catalogueChanged, this,
                [this](std::shared_ptr<const Catalogue> changed, const QString &problem) {
                    useCatalogue(std::move(changed), problem.toStdString());
                });
        connect(gateway.get(), &Gateway::seedsWanted, this,
                [this](quint64 round, const std::vector<BudgetRule> &rules, qint64 beforeMs) {
                    readSeeds(round, rules, beforeMs);
                });
        if (!before.empty()) // the ledger hands out what it kept once only
            gateway->loadAlerts(std::move(before));
        const auto url = gateway->listen(std::move(config), std::move(secrets), sums);
        if (url)
            p->gateway = gateway.release();
        QMetaObject::invokeMethod(
            this,
            [this, url] {
                if (!url) {
                    setState(GatewayState::Failed);
                    Q_EMIT startFailed(QString::fromStdString(url.error().code),
                                       QString::fromStdString(url.error().message));
                    return;
                }
                d->url = QString::fromStdString(*url);
                setState(GatewayState::Running);
                Q_EMIT started(d->url);
            },
            Qt::QueuedConnection);
    });
}

void GatewayHost::lookAtSpend()
{
    if (m_state != GatewayState::Running)
        return;
    const std::set<AlertKind> &off = d->config->alerts.off;
    if (!off.contains(AlertKind::Anomaly) || !off.contains(AlertKind::Forecast))
        d->spend.look(allBudgetRules(*d->config), SystemClock().wallMs());
}

void GatewayHost::readSeeds(quint64 round, const std::vector<BudgetRule> &rules, int64_t beforeMs)
{
    d->seeds.read(rules, beforeMs, beforeMs, SeedReader::Want::Whole, [this, round](Result<BudgetSeeds> seeds) {
        d->post([p = d.get(), round, seeds = std::move(seeds)] {
            if (p->gateway)
                p->gateway->seedBudgets(round, seeds);
        });
    });
}

void GatewayHost::stop(bool drain)
{
    if (m_state == GatewayState::Stopped || m_state == GatewayState::Failed)
        return;
    if (drain) {
        setState(GatewayState::Draining);
        d->post([p = d.get()] {
            if (p->gateway)
                p->gateway->drain(drainPatience);
        });
        return;
    }
    ++d->secretRound; // a start that still waits for its secrets is called off
    d->post([this, p = d.get()] {
        delete p->gateway;
        p->gateway = nullptr;
        QMetaObject::invokeMethod(
            this,
            [this] {
                setState(GatewayState::Stopped);
                Q_EMIT stopped();
            },
            Qt::QueuedConnection);
    });
}

void GatewayHost::applyConfig(ConfigPtr config)
{
    if (m_state != GatewayState::Running)
        return;
    config = effective(std::move(config));
    std::vector<BudgetRule> fresh = rulesBeyond(d->config, allBudgetRules(*config));
    d->config = config;
    resolveSecrets(config, [this, config, fresh = std::move(fresh)] {
        const quint64 round = d->secretRound;
        d->seeds.read(fresh, SystemClock().wallMs(), INT64_MAX, SeedReader::Want::AsItIs,
                      [this, config, round](Result<BudgetSeeds> seeds) {
                          if (round == d->secretRound)
                              reload(config, std::move(seeds));
                      });
    });
}

void GatewayHost::reload(ConfigPtr config, Result<BudgetSeeds> seeds)
{
    if (!seeds)
        d->log->note("error", "budgets", "new budgets begin at zero: " + seeds.error().message);
    d->post([this, p = d.get(), config = std::move(config), secrets = d->knownSecrets,
             sums = seeds ? std::move(*seeds) : BudgetSeeds()]() mutable {
        if (!p->gateway)
            return;
        const auto url = p->gateway->reload(std::move(config), std::move(secrets), sums);
        QMetaObject::invokeMethod(
            this,
            [this, url] {
                if (!url)
                    Q_EMIT startFailed(QString::fromStdString(url.error().code),
                                       QString::fromStdString(url.error().message));
                else if (const QString now = QString::fromStdString(*url); now != d->url) {
                    d->url = now;
                    Q_EMIT started(now);
                }
            },
            Qt::QueuedConnection);
    });
}

} // namespace signalbox
