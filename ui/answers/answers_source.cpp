// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/answers/answers_source.h"

#include "core/catalogue/catalogue.h"
#include "core/catalogue/model_book.h"
#include "ui/data/catalogue_actions.h"
#include "ui/data/gateway_control.h"
#include "ui/data/ledger_feed.h"
#include "ui/data/today_spend.h"
#include "ui/projects/budget_rows.h"

#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>

using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr qint64 weekMs = 7 * qint64(86'400'000);
constexpr size_t shownDrivers = 5;
constexpr std::chrono::milliseconds shortestPause = 20s;

struct Question {
    qint64 nowMs = 0;
    qint64 midnightMs = 0;
    QString repetitionPath;
    ConfigPtr config;
    std::shared_ptr<const Catalogue> catalogue;
    std::optional<BudgetRow> budget;
};

Result<void> readBudget(LedgerReader &reader, const Question &asked, AnswersData &data)
{
    const auto rule = asked.budget ? ruleOf(*asked.budget, *asked.config) : std::nullopt;
    const auto question = rule ? monthQuestion(*rule, *asked.budget, asked.nowMs) : std::nullopt;
    if (!question)
        return {};
    const auto report = reader.spend(*question);
    if (!report)
        return report.error();
    data.budgetForecast = monthForecast(*rule, *asked.budget, *question, *report, asked.nowMs);
    data.budgetRule = asked.budget->rule;
    data.budgetAccount = asked.budget->account;
    return {};
}

Result<AnswersData> read(LedgerReader &reader, const Question &asked)
{
    AnswersData data;
    data.atMs = asked.nowMs;
    data.repetitionScope = asked.config->answers.repetition;
    auto forecast = readForecast(reader, asked.nowMs, QTimeZone::systemTimeZone());
    if (!forecast)
        return forecast.error();
    data.forecast = std::move(*forecast);
    auto speed = reader.speed(asked.midnightMs, asked.nowMs);
    if (!speed)
        return speed.error();
    data.speed = std::move(*speed);
    auto drivers = reader.costDrivers(asked.nowMs - weekMs, asked.nowMs, SpendDimension::Target, shownDrivers);
    if (!drivers)
        return drivers.error();
    data.drivers = std::move(*drivers);
    SpendRequest week;
    week.fromMs = asked.nowMs - weekMs;
    week.toMs = asked.nowMs;
    const auto all = reader.spend(week);
    if (!all)
        return all.error();
    data.weekNanoUsd = all->total.nanoUsd;
    const auto book = std::make_shared<const ModelBook>(asked.catalogue, *asked.config);
    const PriceOf price = [book](const std::string &provider, const std::string &model, const TokenUsage &usage) {
        return book->costOf(provider, model, usage, true).nanoUsd;
    };
    const auto savings = reader.cacheSavings(asked.midnightMs, asked.nowMs, {}, price);
    if (!savings)
        return savings.error();
    data.savings = *savings;
    auto repetition = readRepetition(asked.repetitionPath, asked.nowMs - weekMs, asked.nowMs);
    if (!repetition)
        return repetition.error();
    data.repetition = std::move(*repetition);
    if (const auto budget = readBudget(reader, asked, data); !budget)
        return budget.error();
    return data;
}

} // namespace

const BudgetRow *monthBudget(const std::vector<BudgetRow> &rows)
{
    const BudgetRow *fullest = nullptr;
    const auto part = [](const BudgetRow &row) {
        return double(row.nanoUsd) / double(std::max<int64_t>(1, *row.capNanoUsd));
    };
    for (const BudgetRow &row : rows) {
        if (row.period == BudgetPeriod::Month && row.capNanoUsd && (!fullest || part(row) > part(*fullest)))
            fullest = &row;
    }
    return fullest;
}

AnswersSource::AnswersSource(GatewayControl *control, LedgerFeed *feed, QObject *parent)
    : QObject(parent), m_control(control), m_feed(feed)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &AnswersSource::ask);
    connect(control, &GatewayControl::configChanged, this, &AnswersSource::ask);
}

void AnswersSource::setCatalogue(CatalogueActions *catalogue)
{
    m_catalogue = catalogue;
    connect(catalogue, &CatalogueActions::catalogueChanged, this, &AnswersSource::ask);
}

void AnswersSource::start()
{
    if (m_running)
        return;
    m_running = true;
    ask();
}

void AnswersSource::stop()
{
    m_running = false;
    m_timer.stop();
}

void AnswersSource::ask()
{
    if (!m_running || !m_feed)
        return;
    if (m_asking) {
        m_again = true;
        return;
    }
    m_asking = true;
    m_again = false;
    m_timer.stop();
    m_took.start();
    Question question;
    question.nowMs = QDateTime::currentMSecsSinceEpoch();
    question.midnightMs = TodaySpend::localMidnightMs(question.nowMs);
    question.repetitionPath = QFileInfo(m_feed->databasePath()).absolutePath() + u"/answers.db"_s;
    question.config = m_control->config();
    question.catalogue = m_catalogue ? m_catalogue->catalogue() : Catalogue::builtIn();
    const SnapshotPtr snapshot = m_control->snapshot();
    if (const BudgetRow *budget = monthBudget(snapshot->budgets))
        question.budget = *budget;
    m_feed->ask<AnswersData>(
        this, [question](LedgerReader &reader) { return read(reader, question); },
        [this](const Result<AnswersData> &answer) {
            m_asking = false;
            if (m_running)
                m_timer.start(std::max(shortestPause, 50 * std::chrono::milliseconds(m_took.elapsed())));
            if (!answer)
                Q_EMIT failed(QString::fromStdString(answer.error().message));
            else if (m_running)
                Q_EMIT answered(*answer);
            if (m_again)
                ask();
        });
}

} // namespace signalbox
