// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboard_source.h"

#include "ui/data/ledger_feed.h"
#include "ui/data/today_spend.h"

#include <QtCore/QDateTime>

#include <array>

namespace signalbox {

namespace {

constexpr qint64 mostBuckets = 150;
constexpr qint64 closedPause = 30'000; // of a time that is over: only today's sums move
constexpr size_t shownGroups = 7;

Result<SpendReport> readSpend(LedgerReader &reader, qint64 fromMs, qint64 toMs, qint64 bucketMs, SpendBy by)
{
    SpendRequest request;
    request.fromMs = fromMs;
    request.toMs = toMs;
    for (qint64 at = fromMs + bucketMs; at < toMs; at += bucketMs)
        request.bucketStarts.push_back(at);
    request.by = by == SpendBy::Project ? SpendDimension::Project : SpendDimension::Client;
    request.top = shownGroups;
    return reader.spend(request);
}

Result<DashboardAnswer> read(LedgerReader &reader, const DashboardSlice &slice, const DashboardQuestion &question,
                             bool withBefore, qint64 midnight)
{
    DashboardAnswer answer;
    answer.slice = slice;
    answer.spendBy = question.spendBy;
    const bool byGroup = question.spendBy == SpendBy::Project || question.spendBy == SpendBy::Client;
    auto now = reader.dashboard(slice.fromMs, slice.toMs, slice.bucketMs, midnight);
    if (!now)
        return now.error();
    answer.now = std::move(*now);
    if (byGroup) {
        auto spend = readSpend(reader, slice.fromMs, slice.toMs, slice.bucketMs, question.spendBy);
        if (!spend)
            return spend.error();
        answer.spend = std::move(*spend);
    }
    if (!withBefore)
        return answer;
    const qint64 beforeEnd = slice.beforeMs + slice.toMs - slice.fromMs;
    auto before = reader.dashboard(slice.beforeMs, beforeEnd, slice.bucketMs, midnight);
    if (!before)
        return before.error();
    answer.before = std::move(*before);
    if (byGroup) {
        auto spend = readSpend(reader, slice.beforeMs, beforeEnd, slice.bucketMs, question.spendBy);
        if (!spend)
            return spend.error();
        answer.spendBefore = std::move(*spend);
    }
    return answer;
}

} // namespace

qint64 bucketFor(qint64 spanMs)
{
    constexpr qint64 minute = 60'000;
    constexpr qint64 hour = 60 * minute;
    for (const qint64 step : std::array{qint64(1000), qint64(5000), qint64(15'000), minute, 2 * minute, 5 * minute,
                                        10 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, 24 * hour}) {
        if (spanMs / step <= mostBuckets)
            return step;
    }
    return 7 * 24 * hour;
}

DashboardSlice sliceOf(const DashboardQuestion &question, qint64 nowMs)
{
    DashboardSlice slice;
    if (question.custom) {
        const qint64 bucket = bucketFor(question.custom->toMs - question.custom->fromMs);
        slice.bucketMs = bucket;
        slice.fromMs = question.custom->fromMs / bucket * bucket;
        slice.toMs = (question.custom->toMs + bucket - 1) / bucket * bucket;
    } else {
        slice.bucketMs = question.range.bucketMs;
        slice.toMs = (nowMs / slice.bucketMs + 1) * slice.bucketMs;
        slice.fromMs = slice.toMs - question.range.spanMs;
    }
    slice.beforeMs = 2 * slice.fromMs - slice.toMs;
    return slice;
}

DashboardSource::DashboardSource(LedgerFeed *feed, QObject *parent) : QObject(parent), m_feed(feed)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &DashboardSource::ask);
}

void DashboardSource::setQuestion(const DashboardQuestion &question)
{
    m_question = question;
    if (!m_running)
        return;
    if (m_asking)
        m_again = true;
    else
        ask();
}

void DashboardSource::start()
{
    m_running = true;
    if (!m_asking)
        ask();
}

void DashboardSource::stop()
{
    m_running = false;
    m_timer.stop();
}

void DashboardSource::ask()
{
    if (!m_feed || (m_question.range.bucketMs <= 0 && !m_question.custom))
        return;
    m_timer.stop();
    m_asking = true;
    m_again = false;
    m_took.start();
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const DashboardSlice slice = sliceOf(m_question, now);
    const bool known = m_before && m_before->slice == slice && m_before->spendBy == m_question.spendBy;
    const bool withBefore = m_question.compare && !known;
    const qint64 midnight = TodaySpend::localMidnightMs(now);
    m_feed->ask<DashboardAnswer>(
        this,
        [=, question = m_question](LedgerReader &reader) {
            return read(reader, slice, question, withBefore, midnight);
        },
        [this](Result<DashboardAnswer> answer) { take(std::move(answer)); });
}

void DashboardSource::take(Result<DashboardAnswer> answer)
{
    m_asking = false;
    const qint64 took = m_took.elapsed();
    if (m_again && m_running) { // of a question that nobody asks any more
        ask();
        return;
    }
    if (m_running) {
        const DashboardSlice slice = sliceOf(m_question, QDateTime::currentMSecsSinceEpoch());
        const bool over = slice.toMs < QDateTime::currentMSecsSinceEpoch();
        m_timer.start(int(over ? qMax(closedPause, 4 * took) : pauseAfter(took, slice.bucketMs)));
    }
    if (!answer) {
        Q_EMIT failed(QString::fromStdString(answer.error().message));
        return;
    }
    if (!m_running)
        return;
    if (answer->before) {
        m_before = Before{answer->slice, answer->spendBy, *answer->before, answer->spendBefore};
    } else if (m_question.compare && m_before && m_before->slice == answer->slice &&
               m_before->spendBy == answer->spendBy) {
        answer->before = m_before->data;
        answer->spendBefore = m_before->spend;
    }
    Q_EMIT answered(*answer);
}

} // namespace signalbox
