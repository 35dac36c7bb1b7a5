// SPDX-License-Identifier: GPL-3.0-or-later
// Questions to the gateway that its desk answers, and what it keeps in files beside the ledger.
#include "core/dialect/codec.h"
#include "core/gateway/audit_view.h"
#include "core/gateway/gateway.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/reconcile_view.h"
#include "core/gateway/repetition_view.h"
#include "core/gateway/small_exchange.h"
#include "core/gateway/spend_view.h"

#include <QtCore/QFileInfo>

namespace signalbox {

namespace {

constexpr int64_t calibrationEveryNs = 300'000'000'000;

PriceOf pricesOf(RunningConfigPtr config)
{
    return [config = std::move(config)](const std::string &provider, const std::string &model,
                                        const TokenUsage &usage) -> std::optional<int64_t> {
        return config->models().costOf(provider, model, usage, true).nanoUsd;
    };
}

} // namespace

void Gateway::replyFromDesk(HttpExchange &http, const Endpoint &endpoint)
{
    auto small = std::make_unique<SmallExchange>(*this, http, [this, endpoint](SmallExchange &asked) {
        const auto answer = [raw = &asked, alive = std::weak_ptr<int>(asked.alive)](const Result<DeskAnswer> &told) {
            if (alive.expired())
                return;
            if (told)
                return raw->reply(200, told->body, told->type.c_str());
            Error error = told.error();
            error.httpStatus = error.httpStatus == 0 ? 500 : error.httpStatus;
            raw->reply(error.httpStatus, codecFor(Dialect::OpenAiChat).errorBody(error));
        };
        askDesk(endpoint, std::string(asked.http->head().query()), asked.body, answer);
    });
    SmallExchange *raw = small.get();
    m_small.emplace(raw, std::move(small));
    http.setHandler(raw);
}

void Gateway::askDesk(const Endpoint &endpoint, const std::string &query, const std::string &body,
                      const AdminDesk::Done &done)
{
    if (endpoint.kind == EndpointKind::CatalogueUpdate)
        return endpoint.posted ? m_catalogueDesk.post(body, done) : m_catalogueDesk.status(done);
    if (endpoint.id == "repetition")
        return m_desk.ask([query, now = m_clock.wallMs(), path = dataFile("answers.db"), counts = m_repetition.counts(),
                           scope = m_running->config().answers.repetition](
                              DeskTools &) { return repetitionAnswer(path, query, now, scope, counts); },
                          done);
    using Question = std::function<Result<DeskAnswer>(LedgerReader &)>;
    const int64_t now = m_clock.wallMs();
    Question question;
    if (endpoint.kind == EndpointKind::Spend)
        question = [=](LedgerReader &ledger) { return spendAnswer(ledger, query, now); };
    else if (endpoint.kind == EndpointKind::Audit)
        question = [=](LedgerReader &ledger) { return auditAnswer(ledger, query, now); };
    else if (endpoint.kind == EndpointKind::Reconcile)
        question = [=](LedgerReader &ledger) { return reconcileAnswer(ledger, query, body); };
    else if (endpoint.id == "cost-drivers")
        question = [=](LedgerReader &ledger) { return costDriversAnswer(ledger, query, now); };
    else if (endpoint.id == "fastest")
        question = [=](LedgerReader &ledger) { return fastestAnswer(ledger, query, now); };
    else if (endpoint.id == "cache-savings")
        question = [=, price = pricesOf(m_running)](LedgerReader &ledger) {
            return cacheSavingsAnswer(ledger, query, now, price);
        };
    else
        question = [=](LedgerReader &ledger) { return forecastAnswer(ledger, query, now); };
    m_desk.ask(
        [question = std::move(question)](DeskTools &tools) -> Result<DeskAnswer> {
            const auto ledger = tools.ledger();
            return ledger ? question(**ledger) : ledger.error();
        },
        done);
}

QString Gateway::dataFile(const char *name) const
{
    return QFileInfo(m_ledger.databasePath()).absolutePath() + u'/' + QString::fromLatin1(name);
}

void Gateway::loadCalibration()
{
    const auto loaded = signalbox::loadCalibration(dataFile("calibration.json"), m_tokens.calibration());
    if (!loaded)
        m_log.note("warn", "calibration", "token counts are calibrated anew: " + loaded.error().message);
    m_calibrationKeptNs = m_clock.monotonicNs();
}

void Gateway::keepCalibration()
{
    const int64_t now = m_clock.monotonicNs();
    const uint64_t changes = m_tokens.calibration().changes();
    if (now - m_calibrationKeptNs < calibrationEveryNs || changes == m_keptCalibration)
        return;
    m_calibrationKeptNs = now;
    m_keptCalibration = changes;
    m_desk.ask(
        [path = dataFile("calibration.json"), json = m_tokens.calibration().toJson()](DeskTools &) {
            const auto saved = saveCalibration(path, json);
            return saved ? Result<DeskAnswer>(DeskAnswer()) : saved.error();
        },
        [this](const Result<DeskAnswer> &saved) {
            if (!saved)
                m_log.note("warn", "calibration", saved.error().message);
        });
}

} // namespace signalbox
