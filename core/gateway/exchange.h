// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/attempt.h"
#include "core/gateway/authenticator.h"
#include "core/gateway/budget_gate.h"
#include "core/gateway/client_request.h"
#include "core/gateway/endpoints.h"
#include "core/gateway/gateway_host.h"
#include "core/gateway/running_config.h"
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
class Recorder;

// What an exchange uses of the gateway; outlives every exchange.
struct ExchangeServices {
    HttpClientPool &pool;
    const Clock &clock;
    Recorder &recorder;
    Continuity &continuity;
    ResponseStore &responses;
    RoutingState &routing;
    BudgetGate &budgets;
    std::function<void(class Exchange *)> retire; // deletes later, never inside the call
};

// The life of one client request: decode, plan, attempt, relay, settle. Lives on the gateway thread, owned by the
// Gateway; deleting it cancels everything below it.
//
// Booking comes before the last byte: a reply that a client received in full always has its row in the journal.
class Exchange final : public HttpRequestHandler, public AttemptListener
{
public:
    Exchange(ExchangeServices services, RunningConfigPtr config, HttpExchange &http, Endpoint endpoint, Caller caller);
    ~Exchange();

    void checkDeadlines();
    InFlightRow inFlight() const;
    bool isStreaming() const { return m_replyBegun; }
    void shutDown(); // the gateway ends without draining: books what was, closes both sides

private:
    class BusyScope;

    void requestBody(std::string_view bytes) override;
    void requestEnd() override;
    void clientGone() override;
    void clientWritable() override;

    void attemptWhole(const HttpResponseHead &head, std::string body) override;
    void attemptBegins(const HttpResponseHead &head, bool events) override;
    void attemptBytes(std::string_view bytes, bool last) override;
    void attemptEnds() override;
    void attemptFails(AttemptFailure failure) override;
    void attemptWritable() override;

    void decodeAndPlan();
    void tryUpload(bool complete);
    bool plan();
    bool admit(RoutingFacts &facts, Plan &made);
    void tryNext();
    bool startAttempt(const PlannedTarget &target);
    Result<Outgoing> outgoingFor(const PlannedTarget &target, const ProviderRuntime &provider,
                                 const std::string &credential);
    Result<Outgoing> outgoingUpload(const PlannedTarget &target, const ProviderRuntime &provider) const;
    HttpClientRequest upstreamRequest(const ProviderRuntime &provider, const std::string &secret, Outgoing &outgoing);
    void replyOwn(const std::string &body);
    void replyError(const Error &error);
    void replyFailure(const AttemptFailure &failure);
    void noteFailedAttempt();
    void settle(int status, const std::string &error, bool complete);
    void keepBodies(bool failed);
    void close();
    HeaderList replyHeaders() const;

    ExchangeServices m_services;
    RunningConfigPtr m_config;
    HttpExchange *m_http; // null once the reply is complete or the client is gone
    Endpoint m_endpoint;
    RequestRecord m_record;
    std::string m_body;
    std::string m_boundary;  // uploads
    size_t m_modelBegin = 0; // uploads: the model's value inside m_body
    size_t m_modelEnd = 0;
    ClientRequest m_request;
    std::vector<LossEntry> m_losses; // of the request, at the target tried last
    Plan m_plan;
    ExchangeBudget m_budget;
    std::optional<size_t> m_nextTarget; // of the plan
    size_t m_target = 0;                // the one tried last
    std::unique_ptr<Attempt> m_attempt;
    std::vector<std::unique_ptr<Attempt>> m_pastAttempts; // they may still be on the stack when they fail
    std::optional<AttemptFailure> m_lastFailure;
    std::string m_heldBytes; // raw replies: the end is held until the exchange is booked
    std::string m_keptReply; // for the ledger, under the body policy
    bool m_keptReplyCut = false;
    int64_t m_startedNs;
    int64_t m_busyNs = 0;
    int m_busyDepth = 0;
    bool m_streamingUpload = false;
    bool m_requestComplete = false;
    bool m_replyBegun = false;
    bool m_replyIsEvents = false;
    bool m_settled = false;
    bool m_closed = false;
};

} // namespace signalbox
