// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert.h"
#include "core/base/result.h"
#include "core/config/config.h"
#include "core/gateway/weight_keeper.h"
#include "core/ledger/budgets/budget_seeds.h"
#include "core/ledger/ledger.h"
#include "core/routing/routing_state.h"
#include "core/tokens/calibration.h"

#include <QtCore/QObject>
#include <QtCore/QString>

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

class QThread;

namespace signalbox {

class Catalogue;
class SecretStore;
class ConsoleLine;
class Gateway;

enum class GatewayState { Stopped, Starting, Running, Draining, Failed };

struct InFlightRow { // one running exchange, for the live table
    std::string id;
    int64_t startedAtMs = 0;
    std::string client, requestedModel, provider, model;
    bool stream = false;
    int attempts = 0;
};

struct TargetShare {
    std::string provider, model;
    int64_t requests = 0;
    int64_t errors = 0;
};

// What the console sees of the gateway: a value, sent at most 4 times a second while something changes.
struct GatewaySnapshot {
    GatewayState state = GatewayState::Stopped;
    std::string url;     // http://127.0.0.1:8484, empty when not listening
    std::string problem; // why Failed, or a lasting trouble (ledger full, secret missing)
    int64_t atMs = 0;
    int64_t requestsTotal = 0;
    int64_t errorsTotal = 0;
    double requestsPerMinute = 0;     // over the last minute
    double errorPercent = 0;          // over the last 5 minutes
    double overheadMsP50 = 0;         // time spent in the gateway itself, last 5 minutes
    double outputTokensPerSecond = 0; // over the last minute
    int inFlight = 0;
    int streams = 0;
    int connections = 0;
    int64_t spendSinceStartNanoUsd = 0;
    std::vector<InFlightRow> running; // newest first, at most 200
    std::vector<TargetShare> shares;  // over the last 5 minutes
    int64_t atNs = 0;                 // monotonic, as the times in `targets`
    std::vector<HealthBook::TargetRow> targets;
    std::vector<RoutingState::WeightRow> weights;
    std::vector<HealthBook::ProviderRow> providers; // with the state and the quota of each key
    std::vector<HealthBook::QuotaRow> quotas;       // of each key, at most 200
    LedgerHealth ledger;
    std::vector<BudgetRow> budgets;        // the fullest first, at most 200, at most a second old
    std::vector<BudgetAlert> budgetAlerts; // of late, the newest last
    uint64_t budgetAlertCount = 0;         // since the start: more than before means news in the list above
    std::vector<Alert> alerts;             // of all kinds, the newest last, at most 200
    uint64_t alertChanges = 0;             // another number than before: something in the list above is new or changed
    // What counts of tokens have learnt of models, some seconds old; null: nothing yet.
    std::shared_ptr<const std::vector<Calibration::Row>> calibrations;
};
using SnapshotPtr = std::shared_ptr<const GatewaySnapshot>;

struct ProbeStep {
    enum class Name { Dns, Connect, Key, ModelList };
    enum class State { Waiting, Running, Passed, Failed, Skipped };
    Name name = Name::Dns;
    State state = State::Waiting;
    std::string detail; // "3 addresses", "TLS 1.3", "401: wrong key"
    double ms = -1;
};

struct ProbeReport {
    std::vector<ProbeStep> steps;
    std::vector<std::string> models; // as the provider lists them
    bool finished = false;
};

// Starts, stops and watches the gateway on its own thread. Lives on the main thread; every signal comes there.
class GatewayHost final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(GatewayHost)

public:
    struct Options {
        bool logToStderr = true; // daemon; false: rotated file in logFolder
        QString logFolder;
        Millis pingAfter{15'000};       // silence in a stream after which its client is told that we are still there
        Millis spendLookEvery{600'000}; // how often spend is held against the usual and the budgets
    };
    GatewayHost(Ledger &ledger, SecretStore &secrets, Options options, QObject *parent = nullptr);
    ~GatewayHost() override; // stops without draining when still running

    // The command line's address: laid over that of every config from the next start() or applyConfig() on.
    void overrideListen(std::string address, uint16_t port);
    void start(ConfigPtr config);       // asynchronous: started() or startFailed()
    void stop(bool drain);              // asynchronous: stopped(); drain waits for what is in flight, 30 s at most
    void applyConfig(ConfigPtr config); // hot reload; a changed address or port listens anew
    // In place of the shipped one, from the next start() or at once in one that runs. A `problem` is logged.
    void useCatalogue(std::shared_ptr<const Catalogue> catalogue, std::string problem = {});
    GatewayState state() const { return m_state; }
    SnapshotPtr snapshot() const { return m_snapshot; } // never null
    // Of what the snapshots of this run and of those before it said of weighted nodes.
    const WeightHistory &weightHistory() const { return m_weights.history(); }
    WeightKeeper &weights() { return m_weights; }

    // Tries a provider with a secret that need not be stored yet (empty: the stored credential). Progress comes as
    // probeProgress() with the returned id; nothing is kept.
    quint64 probe(const ProviderConfig &provider, const std::string &secret);

    // Sends a made-up alert to a webhook that need not be in the config; what it answered. `done` comes on this
    // object's thread, unless `context` has died.
    void testWebhook(const WebhookConfig &hook, QObject *context, std::function<void(Result<std::string>)> done);

    // They are read; without ids: all. The next snapshot shows it.
    void acknowledgeAlerts(const std::vector<std::string> &ids);

    // Ends requests that are in flight: their clients get an error of their dialect, their rows say who did it.
    void cancelRequests(const std::vector<std::string> &ids);

    // Where a request (OpenAI chat, as JSON) with these tags would go, and why: the answer of the explain contract,
    // asked as the console. Nobody is called. `done` comes on this object's thread, which is `context`'s, unless that
    // has died. With a draft: what its routes would do with the health of now; the draft is not applied.
    void explain(const std::string &request, const std::string &tags, QObject *context,
                 std::function<void(Result<std::string>)> done, ConfigPtr draft = nullptr);

    // Requests of the console itself, through the running gateway.
    ConsoleLine &console() const;

Q_SIGNALS:
    void stateChanged(signalbox::GatewayState state);
    void started(const QString &url);
    void startFailed(const QString &code, const QString &message);
    void stopped();
    void snapshotChanged(signalbox::SnapshotPtr snapshot);
    void catalogueUsed(std::shared_ptr<const signalbox::Catalogue> catalogue); // another one than before
    void probeProgress(quint64 probe, const signalbox::ProbeReport &report);

private:
    void setState(GatewayState state);
    ConfigPtr effective(ConfigPtr config) const;
    void listen(ConfigPtr config, Result<BudgetSeeds> seeds);
    void reload(ConfigPtr config, Result<BudgetSeeds> seeds);
    void readSeeds(quint64 round, const std::vector<BudgetRule> &rules, int64_t beforeMs);
    void lookAtSpend();
    void resolveSecrets(ConfigPtr config, std::function<void()> done);

    struct Private;
    std::unique_ptr<Private> d;
    GatewayState m_state = GatewayState::Stopped;
    SnapshotPtr m_snapshot;
    WeightKeeper m_weights;
};

} // namespace signalbox

Q_DECLARE_METATYPE(signalbox::GatewayState)
Q_DECLARE_METATYPE(signalbox::SnapshotPtr)
Q_DECLARE_METATYPE(signalbox::ProbeReport)
