// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/clock.h"
#include "core/gateway/admin_desk.h"
#include "core/gateway/budget_gate.h"
#include "core/gateway/catalogue_desk.h"
#include "core/gateway/console_caller.h"
#include "core/gateway/console_pin.h"
#include "core/gateway/continuity.h"
#include "core/gateway/endpoints.h"
#include "core/gateway/exchange.h"
#include "core/gateway/gateway_alerts.h"
#include "core/gateway/gateway_host.h"
#include "core/gateway/health_checker.h"
#include "core/gateway/kept_store.h"
#include "core/gateway/model_lister.h"
#include "core/gateway/recorder.h"
#include "core/gateway/response_store.h"
#include "core/gateway/routing_status.h"
#include "core/gateway/running_config.h"
#include "core/gateway/statistics.h"
#include "core/net/http_client.h"
#include "core/net/http_server.h"
#include "core/repetition/repetition_meter.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>
#include <unordered_map>
#include <vector>

namespace signalbox {

class LogSink;

// The gateway itself: listens, lets in, hands each request to its Exchange. Lives on the gateway thread, made and
// deleted there; GatewayHost talks to it by queued calls only.
class Gateway final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Gateway)

public:
    Gateway(Ledger &ledger, LogSink &log, Millis pingAfter);
    ~Gateway() override;

    // → URL. `seeds`: what was spent before.
    Result<std::string> listen(ConfigPtr config, SecretMap secrets, const BudgetSeeds &seeds = {});
    // Takes a new config over. A changed address or port is listened on first; when that fails nothing changes.
    // `seeds`: what was spent before, for its new budgets.
    Result<std::string> reload(ConfigPtr config, SecretMap secrets, const BudgetSeeds &seeds = {});
    void useCatalogue(std::shared_ptr<const Catalogue> catalogue)
    {
        m_catalogue = std::move(catalogue);
    }                                             // from then on
    void drain(std::chrono::milliseconds atMost); // drained() follows
    void seedBudgets(quint64 round, const Result<BudgetSeeds> &seeds);
    void loadAlerts(std::vector<Alert> alerts) { m_alerts.load(std::move(alerts)); }
    void raiseAlerts(const std::vector<AlertEvent> &events); // seen elsewhere
    size_t acknowledgeAlerts(const std::vector<std::string> &ids);
    HttpClientPool &pool() { return m_pool; }
    // The answer of the explain contract for a request in OpenAI's chat dialect, asked as the console.
    // With a draft: what its routes would do, with the health of now.
    Result<std::string> explain(const std::string &request, const std::string &tags, const ConfigPtr &draft = nullptr);
    Result<std::string> explain(const ConsoleRequest &request);
    // A request of the console, over the listener and all the way of a client's. consoleFinished() comes last.
    void ask(quint64 call, const ConsoleRequest &request);
    void cancelAsked(quint64 call);
    void cancelRequests(const std::vector<std::string> &ids); // in flight; those that are over stay as they are

Q_SIGNALS:
    void drained();
    void snapshotReady(signalbox::SnapshotPtr snapshot);
    // Another catalogue was applied; useCatalogue() brings it in with the next reload.
    void catalogueChanged(std::shared_ptr<const signalbox::Catalogue> catalogue, const QString &problem);
    // New rules want to know what was spent by requests that began before this moment; seedBudgets() tells.
    void seedsWanted(quint64 round, const std::vector<signalbox::BudgetRule> &rules, qint64 beforeMs);
    void consoleHead(quint64 call, const signalbox::ConsoleHead &head);
    void consolePieces(quint64 call, const signalbox::ConsolePieces &pieces);
    void consoleFinished(quint64 call, const signalbox::ConsoleResult &result);

private:
    void onRequest(HttpExchange &http);
    Result<Caller> callerOf(const HttpExchange &http) const;
    void serve(HttpExchange &http, const Endpoint &endpoint, const Caller &caller);
    void replyError(HttpExchange &http, const Error &error);
    void replyText(HttpExchange &http, int status, const char *type, std::string_view body);
    void replyModels(HttpExchange &http, const Endpoint &endpoint, const Caller &caller);
    std::vector<ListedModel> usableModels(const std::vector<ListedModel> &models, const Caller &caller) const;
    void replyExplain(HttpExchange &http, const Caller &caller);
    void replyAcknowledge(HttpExchange &http);
    void replyFromDesk(HttpExchange &http, const Endpoint &endpoint);
    void askDesk(const Endpoint &endpoint, const std::string &query, const std::string &body,
                 const AdminDesk::Done &done);
    QString dataFile(const char *name) const;
    void loadCalibration();
    void keepCalibration();
    void attachRouting(const RunningConfig *before);
    std::string statusBody();
    std::unique_ptr<HttpServer> makeServer();
    HttpServer::Options serverOptions(const Config &config) const;
    void retire(Exchange *exchange);
    void tick();
    void askForSeeds();
    void noteWarnings();
    void publish();
    SnapshotPtr makeSnapshot(RoutingRows rows);
    void lookAtCalibration();
    void checkDrained();

    class SmallExchange; // model lists and explain: asked and answered here, without an attempt
    void finishSmall(SmallExchange *small);

    Ledger &m_ledger;
    LogSink &m_log;
    Millis m_pingAfter;
    SystemClock m_clock;
    Statistics m_statistics;
    Recorder m_recorder;
    HttpClientPool m_pool;
    KeptStore m_kept;
    Continuity m_continuity;
    ResponseStore m_responses;
    TokenBook m_tokens;
    BudgetGate m_budgets;
    GatewayAlerts m_alerts; // its webhooks use the pool
    ModelLister m_models;
    RepetitionMeter m_repetition;
    AdminDesk m_desk;
    CatalogueDesk m_catalogueDesk;
    std::shared_ptr<const Catalogue> m_catalogue = Catalogue::builtIn();
    RunningConfigPtr m_running;
    RoutingState m_routing;
    HealthChecker m_checker;
    std::unordered_map<Exchange *, std::unique_ptr<Exchange>> m_exchanges;
    std::unordered_map<SmallExchange *, std::unique_ptr<SmallExchange>> m_small;
    std::vector<std::unique_ptr<Exchange>> m_retired;
    std::vector<std::unique_ptr<SmallExchange>> m_retiredSmall;
    ConsoleKey m_consoleKey;
    std::unique_ptr<ConsoleCaller> m_console;
    std::unique_ptr<HttpServer> m_server;                  // goes before the exchanges it points into
    std::vector<std::unique_ptr<HttpServer>> m_oldServers; // of a former address, until their connections end
    std::string m_url;
    QTimer m_tick;
    QTimer m_drainLimit;
    int64_t m_startedMs;
    int64_t m_lastPublishedRequests = -1;
    int m_lastPublishedInFlight = -1;
    uint64_t m_lastPublishedAlerts = 0;
    uint64_t m_keptCalibration = 0;  // its changes when it was last written
    uint64_t m_shownCalibration = 0; // and when the rows were made
    int64_t m_calibrationShownNs = 0;
    std::shared_ptr<const std::vector<Calibration::Row>> m_calibrationRows;
    int64_t m_calibrationKeptNs = 0;
    int m_quietTicks = 0;
    bool m_draining = false;
    bool m_reapPosted = false;
};

} // namespace signalbox
