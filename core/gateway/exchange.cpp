// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/exchange.h"

#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/config/config_reader.h"
#include "core/dialect/openai_chat/multipart_scan.h"
#include "core/gateway/console_pin.h"
#include "core/gateway/exchange_busy_scope.h"
#include "core/gateway/facts_gatherer.h"

#include <algorithm>
#include <charconv>

namespace signalbox {

namespace {

constexpr size_t longestTag = 128;
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
      m_limits(std::move(caller.limits)),
      m_console(std::move(caller.console)),
      m_record(newRecord(m_services.clock.wallMs())),
      m_request(
          m_endpoint, http.head().query(),
          {m_record.id, m_record.startedAtMs / 1000, [this] { return m_services.clock.monotonicNs() - m_startedNs; }},
          {m_services.continuity, m_services.responses, m_services.tokens}),
      m_maker({http.head(), m_endpoint, m_request, m_body, m_record.requestedModel, m_upload, m_deadlines}, m_config),
      m_engine({m_services.pool, m_services.clock, m_services.routing, m_budget}, m_maker, *this),
      m_startedNs(http.receivedAtNs())
{
    m_record.traceId = incomingTraceId(http.head());
    m_record.spanId = makeSpanId();
    m_record.session = sessionOf(http.head());
    m_record.tag = http.head().headers.get("x-signalbox-tag").substr(0, longestTag);
    m_record.dialect = dialectName(m_endpoint.dialect);
    m_record.project = std::move(caller.project);
    m_record.client = std::move(caller.client);
    m_record.user = std::move(caller.user);
    if (m_endpoint.kind == EndpointKind::Upload)
        m_upload.boundary = openai_chat::multipartBoundary(http.head().headers.get("content-type"));
    readPatience();
    m_busyNs = m_services.clock.monotonicNs() - m_startedNs;
}

Exchange::~Exchange() = default;

// OpenAI's and Anthropic's SDKs say after how many seconds they give up on a request that shows nothing.
void Exchange::readPatience()
{
    const HeaderList &headers = m_http->head().headers;
    const auto after = [this](Millis patience) {
        return patience.count() > 0 ? m_startedNs + patience.count() * 1'000'000 : 0;
    };
    const std::string_view sdk = headers.get("x-stainless-timeout");
    double seconds = 0;
    if (!sdk.empty() && std::from_chars(sdk.data(), sdk.data() + sdk.size(), seconds).ec == std::errc() &&
        seconds > 0 && seconds < 1e6)
        m_deadlines.patientNs = m_deadlines.firstContentNs =
            after(Millis(std::max<int64_t>(1, static_cast<int64_t>(seconds * 1000))));
    Millis total = m_config->config().timeouts.exchange;
    if (const std::string_view own = headers.get("x-signalbox-timeout"); !own.empty()) {
        const auto asked = parseDuration(own);
        if (asked && (m_deadlines.patientNs == 0 || after(*asked) < m_deadlines.patientNs))
            m_deadlines.patientNs = after(*asked);
        if (asked && (total.count() <= 0 || *asked < total))
            total = *asked;
    }
    m_deadlines.totalNs = after(total);
}

InFlightRow Exchange::inFlight() const
{
    InFlightRow row{
        m_record.id, m_record.startedAtMs, m_record.client, m_record.requestedModel, {}, {}, m_request.stream(), 0};
    if (const Attempt *attempt = m_engine.shown()) {
        row.provider = attempt->setup().providerId;
        row.model = attempt->setup().model;
        row.attempts = m_engine.made();
    }
    return row;
}

void Exchange::checkDeadlines(int64_t nowNs)
{
    if (!m_started || m_closed)
        return;
    m_engine.checkDeadlines(nowNs);
    const bool streams = m_replyBegun && m_replyIsEvents && !m_settled && m_http;
    if (!streams || !m_silence.due(nowNs, m_services.pingAfter.count() * 1'000'000) || m_http->bufferedBytes() > 0)
        return;
    const std::string_view ping = keepAliveEvent(m_endpoint.dialect, m_endpoint.framing);
    if (!ping.empty())
        m_http->write(ping); // relays hand out whole events only, so we are between two
}

void Exchange::requestBody(std::string_view bytes)
{
    const BusyScope busy(*this);
    if (m_upload.streaming) {
        HttpCall *call = m_engine.upload();
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
    if (m_endpoint.kind == EndpointKind::Upload && !m_started)
        tryUpload(false);
}

void Exchange::requestEnd()
{
    const BusyScope busy(*this);
    m_requestComplete = true;
    if (m_closed)
        return;
    if (m_upload.streaming) {
        if (HttpCall *call = m_engine.upload())
            call->finishBody();
    } else if (m_endpoint.kind == EndpointKind::Upload) {
        tryUpload(true);
    } else {
        decodeAndPlan();
    }
}

void Exchange::decodeAndPlan()
{
    m_receivedNs = m_services.clock.monotonicNs();
    if (const auto scanned = m_request.scan(m_body); !scanned)
        return replyError(scanned.error());
    m_record.requestedModel = m_request.model();
    m_record.stream = m_request.stream();
    if (const auto allowed = mayUseModel(); !allowed)
        return replyError(allowed.error());
    readUser();
    m_parsedNs = m_services.clock.monotonicNs();
    if (auto made = plan()) {
        m_plannedNs = m_services.clock.monotonicNs();
        start(std::move(*made));
    }
}

Result<void> Exchange::mayUseModel() const
{
    return m_limits ? m_limits->model(m_record.requestedModel) : Result<void>();
}

// The record holds the client's own user until then.
void Exchange::readUser()
{
    const bool json = m_endpoint.kind == EndpointKind::Json;
    if (const UserRules &rules = m_config->users(); !rules.isEmpty())
        m_record.user = rules.userOf(
            {m_http->head(), json ? std::string_view(m_body) : std::string_view(), m_request.user(), m_record.user});
    else if (!m_request.user().empty())
        m_record.user = m_request.user().substr(0, 256);
}

// Routes an upload as soon as its model name has come, or when it is clear that it will not come early.
void Exchange::tryUpload(bool complete)
{
    if (m_upload.boundary.empty())
        return replyError({"content_type", "This endpoint takes multipart/form-data with a boundary.", 400});
    const auto model = openai_chat::findMultipartModel(m_body, m_upload.boundary);
    if (!model && !complete && m_body.size() < uploadPeek)
        return;
    if (model) {
        m_record.requestedModel = model->value;
        m_upload.modelBegin = model->begin;
        m_upload.modelEnd = model->end;
    }
    if (const auto allowed = mayUseModel(); !allowed)
        return replyError(allowed.error());
    readUser();
    auto made = plan();
    if (!made)
        return;
    if (!model && !made->targets.empty() && made->targets.front().model != m_record.requestedModel)
        return replyError(
            {"model_missing", "Send the field 'model' before the file: this route has to rewrite it.", 400});
    m_upload.streaming = !complete;
    start(std::move(*made));
}

std::optional<Plan> Exchange::plan()
{
    const FactsSource source{m_http->head(),
                             m_record.requestedModel,
                             m_record.project,
                             m_record.client,
                             m_record.user,
                             m_record.session,
                             m_endpoint.kind == EndpointKind::Json ? std::string_view(m_body) : std::string_view()};
    m_facts = gatherFacts(source, m_services.routing.table()->needs(), m_conversation);
    if (m_console)
        m_console->layOver(m_facts);
    if (m_services.routing.table()->needs().tokens && m_endpoint.operation == Operation::Chat)
        m_facts.inputTokens = m_request.countFor({}, m_record.requestedModel).tokens;
    auto made = replan();
    m_services.routing.countRequest(m_facts.nowNs);
    if (!made) {
        replyError(made.error());
        return std::nullopt;
    }
    if (!admit(*made))
        return std::nullopt;
    m_services.routing.commit(*made);
    return std::move(*made);
}

// False: a budget refused it, and the client has been told.
bool Exchange::admit(Plan &made)
{
    if (m_services.budgets.isEmpty())
        return true;
    BudgetFacts asked;
    asked.project = m_record.project;
    asked.client = m_record.client;
    asked.user = m_record.user;
    asked.startedMs = m_record.startedAtMs;
    asked.inputTokens = m_facts.inputTokens;
    asked.maxOutputTokens = m_facts.maxOutputTokens;
    if (m_endpoint.operation == Operation::CountTokens || m_endpoint.operation == Operation::Embeddings)
        asked.maxOutputTokens = 0;
    if (m_endpoint.kind == EndpointKind::Json)
        asked.body = m_body;
    if (!made.targets.empty()) {
        asked.provider = made.targets.front().provider;
        asked.model = made.targets.front().model;
    }
    const BudgetAdmission admission = m_budget.admit(m_services.budgets, *m_config, asked);
    if (admission.refusal) {
        replyFailure(budgetFailure(*admission.refusal));
        return false;
    }
    if (admission.downgradeRoute.empty())
        return true;
    m_downgradeRoute = admission.downgradeRoute;
    m_downgradedFrom = made.boundBy.empty() ? made.route : made.boundBy;
    m_facts.pinned = {}; // the budget decides before the console does
    m_facts.route = m_downgradeRoute;
    m_facts.boundBy = m_downgradedFrom; // data that may not leave a region may not for less money either
    auto cheaper = replan();
    if (!cheaper) {
        replyFailure({"budget_exceeded",
                      "The budget is used up, and route '" + m_downgradeRoute +
                          "' that it moves requests to cannot take this one: " + cheaper.error().message,
                      402});
        return false;
    }
    made = std::move(*cheaper);
    return true;
}

Result<Plan> Exchange::replan()
{
    m_facts.nowNs = m_services.clock.monotonicNs();
    m_facts.wallMs = m_services.clock.wallMs();
    Plan reasons;
    auto made = makePlan(m_services.routing, m_facts, &reasons);
    if (!made && isWorthRecording(reasons)) {
        m_record.route = reasons.route;
        m_record.plan = planJson(reasons, true);
    }
    if (made && m_limits) {
        if (const auto allowed = m_limits->route(made->route); !allowed)
            return allowed.error();
    }
    return made;
}

void Exchange::start(Plan plan)
{
    m_started = true;
    m_record.route = plan.route;
    if (m_console || isWorthRecording(plan))
        m_record.plan = planJson(plan, true);
    m_engine.start(std::move(plan), m_conversation, m_deadlines, m_facts.nowNs);
}

void Exchange::clientGone()
{
    const BusyScope busy(*this);
    m_http = nullptr;
    settle(499, "client_closed: the client closed the connection before the reply was complete", false);
    close();
}

void Exchange::shutDown()
{
    settle(503, "gateway_stopped: the gateway was stopped while the request was running", false);
    if (m_http)
        m_http->abort();
    m_http = nullptr;
    m_closed = true;
}

void Exchange::clientWritable()
{
    m_engine.resumeReading();
}

void Exchange::engineWritable()
{
    if (m_http && !m_requestComplete)
        m_http->resumeBody();
}

} // namespace signalbox
