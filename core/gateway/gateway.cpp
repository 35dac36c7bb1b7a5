// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway.h"

#include "core/config/budget_reader.h"
#include "core/dialect/codec.h"
#include "core/dialect/ollama/codec.h"
#include "core/gateway/header_rules.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/operations.h"
#include "core/gateway/small_exchange.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox {

namespace {

constexpr auto tickEvery = std::chrono::milliseconds(250); // also the console's limit of 4 snapshots a second
constexpr int quietTicksBetweenSnapshots = 4;
constexpr size_t shownInFlight = 200;
constexpr int mostHops = 3;

std::string urlOf(const QHostAddress &address, uint16_t port)
{
    const std::string host = address.toString().toStdString();
    const bool six = address.protocol() == QAbstractSocket::IPv6Protocol;
    return "http://" + (six ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

// Ollama's /api/show names the model in its body.
std::string shownModel(std::string_view body)
{
    boost::system::error_code code;
    const boost::json::value value = boost::json::parse(body, code);
    const boost::json::object *object = code ? nullptr : value.if_object();
    for (const char *key : {"model", "name"}) {
        const boost::json::value *name = object ? object->if_contains(key) : nullptr;
        if (name && name->is_string())
            return std::string(name->get_string());
    }
    return {};
}

} // namespace

Gateway::Gateway(Ledger &ledger, LogSink &log)
    : m_ledger(ledger),
      m_log(log),
      m_statistics(m_clock),
      m_recorder(ledger, log, m_statistics),
      m_kept(m_clock, [this](KeptItem item) { m_ledger.keep(std::move(item)); }),
      m_continuity(m_kept),
      m_responses(m_kept),
      m_budgets(ledger, log, m_clock),
      m_models(m_pool, m_clock),
      m_startedMs(m_clock.wallMs())
{
    m_kept.load(m_ledger.takeKept());
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
    // A server that goes tells the handlers it still has, so it goes before them.
    m_oldServers.clear();
    m_server.reset();
    m_recorder.flush();
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
    m_running = std::make_shared<RunningConfig>(std::move(config), std::move(secrets), server->port());
    m_routing.attach(m_running->routes());
    m_budgets.apply(allBudgetRules(m_running->config()));
    m_budgets.seed(seeds);
    m_server = std::move(server);
    m_tick.start(tickEvery);
    m_log.note("info", "listening", m_url);
    publish();
    return m_url;
}

Result<std::string> Gateway::reload(ConfigPtr config, SecretMap secrets)
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
    m_running = std::make_shared<RunningConfig>(std::move(config), std::move(secrets), m_server->port());
    m_routing.attach(m_running->routes());
    if (const auto fresh = m_budgets.apply(allBudgetRules(m_running->config())); !fresh.empty())
        Q_EMIT seedsWanted(fresh, m_clock.wallMs());
    m_pool.closeIdle();
    m_models.reset();
    m_log.note("info", "config_applied",
               std::to_string(m_running->config().providers.size()) + " providers, " +
                   std::to_string(m_running->config().routes.size()) + " routes");
    publish();
    return m_url;
}

void Gateway::seedBudgets(const BudgetSeeds &seeds)
{
    m_budgets.seed(seeds);
    publish();
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
    const auto caller = m_running->authenticator().authenticate(head);
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

void Gateway::serve(HttpExchange &http, const Endpoint &endpoint, const Caller &caller)
{
    switch (endpoint.kind) {
    case EndpointKind::Json:
    case EndpointKind::Upload: {
        auto exchange =
            std::make_unique<Exchange>(ExchangeServices{m_pool, m_clock, m_recorder, m_continuity, m_responses,
                                                        m_routing, m_budgets, [this](Exchange *done) { retire(done); }},
                                       m_running, http, endpoint, caller);
        Exchange *raw = exchange.get();
        m_exchanges.emplace(raw, std::move(exchange));
        http.setHandler(raw);
        return;
    }
    case EndpointKind::ModelList:
    case EndpointKind::Model:
        return replyModels(http, endpoint);
    case EndpointKind::ServerVersion:
        return replyText(http, 200, "application/json", ollama::versionReply());
    case EndpointKind::Hello:
        return replyText(http, 200, "text/plain", "");
    case EndpointKind::Health:
        return replyText(http, 200, "application/json", R"({"status":"ok"})");
    case EndpointKind::Ready: {
        const bool ready = !m_draining;
        return replyText(http, ready ? 200 : 503, "application/json",
                         ready ? R"({"status":"ready"})" : R"({"status":"draining"})");
    }
    case EndpointKind::Metrics:
        return replyText(
            http, 200, "text/plain; version=0.0.4; charset=utf-8",
            m_statistics.metrics(static_cast<int>(m_exchanges.size()), m_server->connectionCount(), m_ledger.health()));
    case EndpointKind::Status:
        return replyText(http, 200, "application/json", statusBody());
    case EndpointKind::Explain: {
        auto small = std::make_unique<SmallExchange>(*this, http, [this, caller](SmallExchange &asked) {
            const Result<std::string> answer = explainBody(m_routing, caller, asked.body);
            if (answer)
                asked.reply(200, *answer);
            else
                asked.reply(answer.error().httpStatus, codecFor(Dialect::OpenAiChat).errorBody(answer.error()));
        });
        SmallExchange *raw = small.get();
        m_small.emplace(raw, std::move(small));
        return http.setHandler(raw);
    }
    }
}

void Gateway::replyModels(HttpExchange &http, const Endpoint &endpoint)
{
    auto small = std::make_unique<SmallExchange>(*this, http, [this, endpoint](SmallExchange &asked) {
        SmallExchange *raw = &asked;
        const Codec &codec = codecFor(endpoint.dialect);
        const std::string id = endpoint.id.empty() ? shownModel(asked.body) : endpoint.id;
        m_models.list(m_running, raw, [raw, endpoint, id, &codec](const std::vector<ListedModel> &models) {
            if (endpoint.kind == EndpointKind::ModelList)
                return raw->reply(200, codec.modelList(models));
            const auto found = std::find_if(models.begin(), models.end(), [&](const auto &m) { return m.id == id; });
            if (found != models.end())
                return raw->reply(200, codec.model(*found));
            raw->reply(404, codec.errorBody({"model_not_found", "The model '" + id + "' is not known here.", 404}));
        });
    });
    SmallExchange *raw = small.get();
    m_small.emplace(raw, std::move(small));
    http.setHandler(raw);
}

void Gateway::replyError(HttpExchange &http, const Error &error)
{
    const Codec &codec = codecFor(dialectOf(http.head().path(), http.head().headers));
    replyText(http, error.httpStatus, "application/json", codec.errorBody(error));
}

void Gateway::replyText(HttpExchange &http, int status, const char *type, std::string_view body)
{
    HeaderList headers;
    headers.add("content-type", type);
    http.reply(status, headers, body);
}

std::string Gateway::statusBody()
{
    return statusJson(*makeSnapshot(), m_running->config(), m_startedMs);
}

void Gateway::finishSmall(SmallExchange *small)
{
    m_models.forget(small);
    const auto found = m_small.find(small);
    if (found == m_small.end())
        return;
    m_retiredSmall.push_back(std::move(found->second));
    m_small.erase(found);
    retire(nullptr);
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
    for (auto &[key, exchange] : m_exchanges)
        exchange->checkDeadlines();
    m_budgets.tick();
    const auto inFlight = static_cast<int>(m_exchanges.size());
    const SnapshotPtr snapshot = makeSnapshot();
    const bool moved = snapshot->budgetAlertCount != m_lastPublishedAlerts ||
                       snapshot->requestsTotal != m_lastPublishedRequests || inFlight != m_lastPublishedInFlight ||
                       inFlight > 0;
    if (!moved && ++m_quietTicks < quietTicksBetweenSnapshots)
        return;
    m_quietTicks = 0;
    m_lastPublishedRequests = snapshot->requestsTotal;
    m_lastPublishedInFlight = inFlight;
    m_lastPublishedAlerts = snapshot->budgetAlertCount;
    Q_EMIT snapshotReady(snapshot);
}

void Gateway::publish()
{
    Q_EMIT snapshotReady(makeSnapshot());
}

SnapshotPtr Gateway::makeSnapshot()
{
    auto snapshot = std::make_shared<GatewaySnapshot>();
    snapshot->state = m_draining ? GatewayState::Draining : GatewayState::Running;
    snapshot->url = m_url;
    snapshot->atMs = m_clock.wallMs();
    snapshot->ledger = m_ledger.health();
    snapshot->problem = snapshot->ledger.writable ? m_running->secretProblem() : snapshot->ledger.problem;
    snapshot->budgets = m_budgets.rows();
    snapshot->budgetAlerts.assign(m_budgets.recentAlerts().begin(), m_budgets.recentAlerts().end());
    snapshot->budgetAlertCount = m_budgets.alertCount();
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
