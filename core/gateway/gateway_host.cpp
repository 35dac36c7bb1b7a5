// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway_host.h"

#include "core/alerts/spend_watch.h"
#include "core/alerts/webhook_test.h"
#include "core/base/clock.h"
#include "core/catalogue/catalogue.h"
#include "core/config/budget_reader.h"
#include "core/gateway/console_line.h"
#include "core/gateway/gateway.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/provider_probe.h"
#include "core/gateway/proxy_choice.h"
#include "core/gateway/seed_reader.h"
#include "core/net/gateway_event_dispatcher.h"
#include "core/secrets/secret_store.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QPointer>
#include <QtCore/QSemaphore>
#include <QtCore/QThread>
#include <QtCore/QTimer>

#include <algorithm>
#include <set>
#include <tuple>

namespace signalbox {

namespace {

// A keychain may ask its user for a password; the gateway starts without waiting for that.
constexpr auto secretPatience = std::chrono::milliseconds(1'500);
constexpr auto drainPatience = std::chrono::seconds(30);

std::set<std::string> referencesOf(const Config &config)
{
    std::set<std::string> references;
    for (const ProviderConfig &provider : config.providers) {
        for (const CredentialConfig &credential : provider.credentials)
            references.insert(credential.secret);
    }
    for (const WebhookConfig &hook : config.alerts.webhooks) {
        if (!hook.secret.empty())
            references.insert(hook.secret);
        if (!hook.url.starts_with("http"))
            references.insert(hook.url);
    }
    addProxySecrets(config, references);
    return references;
}

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

struct GatewayHost::Private {
    Private(Ledger &l, SecretStore &s, const Options &options)
        : ledger(l),
          secrets(s),
          pingAfter(options.pingAfter),
          log(options.logToStderr ? std::make_unique<LogSink>() : std::make_unique<LogSink>(options.logFolder))
    {
    }

    // Runs on the gateway thread.
    template<class F>
    void post(F &&work)
    {
        QMetaObject::invokeMethod(context, std::forward<F>(work), Qt::QueuedConnection);
    }

    SecretLookup secretLookup() const
    {
        return [this](const std::string &reference) -> const std::string * {
            const auto known = knownSecrets.find(reference);
            return known != knownSecrets.end() && known->second ? &*known->second : nullptr;
        };
    }
    ProxyRules proxies() const { return config ? proxyRulesOf(*config, secretLookup()) : ProxyRules(); }

    Ledger &ledger;
    SecretStore &secrets;
    Millis pingAfter;
    std::unique_ptr<LogSink> log;
    QThread thread;
    QObject *context = nullptr; // lives on the thread
    Gateway *gateway = nullptr; // touched on the thread only
    SeedReader seeds{ledger};
    SpendWatch spend{ledger.databasePath()};
    QTimer spendTimer;
    ConfigPtr config;
    std::shared_ptr<const Catalogue> catalogue = Catalogue::builtIn();
    std::optional<std::pair<std::string, uint16_t>> listen;
    SecretMap knownSecrets;
    std::unique_ptr<ConsoleLine> console;
    quint64 lastProbe = 0;
    quint64 secretRound = 0; // answers of an older round are dropped
    QString url;
};

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

void GatewayHost::resolveSecrets(ConfigPtr config, std::function<void()> done)
{
    const std::set<std::string> references = referencesOf(*config);
    const quint64 round = ++d->secretRound;
    std::erase_if(d->knownSecrets, [&](const auto &known) { return !references.contains(known.first); });
    if (references.empty())
        return done();

    struct Round {
        size_t left;
        bool told = false;
        std::function<void()> done;
    };
    auto state = std::make_shared<Round>(Round{references.size(), false, std::move(done)});
    QTimer::singleShot(secretPatience, this, [this, state, round] {
        if (round == d->secretRound && !std::exchange(state->told, true))
            state->done();
    });
    for (const std::string &reference : references) {
        d->secrets.read(reference, this, [this, state, round, reference](Result<std::string> value) {
            if (round != d->secretRound)
                return;
            d->knownSecrets.insert_or_assign(reference, std::move(value));
            if (--state->left > 0)
                return;
            if (!std::exchange(state->told, true))
                return state->done();
            // Came late: the gateway runs already and gets what is known now.
            d->post([p = d.get(), config = d->config, secrets = d->knownSecrets]() mutable {
                if (p->gateway)
                    (void)p->gateway->reload(std::move(config), std::move(secrets));
            });
        });
    }
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

void GatewayHost::acknowledgeAlerts(const std::vector<std::string> &ids)
{
    d->post([p = d.get(), ids] {
        if (p->gateway)
            p->gateway->acknowledgeAlerts(ids);
    });
}

void GatewayHost::cancelRequests(const std::vector<std::string> &ids)
{
    d->post([p = d.get(), ids] {
        if (p->gateway)
            p->gateway->cancelRequests(ids);
    });
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

void GatewayHost::explain(const std::string &request, const std::string &tags, QObject *context,
                          std::function<void(Result<std::string>)> done, ConfigPtr draft)
{
    // The guard is only looked at on the thread that made it.
    d->post([this, p = d.get(), request, tags, guard = QPointer<QObject>(context), done = std::move(done),
             draft = std::move(draft)] {
        Result<std::string> answer =
            p->gateway ? p->gateway->explain(request, tags, draft)
                       : Result<std::string>(Error{"gateway_stopped", "The gateway is not running: start it first."});
        QMetaObject::invokeMethod(
            this,
            [guard, done, answer = std::move(answer)] {
                if (guard)
                    done(answer);
            },
            Qt::QueuedConnection);
    });
}

void GatewayHost::testWebhook(const WebhookConfig &hook, QObject *context,
                              std::function<void(Result<std::string>)> done)
{
    struct Parts {
        std::string address, secret;
        int left = 1;
        std::optional<Error> error;
        std::function<void(Result<std::string>)> answer; // on this thread, while `context` lives
    };
    auto parts = std::make_shared<Parts>();
    parts->answer = [this, guard = QPointer<QObject>(context), done = std::move(done)](Result<std::string> told) {
        QMetaObject::invokeMethod(
            this,
            [guard, done, told = std::move(told)] {
                if (guard)
                    done(told);
            },
            Qt::QueuedConnection);
    };
    const auto ready = [this, parts] {
        if (--parts->left > 0)
            return;
        if (parts->error)
            return parts->answer(*parts->error);
        d->post([p = d.get(), parts, proxies = d->proxies()] {
            new WebhookTest(parts->address, parts->secret, proxies, parts->answer, p->context);
        });
    };
    const auto read = [&](const std::string &reference, std::string Parts::*into) {
        ++parts->left;
        d->secrets.read(reference, this, [parts, into, ready](Result<std::string> value) {
            if (value)
                (*parts).*into = std::move(*value);
            else
                parts->error = value.error();
            ready();
        });
    };
    if (hook.url.starts_with("http"))
        parts->address = hook.url;
    else
        read(hook.url, &Parts::address);
    if (!hook.secret.empty())
        read(hook.secret, &Parts::secret);
    ready();
}

ConsoleLine &GatewayHost::console() const
{
    return *d->console;
}

quint64 GatewayHost::probe(const ProviderConfig &provider, const std::string &secret)
{
    const quint64 id = ++d->lastProbe;
    ProviderConfig asked = provider;
    if (const auto url = parseBaseUrl(asked.baseUrl))
        asked.proxy = proxyOf(asked, d->proxies(), d->secretLookup(), url->origin.host, url->origin.port);
    const auto run = [this, id, provider = std::move(asked)](const std::string &key) {
        d->post([this, p = d.get(), id, provider, key] {
            auto *probe = new ProviderProbe(provider, key, p->context);
            connect(probe, &ProviderProbe::progress, this,
                    [this, id](const ProbeReport &report) { Q_EMIT probeProgress(id, report); });
            connect(probe, &ProviderProbe::progress, probe, [probe](const ProbeReport &report) {
                if (report.finished)
                    probe->deleteLater();
            });
            probe->start();
        });
    };
    if (!secret.empty() || provider.credentials.empty()) {
        run(secret);
        return id;
    }
    d->secrets.read(provider.credentials.front().secret, this, [this, id, run](Result<std::string> value) {
        if (value)
            return run(*value);
        ProbeReport report;
        report.steps.push_back({ProbeStep::Name::Key, ProbeStep::State::Failed, value.error().message, -1});
        report.finished = true;
        Q_EMIT probeProgress(id, report);
    });
    return id;
}

} // namespace signalbox
