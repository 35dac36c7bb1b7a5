// SPDX-License-Identifier: GPL-3.0-or-later
// What the gateway does with a request that it has let in.
#include "core/dialect/codec.h"
#include "core/dialect/ollama/codec.h"
#include "core/gateway/catalogue_view.h"
#include "core/gateway/gateway.h"
#include "core/gateway/operations.h"
#include "core/gateway/routing_status.h"
#include "core/gateway/small_exchange.h"

#include <boost/json.hpp>

#include <QtCore/QByteArray>

#include <algorithm>

namespace signalbox {

namespace {

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

void Gateway::serve(HttpExchange &http, const Endpoint &endpoint, const Caller &caller)
{
    switch (endpoint.kind) {
    case EndpointKind::Json:
    case EndpointKind::Upload: {
        if (const auto allowed = caller.limits ? caller.limits->dialect(endpoint.dialect) : Result<void>(); !allowed)
            return replyError(http, allowed.error());
        auto exchange = std::make_unique<Exchange>(
            ExchangeServices{m_pool, m_clock, m_recorder, m_continuity, m_responses, m_tokens, m_routing, m_budgets,
                             m_repetition, m_pingAfter, [this](Exchange *done) { retire(done); },
                             [this](uint64_t call, const RequestRecord &record) {
                                 if (m_console)
                                     m_console->booked(call, record);
                             }},
            m_running, http, endpoint, caller);
        Exchange *raw = exchange.get();
        m_exchanges.emplace(raw, std::move(exchange));
        http.setHandler(raw);
        return;
    }
    case EndpointKind::ModelList:
    case EndpointKind::Model:
        return replyModels(http, endpoint, caller);
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
            m_statistics.metrics(static_cast<int>(m_exchanges.size()), m_server->connectionCount(), m_ledger.health()) +
                routingMetrics(m_routing, m_clock.monotonicNs()));
    case EndpointKind::Status:
        return replyText(http, 200, "application/json", statusBody());
    case EndpointKind::Catalogue: {
        const Result<std::string> answer =
            catalogueBody(m_running->models(), http.head().query(), m_clock.wallMs(), &m_tokens.calibration());
        if (!answer)
            return replyError(http, answer.error());
        return replyText(http, 200, "application/json", *answer);
    }
    case EndpointKind::Alerts:
        return replyText(http, 200, "application/json", alertsBody(m_alerts.alerts()));
    case EndpointKind::AlertsAck:
        return replyAcknowledge(http);
    case EndpointKind::Explain:
        return replyExplain(http, caller);
    case EndpointKind::CatalogueUpdate:
    case EndpointKind::Spend:
    case EndpointKind::Answer:
    case EndpointKind::Audit:
    case EndpointKind::Reconcile:
        return replyFromDesk(http, endpoint);
    }
}

Result<std::string> Gateway::explain(const std::string &request, const std::string &tags, const ConfigPtr &draft)
{
    std::unique_ptr<RoutingState> preview;
    if (draft)
        preview =
            m_routing.preview(std::make_shared<const RouteTable>(
                                  draft, std::make_shared<const ModelBook>(m_running->models().catalogue(), *draft)),
                              m_clock.monotonicNs());
    HttpRequestHead head;
    head.method = "POST";
    head.target = "/signalbox/v1/explain?dialect=openai-chat";
    if (!tags.empty())
        head.headers.add("x-signalbox-tag", tags);
    return explainBody({preview ? *preview : m_routing, m_tokens, m_responses, m_running->users()},
                       Caller{"console", "default", {}, true, {}},
                       {head, request, m_clock.monotonicNs(), m_clock.wallMs()});
}

Result<std::string> Gateway::explain(const ConsoleRequest &request)
{
    HttpRequestHead head;
    head.method = "POST";
    head.target = std::string("/signalbox/v1/explain?dialect=") + dialectName(request.dialect) +
                  "&model=" + QByteArray::fromStdString(request.model).toPercentEncoding().toStdString();
    for (const auto &[name, value] : request.headers)
        head.headers.add(name, value);
    auto pin = checkConsolePin({0, request.project, request.target, request.route}, m_running->config());
    if (!pin)
        return pin.error();
    Caller caller{"console", pin->project, {}, true, {}};
    caller.console = std::make_shared<const ConsolePin>(std::move(*pin));
    return explainBody({m_routing, m_tokens, m_responses, m_running->users()}, caller,
                       {head, request.body, m_clock.monotonicNs(), m_clock.wallMs()});
}

Result<Caller> Gateway::callerOf(const HttpExchange &http) const
{
    const HttpRequestHead &head = http.head();
    if (!m_consoleKey.opens(Authenticator::keyOf(head), http.peerAddress(), m_running->config().listen.address))
        return m_running->authenticator().authenticate(head, m_clock.wallMs());
    auto pin = readConsolePin(head, m_running->config());
    if (!pin)
        return pin.error();
    Caller caller{"console", pin->project, {}, false, {}};
    caller.console = std::make_shared<const ConsolePin>(std::move(*pin));
    return caller;
}

void Gateway::ask(quint64 call, const ConsoleRequest &request)
{
    m_console->start(call, request, m_url, m_consoleKey);
}

void Gateway::cancelAsked(quint64 call)
{
    m_console->cancel(call);
}

void Gateway::cancelRequests(const std::vector<std::string> &ids)
{
    std::vector<Exchange *> found; // one that ends leaves m_exchanges, but lives on until the next turn
    for (const auto &[key, exchange] : m_exchanges) {
        if (std::find(ids.begin(), ids.end(), exchange->id()) != ids.end())
            found.push_back(key);
    }
    for (Exchange *exchange : found)
        exchange->cancelByOperator();
    m_recorder.flush();
}

void Gateway::replyExplain(HttpExchange &http, const Caller &caller)
{
    auto small = std::make_unique<SmallExchange>(*this, http, [this, caller](SmallExchange &asked) {
        const ExplainRequest request{asked.http->head(), asked.body, m_clock.monotonicNs(), m_clock.wallMs()};
        const Result<std::string> answer =
            explainBody({m_routing, m_tokens, m_responses, m_running->users()}, caller, request);
        if (answer)
            asked.reply(200, *answer);
        else
            asked.reply(answer.error().httpStatus, codecFor(dialectAsked(request)).errorBody(answer.error()));
    });
    SmallExchange *raw = small.get();
    m_small.emplace(raw, std::move(small));
    http.setHandler(raw);
}

void Gateway::replyAcknowledge(HttpExchange &http)
{
    auto small = std::make_unique<SmallExchange>(*this, http, [this](SmallExchange &asked) {
        const auto ids = acknowledgedIds(asked.body);
        if (!ids)
            return asked.reply(ids.error().httpStatus, codecFor(Dialect::OpenAiChat).errorBody(ids.error()));
        asked.reply(200, "{\"acknowledged\":" + std::to_string(acknowledgeAlerts(*ids)) + '}');
    });
    SmallExchange *raw = small.get();
    m_small.emplace(raw, std::move(small));
    http.setHandler(raw);
}

// A key with limits sees what it may use, by the same plans that its requests would get.
std::vector<ListedModel> Gateway::usableModels(const std::vector<ListedModel> &models, const Caller &caller) const
{
    std::vector<ListedModel> usable;
    RoutingFacts facts;
    facts.project = caller.project;
    facts.client = caller.client;
    facts.user = caller.user;
    facts.nowNs = m_clock.monotonicNs();
    facts.wallMs = m_clock.wallMs();
    for (const ListedModel &model : models) {
        if (!caller.limits->model(model.id))
            continue;
        facts.model = model.id;
        if (caller.limits->limitsTargets()) {
            const auto plan = makePlan(m_routing, facts);
            if (!plan || !caller.limits->route(plan->route))
                continue;
        }
        usable.push_back(model);
    }
    return usable;
}

void Gateway::replyModels(HttpExchange &http, const Endpoint &endpoint, const Caller &caller)
{
    if (const auto allowed = caller.limits ? caller.limits->modelList(endpoint.dialect) : Result<void>(); !allowed)
        return replyError(http, allowed.error());
    auto small = std::make_unique<SmallExchange>(*this, http, [this, endpoint, caller](SmallExchange &asked) {
        SmallExchange *raw = &asked;
        const Codec &codec = codecFor(endpoint.dialect);
        const std::string id = endpoint.id.empty() ? shownModel(asked.body) : endpoint.id;
        m_models.list(m_running, raw, [this, raw, endpoint, caller, id, &codec](const std::vector<ListedModel> &all) {
            const std::vector<ListedModel> usable =
                caller.limits ? usableModels(all, caller) : std::vector<ListedModel>();
            const std::vector<ListedModel> &models = caller.limits ? usable : all;
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
    RoutingRows rows = routingRows(m_routing, m_clock.monotonicNs());
    const boost::json::object routing = routingStatus(rows, rows.providers, m_clock.wallMs());
    return statusJson(*makeSnapshot(std::move(rows)), m_running->config(), m_startedMs, routing, m_running->warnings());
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

} // namespace signalbox
