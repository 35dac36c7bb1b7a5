// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway.h"

#include "core/config/budget_reader.h"
#include "core/dialect/codec.h"
#include "core/gateway/header_rules.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/small_exchange.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr auto tickEvery = std::chrono::milliseconds(250); // also the console's limit of 4 snapshots a second
constexpr int quietTicksBetweenSnapshots = 4;
constexpr size_t shownInFlight = 200;
constexpr size_t shownTargets = 500;
constexpr int mostHops = 3;

std::string urlOf(const QHostAddress &address, uint16_t port)
{
    const std::string host = address.toString().toStdString();
    const bool six = address.protocol() == QAbstractSocket::IPv6Protocol;
    return "http://" + (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

} // namespace

Gateway::Gateway(Ledger &ledger, LogSink &log, Millis pingAfter)
    : m_ledger(ledger),
      m_log(log),
      m_pingAfter(pingAfter),
      m_statistics(m_clock),
      m_recorder(ledger, log, m_statistics),
      m_kept(m_clock, [this](KeptItem item) { m_ledger.keep(std::move(item)); }),
      m_continuity(m_kept),
      m_responses(m_kept),
      m_budgets(ledger, log, m_clock),
      m_alerts(ledger, log, m_pool, m_clock),
      m_models(m_pool, m_clock),
      m_repetition(dataFile("answers.db"), [&log](const std::string &what) { log.note("warn", "repetition", what); }),
      m_desk(ledger.databasePath()),
      m_catalogueDesk(m_desk, m_pool, log, m_clock),
      m_checker(m_pool, m_clock, m_routing.health(),
                [this](const std::string &provider) { return m_statistics.requestsOf(provider); }),
      m_console(std::make_unique<ConsoleCaller>()),
      m_startedMs(m_clock.wallMs())
{
    std::vector<KeptItem> kept = m_ledger.takeKept();
    m_alerts.load(takeAlerts(kept));
    m_kept.load(std::move(kept));
    m_budgets.setOnAlert([this](const BudgetAlert &alert) { m_alerts.noteBudget(alert); });
    m_recorder.setOnSeveralAttempts([this](const RequestRecord &record) { m_alerts.noteAttempts(record); });
    loadCalibration();
    connect(m_console.get(), &ConsoleCaller::head, this, &Gateway::consoleHead);
    connect(m_console.get(), &ConsoleCaller::pieces, this, &Gateway::consolePieces);
    connect(m_console.get(), &ConsoleCaller::finished, this, &Gateway::consoleFinished);
    connect(&m_catalogueDesk, &CatalogueDesk::changed, this, &Gateway::catalogueChanged);
    connect(&m_tick, &QTimer::timeout, this, &Gateway::tick);
    m_drainLimit.setSingleShot(true);
    connect(&m_drainLimit, &QTimer::timeout, this, [this] {
        for (auto &[key, exchange] : m_exchanges)
            exchange->shutDown();
        m_exchanges.clear();
        m_recorder.flush();
        if (m_server)
            m_server->abortConnections();
        Q_EMIT drained();
    });
}

Gateway::~Gateway()
{
    for (auto &[key, exchange] : m_exchanges)
        exchange->shutDown();
    m_console.reset(); // its calls hear that the gateway stopped, with what was booked above
    // A server that goes tells the handlers it still has, so it goes before them.
    m_oldServers.clear();
    m_server.reset();
    m_recorder.flush();
    if (const uint64_t changes = m_tokens.calibration().changes(); changes != m_keptCalibration) {
        const auto saved = saveCalibration(dataFile("calibration.json"), m_tokens.calibration().toJson());
        if (!saved)
            m_log.note("warn", "calibration", saved.error().message);
    }
}

HttpServer::Options Gateway::serverOptions(const Config &config) const
{
    HttpServer::Options options;
    options.address = QHostAddress(QString::fromStdString(config.listen.address));
    options.port = config.listen.port;
    options.maxHeaderBytes = int64_t{config.limits.headerKiB} * 1024;
    options.maxBodyBytes = int64_t{config.limits.bodyMiB} * 1024 * 1024;
    options.maxConnections = config.limits.connections;
    options.headTimeout = std::chrono::seconds(config.limits.headSeconds);
    options.bodyTimeout = config.timeouts.idle;
    options.writeTimeout = config.timeouts.idle;
    return options;
}

std::unique_ptr<HttpServer> Gateway::makeServer()
{
    auto server = std::make_unique<HttpServer>();
    server->setOnRequest([this](HttpExchange &http) { onRequest(http); });
    server->setBeforeSend([this] { m_recorder.flush(); });
    server->setShapeError([](int status, std::string_view message, std::string_view target) {
        return codecFor(dialectOf(target.substr(0, target.find('?')), {}))
            .errorBody({status == 413 ? "request_too_large" : "bad_request", std::string(message), status});
    });
    connect(server.get(), &HttpServer::drained, this, &Gateway::checkDrained);
    return server;
}

Result<std::string> Gateway::listen(ConfigPtr config, SecretMap secrets, const BudgetSeeds &seeds)
{
    auto server = makeServer();
    const HttpServer::Options options = serverOptions(*config);
    if (const auto listening = server->listen(options); !listening)
        return listening.error();
    m_url = urlOf(options.address, server->port());
    m_running = std::make_shared<RunningConfig>(std::move(config), std::move(secrets), server->port(), m_catalogue);
    attachRouting(nullptr);
    m_pool.setProxyRules(m_running->proxies());
    m_alerts.configure(m_running);
    m_budgets.begin(allBudgetRules(m_running->config()), seeds);
    m_server = std::move(server);
    m_tick.start(tickEvery);
    m_log.note("info", "listening", m_url);
    noteWarnings();
    publish();
    return m_url;
}

// Health picks the keys, so it has to know which can be read.
void Gateway::attachRouting(const RunningConfig *before)
{
    m_routing.attach(m_running->routes());
    m_checker.setConfig(m_running);
    m_catalogueDesk.setConfig(m_running->config().catalogue);
    for (const ProviderConfig &provider : m_running->config().providers) {
        const ProviderRuntime *old = before ? before->provider(provider.id) : nullptr;
        for (const CredentialConfig &credential : provider.credentials) {
            const std::string *secret = m_running->secretOf(provider, credential.id);
            m_routing.health().setCredentialAtHand(provider.id, credential.id, secret != nullptr);
            const std::string *was = old ? before->secretOf(old->config, credential.id) : nullptr;
            if (secret && was && *secret != *was)
                m_routing.health().credentialRenewed(provider.id, credential.id);
        }
    }
}

Result<std::string> Gateway::reload(ConfigPtr config, SecretMap secrets, const BudgetSeeds &seeds)
{
    const HttpServer::Options options = serverOptions(*config);
    const ListenConfig &before = m_running->config().listen;
    if (before.address != config->listen.address || before.port != config->listen.port) {
        auto server = makeServer();
        if (const auto listening = server->listen(options); !listening)
            return listening.error();
        m_server->closeListener();
        m_oldServers.push_back(std::exchange(m_server, std::move(server)));
        m_url = urlOf(options.address, m_server->port());
        m_log.note("info", "listening", m_url);
    } else {
        m_server->setLimits(options);
    }
    const RunningConfigPtr replaced =
        std::exchange(m_running, std::make_shared<RunningConfig>(std::move(config), std::move(secrets),
                                                                 m_server->port(), m_catalogue));
    attachRouting(replaced.get());
    m_pool.setProxyRules(m_running->proxies());
    m_alerts.configure(m_running);
    m_budgets.change(allBudgetRules(m_running->config()), seeds);
    askForSeeds();
    m_pool.closeIdle();
    m_models.reset();
    m_log.note("info", "config_applied",
               std::to_string(m_running->config().providers.size()) + " providers, " +
                   std::to_string(m_running->config().routes.size()) + " routes");
    noteWarnings();
    publish();
    return m_url;
}

void Gateway::noteWarnings()
{
    for (const ConfigWarning &warning : m_running->warnings())
        m_log.note("warn", "config_warning", warning.pointer + ": " + warning.text);
}

void Gateway::seedBudgets(quint64 round, const Result<BudgetSeeds> &seeds)
{
    m_budgets.answer(round, seeds);
    publish();
}

void Gateway::askForSeeds()
{
    const auto running = [this](int64_t ms) {
        return static_cast<size_t>(std::count_if(m_exchanges.begin(), m_exchanges.end(),
                                                 [ms](const auto &entry) { return entry.first->startedAtMs() < ms; }));
    };
    if (const auto ask = m_budgets.seedsDue(running))
        Q_EMIT seedsWanted(ask->round, ask->rules, ask->beforeMs);
}

void Gateway::raiseAlerts(const std::vector<AlertEvent> &events)
{
    for (const AlertEvent &event : events)
        m_alerts.raise(event);
}

size_t Gateway::acknowledgeAlerts(const std::vector<std::string> &ids)
{
    const size_t changed = m_alerts.acknowledge(ids);
    if (changed > 0)
        publish();
    return changed;
}

void Gateway::drain(std::chrono::milliseconds atMost)
{
    m_draining = true;
    if (m_server)
        m_server->closeListener();
    m_drainLimit.start(atMost);
    checkDrained();
}

void Gateway::checkDrained()
{
    std::erase_if(m_oldServers, [](const auto &server) { return server->connectionCount() == 0; });
    if (!m_draining || !m_exchanges.empty() || (m_server && m_server->busyCount() > 0))
        return;
    m_draining = false;
    m_drainLimit.stop();
    QMetaObject::invokeMethod(this, &Gateway::drained, Qt::QueuedConnection);
}

void Gateway::onRequest(HttpExchange &http)
{
    const HttpRequestHead &head = http.head();
    if (const auto allowed = m_running->door().check(head); !allowed)
        return replyError(http, allowed.error());
    const auto endpoint = findEndpoint(head);
    if (endpoint && endpoint->open())
        return serve(http, *endpoint, {});
    // Whether a path exists is told to those with a key only, but for an upgrade, which clients try without one.
    const auto caller = callerOf(http);
    if (!caller)
        return replyError(http, !endpoint && endpoint.error().httpStatus == 426 ? endpoint.error() : caller.error());
    if (!endpoint)
        return replyError(http, endpoint.error());
    if (endpoint->admin() && !caller->admin)
        return replyError(http, {"admin_required", "This needs the key of a client with \"admin\": true.", 403});
    if (hopsOf(head) >= mostHops)
        return replyError(
            http, {"loop_detected",
                   "The request has passed through Signalbox three times already: a provider points back here.", 508});
    serve(http, *endpoint, *caller);
}

// Exchanges end inside their own callbacks, so they are freed in the next turn of the loop.
void Gateway::retire(Exchange *exchange)
{
    if (const auto found = m_exchanges.find(exchange); found != m_exchanges.end()) {
        m_retired.push_back(std::move(found->second));
        m_exchanges.erase(found);
    }
    if (m_reapPosted)
        return;
    m_reapPosted = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_reapPosted = false;
            m_recorder.flush(); // also what nobody is told of: clients that left
            m_retired.clear();
            m_retiredSmall.clear();
            if (m_draining)
                checkDrained();
        },
        Qt::QueuedConnection);
}

void Gateway::tick()
{
    const int64_t nowNs = m_clock.monotonicNs();
    m_routing.tick(nowNs);
    m_checker.tick(nowNs);
    m_budgets.tick();
    askForSeeds();
    m_alerts.tick(m_routing.health(), m_statistics.requestsTotal() != m_lastPublishedRequests || !m_exchanges.empty(),
                  nowNs);
    keepCalibration();
    std::vector<Exchange *> running; // one that ends leaves m_exchanges, but lives on until the next turn
    running.reserve(m_exchanges.size());
    for (const auto &[key, exchange] : m_exchanges)
        running.push_back(key);
    for (Exchange *exchange : running)
        exchange->checkDeadlines(nowNs);
    const auto inFlight = static_cast<int>(m_exchanges.size());
    const bool moved = m_alerts.changes() != m_lastPublishedAlerts ||
                       m_statistics.requestsTotal() != m_lastPublishedRequests || inFlight != m_lastPublishedInFlight ||
                       inFlight > 0;
    if (!moved && ++m_quietTicks < quietTicksBetweenSnapshots)
        return;
    m_quietTicks = 0;
    m_lastPublishedRequests = m_statistics.requestsTotal();
    m_lastPublishedInFlight = inFlight;
    m_lastPublishedAlerts = m_alerts.changes();
    publish();
}

void Gateway::publish()
{
    Q_EMIT snapshotReady(makeSnapshot(routingRows(m_routing, m_clock.monotonicNs())));
}

// There may be thousands of them, each changes with each reply, and they matter to who looks at one.
void Gateway::lookAtCalibration()
{
    constexpr int64_t lookEveryNs = 5'000'000'000;
    const Calibration &calibration = m_tokens.calibration();
    const int64_t nowNs = m_clock.monotonicNs();
    if (calibration.changes() == m_shownCalibration && m_calibrationRows)
        return;
    if (calibration.size() == 0 || (m_calibrationRows && nowNs - m_calibrationShownNs < lookEveryNs))
        return;
    m_shownCalibration = calibration.changes();
    m_calibrationShownNs = nowNs;
    m_calibrationRows = std::make_shared<const std::vector<Calibration::Row>>(calibration.rows());
}

SnapshotPtr Gateway::makeSnapshot(RoutingRows rows)
{
    auto snapshot = std::make_shared<GatewaySnapshot>();
    snapshot->state = m_draining ? GatewayState::Draining : GatewayState::Running;
    snapshot->url = m_url;
    snapshot->atMs = m_clock.wallMs();
    snapshot->atNs = rows.atNs;
    snapshot->targets = std::move(rows.targets);
    if (snapshot->targets.size() > shownTargets)
        snapshot->targets.resize(shownTargets);
    snapshot->weights = std::move(rows.weights);
    snapshot->providers = std::move(rows.providers);
    snapshot->quotas = m_routing.health().quotaRows(rows.atNs);
    if (snapshot->quotas.size() > shownTargets)
        snapshot->quotas.resize(shownTargets);
    snapshot->ledger = m_ledger.health();
    snapshot->problem = snapshot->ledger.writable ? m_running->secretProblem() : snapshot->ledger.problem;
    snapshot->budgets = m_budgets.rows();
    snapshot->budgetAlerts.assign(m_budgets.recentAlerts().begin(), m_budgets.recentAlerts().end());
    snapshot->budgetAlertCount = m_budgets.alertCount();
    snapshot->alerts.assign(m_alerts.alerts().begin(), m_alerts.alerts().end());
    snapshot->alertChanges = m_alerts.changes();
    lookAtCalibration();
    snapshot->calibrations = m_calibrationRows;
    m_statistics.fill(*snapshot);
    snapshot->inFlight = static_cast<int>(m_exchanges.size());
    snapshot->connections = m_server ? m_server->connectionCount() : 0;
    for (const auto &[key, exchange] : m_exchanges) {
        snapshot->streams += exchange->isStreaming();
        if (snapshot->running.size() < shownInFlight)
            snapshot->running.push_back(exchange->inFlight());
    }
    std::sort(snapshot->running.begin(), snapshot->running.end(),
              [](const InFlightRow &a, const InFlightRow &b) { return a.startedAtMs > b.startedAtMs; });
    return snapshot;
}

} // namespace signalbox
