// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/attempt_engine.h"
#include "core/gateway/attempt_maker.h"
#include "core/gateway/authenticator.h"
#include "core/gateway/budget_gate.h"
#include "core/gateway/client_request.h"
#include "core/gateway/endpoints.h"
#include "core/gateway/gateway_host.h"
#include "core/gateway/keep_alive.h"
#include "core/gateway/running_config.h"
#include "core/ledger/phase_times.h"
#include "core/ledger/request_details.h"
#include "core/net/http_server.h"
#include "core/routing/planner.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

class Clock;
class Continuity;
class ResponseStore;
class TokenBook;
class Recorder;
class RepetitionMeter;

// What an exchange uses of the gateway; outlives every exchange.
struct ExchangeServices {
    HttpClientPool &pool;
    const Clock &clock;
    Recorder &recorder;
    Continuity &continuity;
    ResponseStore &responses;
    TokenBook &tokens;
    RoutingState &routing;
    BudgetGate &budgets;
    RepetitionMeter &repetition;
    Millis pingAfter;
    std::function<void(class Exchange *)> retire; // deletes later, never inside the call
    std::function<void(uint64_t call, const RequestRecord &record)> bookedConsole; // a call of the console has its row
};

// The life of one client request: decode, plan, have it attempted, relay, settle. Lives on the gateway thread, owned by
// the Gateway; deleting it cancels everything below it.
//
// Booking comes before the last byte: a reply that a client received in full always has its row in the journal.
class Exchange final : public HttpRequestHandler, public EngineListener
{
public:
    Exchange(ExchangeServices services, RunningConfigPtr config, HttpExchange &http, Endpoint endpoint, Caller caller);
    ~Exchange();

    void checkDeadlines(int64_t nowNs); // also keeps a client that waits in the middle of a stream
    InFlightRow inFlight() const;
    int64_t startedAtMs() const { return m_record.startedAtMs; }
    bool isStreaming() const { return m_replyBegun; }
    const std::string &id() const { return m_record.id; }
    void cancelByOperator(); // the client is told so in its dialect
    void shutDown();         // the gateway ends without draining: books what was, closes both sides

private:
    class BusyScope;

    void requestBody(std::string_view bytes) override;
    void requestEnd() override;
    void clientGone() override;
    void clientWritable() override;

    Result<Plan> replan() override;
    void engineWhole(const HttpResponseHead &head, std::string body) override;
    void engineBegins(const HttpResponseHead &head, bool events) override;
    void engineBytes(std::string_view bytes, bool last) override;
    void engineEnds() override;
    void engineBreaks(const AttemptFailure &failure) override;
    void engineFails(const AttemptFailure &failure) override;
    void engineWritable() override;

    void decodeAndPlan();
    void readUser();
    Result<void> mayUseModel() const;
    void tryUpload(bool complete);
    std::optional<Plan> plan();
    bool admit(Plan &made);
    void start(Plan plan);
    void readPatience();
    void replyOwn(const std::string &body, bool estimated = false);
    void replyError(const Error &error);
    void replyFailure(const AttemptFailure &failure);
    void settle(int status, const std::string &error, bool complete);
    void bookAttempts();
    void bookLosses();
    void keepBodies(bool failed);
    void keepProviderSide(RequestDetails &details);
    RequestDetails details() const;
    PhaseTimes phases() const;
    int64_t sinceStartUs(int64_t atNs) const;
    bool looksAtStream() const;
    bool looksAtReplies() const;
    void lookAtReply(std::string bytes);
    void close();
    HeaderList replyHeaders() const;

    ExchangeServices m_services;
    RunningConfigPtr m_config;
    HttpExchange *m_http; // null once the reply is complete or the client is gone
    Endpoint m_endpoint;
    std::shared_ptr<const KeyLimits> m_limits;   // null: the key may use anything
    std::shared_ptr<const ConsolePin> m_console; // null: it is not the console that asks
    RequestRecord m_record;
    std::string m_body;
    UploadParts m_upload;
    ClientRequest m_request;
    ExchangeDeadlines m_deadlines;
    std::string m_conversation; // affinity key
    RoutingFacts m_facts;
    ExchangeBudget m_budget;
    std::string m_downgradeRoute; // these two: what m_facts names
    std::string m_downgradedFrom;
    AttemptMaker m_maker;
    AttemptEngine m_engine;
    SilenceWatch m_silence;
    std::string m_heldBytes; // raw replies: the end is held until the exchange is booked
    std::string m_keptReply; // for the ledger, under the body policy
    bool m_keptReplyCut = false;
    ChunkClock m_chunks;      // of the reply, where it is kept
    int64_t m_receivedNs = 0; // these three: 0 where it did not come so far
    int64_t m_parsedNs = 0;
    int64_t m_plannedNs = 0;
    bool m_sampling = false; // of a stream, for what it repeats
    std::string m_sample;
    int64_t m_startedNs;
    int64_t m_busyNs = 0;
    int m_busyDepth = 0;
    bool m_requestComplete = false;
    bool m_started = false; // the engine has a plan
    bool m_replyBegun = false;
    bool m_replyIsEvents = false;
    bool m_settled = false;
    bool m_closed = false;
};

} // namespace signalbox
