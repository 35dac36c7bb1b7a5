// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/exchange.h"

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/dialect/openai_chat/multipart_scan.h"
#include "core/dialect/openai_chat/stream_relay.h"
#include "core/gateway/exchange_busy_scope.h"
#include "core/gateway/header_rules.h"

#include <charconv>

namespace signalbox {

namespace {

constexpr size_t uploadPeek = 1024U * 1024; // how far into an upload the model name is looked for

// W3C trace context: 00-<32 hex>-<16 hex>-<2 hex>.
std::string incomingTraceId(const HttpRequestHead &head)
{
    const std::string_view parent = head.headers.get("traceparent");
    if (parent.size() < 55 || parent[2] != '-' || parent[35] != '-')
        return makeTraceId();
    const std::string_view id = parent.substr(3, 32);
    const bool hex = id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    return hex && id.find_first_not_of('0') != std::string_view::npos ? std::string(id) : makeTraceId();
}

std::string sessionOf(const HttpRequestHead &head)
{
    for (const char *name : {"x-claude-code-session-id", "x-session-id", "session-id", "x-session-affinity"}) {
        const std::string_view value = head.headers.get(name);
        if (!value.empty())
            return std::string(value.substr(0, 128));
    }
    return {};
}

// 0: chunked, or nothing.
size_t declaredLength(const HttpRequestHead &head)
{
    const std::string_view text = head.headers.get("content-length");
    size_t length = 0;
    const bool read = std::from_chars(text.data(), text.data() + text.size(), length).ec == std::errc();
    return read ? length : 0;
}

std::string nameOf(const PlannedTarget &target)
{
    return std::string(target.provider) + "/" + std::string(target.model);
}

AttemptFailure failureOf(const BudgetRefusal &refusal)
{
    AttemptFailure failure{refusal.error.code, refusal.error.message, refusal.error.httpStatus};
    if (const auto seconds = retryAfterSeconds(refusal)) {
        failure.head.emplace();
        failure.head->headers.add("retry-after", std::to_string(*seconds));
    }
    return failure;
}

RequestRecord newRecord(int64_t nowMs)
{
    RequestRecord record;
    record.startedAtMs = nowMs;
    record.id = makeUuid7(nowMs);
    return record;
}

} // namespace

Exchange::Exchange(ExchangeServices services, RunningConfigPtr config, HttpExchange &http, Endpoint endpoint,
                   Caller caller)
    : m_services(std::move(services)),
      m_config(std::move(config)),
      m_http(&http),
      m_endpoint(std::move(endpoint)),
      m_record(newRecord(m_services.clock.wallMs())),
      m_request(
          m_endpoint, http.head().query(),
          {m_record.id, m_record.startedAtMs / 1000, [this] { return m_services.clock.monotonicNs() - m_startedNs; }},
          {m_services.continuity, m_services.responses}),
      m_startedNs(http.receivedAtNs())
{
    m_record.traceId = incomingTraceId(http.head());
    m_record.spanId = makeSpanId();
    m_record.session = sessionOf(http.head());
    m_record.dialect = dialectName(m_endpoint.dialect);
    m_record.project = std::move(caller.project);
    m_record.client = std::move(caller.client);
    m_record.user = std::move(caller.user);
    if (m_endpoint.kind == EndpointKind::Upload)
        m_boundary = openai_chat::multipartBoundary(http.head().headers.get("content-type"));
    m_busyNs = m_services.clock.monotonicNs() - m_startedNs;
}

Exchange::~Exchange() = default;

InFlightRow Exchange::inFlight() const
{
    InFlightRow row{
        m_record.id, m_record.startedAtMs, m_record.client, m_record.requestedModel, {}, {}, m_request.stream(), 0};
    if (m_attempt) {
        row.provider = m_attempt->setup().providerId;
        row.model = m_attempt->setup().model;
        row.attempts = m_attempt->setup().n;
    }
    return row;
}

void Exchange::checkDeadlines()
{
    if (m_attempt)
        m_attempt->checkDeadlines();
}

void Exchange::requestBody(std::string_view bytes)
{
    const BusyScope busy(*this);
    if (m_streamingUpload) {
        HttpCall *call = m_attempt ? m_attempt->call() : nullptr;
        if (!call)
            return;
        call->writeBody(bytes);
        if (call->bufferedBytes() > HttpExchange::highWater)
            m_http->pauseBody();
        return;
    }
    if (m_closed)
        return;
    if (m_body.empty())
        m_body.reserve(declaredLength(m_http->head())); // the server has refused what is over the limit
    m_body.append(bytes);
    if (m_endpoint.kind == EndpointKind::Upload && m_plan.targets.empty())
        tryUpload(false);
}

void Exchange::requestEnd()
{
    const BusyScope busy(*this);
    m_requestComplete = true;
    if (m_closed)
        return;
    if (m_streamingUpload) {
        if (m_attempt && m_attempt->call())
            m_attempt->call()->finishBody();
    } else if (m_endpoint.kind == EndpointKind::Upload) {
        tryUpload(true);
    } else {
        decodeAndPlan();
    }
}

void Exchange::decodeAndPlan()
{
    if (const auto scanned = m_request.scan(m_body); !scanned)
        return replyError(scanned.error());
    m_record.requestedModel = m_request.model();
    m_record.stream = m_request.stream();
    if (!m_request.user().empty())
        m_record.user = m_request.user().substr(0, 256);
    if (plan())
        tryNext();
}

// Routes an upload as soon as its model name has come, or when it is clear that it will not come early.
void Exchange::tryUpload(bool complete)
{
    if (m_boundary.empty())
        return replyError({"content_type", "This endpoint takes multipart/form-data with a boundary.", 400});
    const auto model = openai_chat::findMultipartModel(m_body, m_boundary);
    if (!model && !complete && m_body.size() < uploadPeek)
        return;
    if (model) {
        m_record.requestedModel = model->value;
        m_modelBegin = model->begin;
        m_modelEnd = model->end;
    }
    if (!plan())
        return;
    if (!model && m_plan.targets.front().model != m_record.requestedModel)
        return replyError(
            {"model_missing", "Send the field 'model' before the file: this route has to rewrite it.", 400});
    m_streamingUpload = !complete;
    tryNext();
}

bool Exchange::plan()
{
    RoutingFacts facts;
    facts.model = m_record.requestedModel;
    facts.project = m_record.project;
    facts.client = m_record.client;
    facts.user = m_record.user;
    facts.nowNs = m_services.clock.monotonicNs();
    facts.wallMs = m_services.clock.wallMs();
    auto made = makePlan(m_services.routing, facts);
    if (!made) {
        replyError(made.error());
        return false;
    }
    if (!admit(facts, *made))
        return false;
    m_plan = std::move(*made);
    m_services.routing.commit(m_plan);
    m_nextTarget = 0;
    m_record.route = m_plan.route;
    return true;
}

// False: a budget refused it, and the client has been told.
bool Exchange::admit(RoutingFacts &facts, Plan &made)
{
    if (m_services.budgets.isEmpty())
        return true;
    BudgetFacts asked{m_record.project, m_record.client, m_record.user, {}, {}, {}, facts.inputTokens, {}};
    asked.maxOutputTokens = facts.maxOutputTokens;
    if (!made.targets.empty()) {
        asked.provider = made.targets.front().provider;
        asked.model = made.targets.front().model;
    }
    if (m_endpoint.kind != EndpointKind::Upload)
        asked.body = m_body;
    const BudgetAdmission admission = m_budget.admit(m_services.budgets, *m_config, asked);
    if (admission.refusal) {
        replyFailure(failureOf(*admission.refusal));
        return false;
    }
    if (admission.downgradeRoute.empty())
        return true;
    facts.route = admission.downgradeRoute;
    if (auto cheaper = makePlan(m_services.routing, facts))
        made = std::move(*cheaper);
    return true;
}

void Exchange::tryNext()
{
    // Once the head of an upload has left us it cannot be sent again.
    while (m_nextTarget && (*m_nextTarget == 0 || !m_streamingUpload)) {
        m_target = *m_nextTarget;
        if (startAttempt(m_plan.targets[m_target]))
            return;
        m_nextTarget = m_plan.next(m_target, m_lastFailure->failure);
    }
    if (const auto own = m_request.ownReply(); own && m_lastFailure->errorClass == "own_reply")
        return replyOwn(*own);
    // A count is never refused: nobody in the plan counts for us, so it is estimated.
    if (m_endpoint.operation == Operation::CountTokens && m_lastFailure->errorClass == "operation_unsupported") {
        const auto tokens = m_request.estimateTokens();
        return tokens ? replyOwn(codecFor(m_endpoint.dialect).tokenCount(*tokens)) : replyError(tokens.error());
    }
    replyFailure(*m_lastFailure);
}

// An answer that no provider gave.
void Exchange::replyOwn(const std::string &body)
{
    settle(200, {}, true);
    HeaderList headers = replyHeaders();
    headers.add("content-type", "application/json");
    if (m_endpoint.operation == Operation::CountTokens)
        headers.add("x-signalbox-estimated", "true");
    if (m_http)
        m_http->reply(200, headers, body);
    m_http = nullptr;
    close();
}

Result<Outgoing> Exchange::outgoingUpload(const PlannedTarget &target, const ProviderRuntime &provider) const
{
    const ProviderRuntime::Api *api = provider.api(Dialect::OpenAiChat);
    if (!api)
        api = provider.api(Dialect::OpenAiResponses);
    if (!api)
        return Error{"operation_unsupported",
                     "Provider '" + provider.config.id + "' has no counterpart of " + m_endpoint.upstreamPath + ".",
                     404};
    Outgoing outgoing;
    outgoing.api = api;
    outgoing.path = m_endpoint.upstreamPath;
    outgoing.relay = std::make_unique<openai_chat::StreamRelay>(false);
    if (m_modelEnd == 0 || target.model == m_record.requestedModel)
        outgoing.body = m_body;
    else
        outgoing.body = m_body.substr(0, m_modelBegin) + std::string(target.model) + m_body.substr(m_modelEnd);
    return outgoing;
}

Result<Outgoing> Exchange::outgoingFor(const PlannedTarget &target, const ProviderRuntime &provider,
                                       const std::string &credential)
{
    if (m_endpoint.kind == EndpointKind::Upload)
        return outgoingUpload(target, provider);
    auto outgoing = m_request.prepare(provider, std::string(target.model), credential);
    if (!outgoing || outgoing->losses.empty() || m_plan.onLoss == OnLoss::Allow)
        return outgoing;
    std::string message = "Route '" + std::string(m_plan.route) + "' refuses losses, and " + nameOf(target) +
                          " cannot be told everything:";
    for (const LossEntry &entry : outgoing->losses)
        message += " " + entry.pointer + " (" + lossKindName(entry.kind) + ": " + entry.reason + ")";
    return Error{"loss_refused", std::move(message), 400};
}

HttpClientRequest Exchange::upstreamRequest(const ProviderRuntime &provider, const std::string &secret,
                                            Outgoing &outgoing)
{
    HttpClientRequest request;
    request.origin = outgoing.api->url.origin;
    request.target = outgoing.api->url.path + outgoing.path;
    UpstreamTarget target{provider.config, secret, outgoing.api->dialect};
    target.identity = m_endpoint.upstreamPath != "/audio/speech";
    target.hops = hopsOf(m_http->head());
    target.translated = outgoing.translated;
    request.headers = upstreamHeaders(m_http->head(), target);
    for (const auto &[name, value] : outgoing.headers) {
        if (!request.headers.has(name))
            request.headers.add(name, value);
    }
    request.body = std::move(outgoing.body);
    const TimeoutsConfig &timeouts = provider.config.timeouts;
    request.deadlines = {timeouts.connect, timeouts.firstByte, timeouts.idle, timeouts.total};
    return request;
}

bool Exchange::startAttempt(const PlannedTarget &target)
{
    const ProviderRuntime *provider = m_config->provider(std::string(target.provider));
    if (!provider) {
        m_lastFailure = AttemptFailure{
            "provider_loop", "Provider '" + std::string(target.provider) + "' points back at this gateway.", 508};
        return false;
    }
    const auto credential = m_config->credentialFor(provider->config);
    if (!credential) {
        m_lastFailure =
            AttemptFailure{credential.error().code, credential.error().message, credential.error().httpStatus};
        return false;
    }
    auto outgoing = outgoingFor(target, *provider, credential->id);
    if (!outgoing) {
        const Error &error = outgoing.error();
        m_lastFailure = AttemptFailure{error.code, error.message, error.httpStatus};
        return false;
    }
    if (const auto refusal = m_budget.begin(static_cast<int>(m_record.attempts.size()) + 1, target.provider,
                                            target.model, credential->id)) {
        m_lastFailure = failureOf(*refusal);
        return false;
    }
    m_losses = std::move(outgoing->losses);
    m_record.lossCount = static_cast<int>(m_losses.size());
    HttpClientRequest request = upstreamRequest(*provider, credential->secret, *outgoing);
    std::string uploadBegin;
    if (m_streamingUpload) {
        uploadBegin = std::exchange(request.body, {});
        request.streamBody = true;
        const auto growth = static_cast<int64_t>(uploadBegin.size()) - static_cast<int64_t>(m_body.size());
        if (const size_t declared = declaredLength(m_http->head()))
            request.streamLength = static_cast<int64_t>(declared) + growth;
    }
    Attempt::Setup setup{std::string(target.provider),
                         std::string(target.model),
                         m_config,
                         provider,
                         credential->id,
                         static_cast<int>(m_record.attempts.size()) + 1};
    setup.relay = std::move(outgoing->relay);
    setup.clientDialect = m_endpoint.dialect;
    setup.providerDialect = outgoing->api->dialect;
    setup.framing = m_endpoint.framing;
    setup.clientStreams = m_request.stream();
    setup.translated = outgoing->translated;
    setup.account = std::move(outgoing->account);
    m_attempt = std::make_unique<Attempt>(std::move(setup), m_services.clock, *this);
    m_attempt->start(m_services.pool, std::move(request));
    if (m_streamingUpload && m_attempt->call())
        m_attempt->call()->writeBody(uploadBegin);
    return true;
}

void Exchange::clientGone()
{
    const BusyScope busy(*this);
    m_http = nullptr;
    if (m_attempt)
        m_attempt->cancel();
    settle(499, "client_closed: the client closed the connection before the reply was complete", false);
    close();
}

void Exchange::shutDown()
{
    if (m_attempt)
        m_attempt->cancel();
    settle(503, "gateway_stopped: the gateway was stopped while the request was running", false);
    if (m_http)
        m_http->abort();
    m_http = nullptr;
    m_closed = true;
}

void Exchange::clientWritable()
{
    if (m_attempt)
        m_attempt->resume();
}

void Exchange::attemptWritable()
{
    if (m_http && !m_requestComplete)
        m_http->resumeBody();
}

} // namespace signalbox
