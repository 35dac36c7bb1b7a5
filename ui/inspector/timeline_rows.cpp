// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/timeline_rows.h"

#include "core/ledger/phase_times.h"
#include "ui/inspector/event_rows.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr double linearShare = 0.6;
constexpr double namedGapMs = 500;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Timeline)
};

class Builder
{
public:
    Builder(const RequestRecord &record, const RequestDetails *details)
        : m_record(record), m_details(details), m_times(details ? phasesOf(*details) : std::nullopt)
    {
        if (!m_times)
            m_times = unpackPhases(record.phases);
    }

    Timeline make()
    {
        m_timeline.spanMs = std::max(m_record.durationMs, 0.001);
        m_timeline.firstTokenMs = m_record.ttftMs.value_or(0);
        addHead();
        for (const AttemptRecord &attempt : m_record.attempts)
            addAttempt(attempt);
        for (const TimelineRow &row : m_timeline.rows)
            m_timeline.spanMs = std::max(m_timeline.spanMs, row.fromMs + row.lengthMs);
        return std::move(m_timeline);
    }

private:
    static QString timeOf(double ms) { return formatTime(ms, TimeStyle::Detail); }

    void phase(const QString &label, double fromMs, double lengthMs, QString note = {})
    {
        if (lengthMs < 0)
            return;
        if (note.isEmpty())
            note = timeOf(lengthMs);
        m_timeline.rows.push_back({TimelineRow::Kind::Phase, label, fromMs, lengthMs, std::move(note), {}, 0});
    }

    void addHead()
    {
        const double busy = double(m_record.overheadUs) / 1000;
        if (!m_times || m_times->plannedUs < 0) {
            m_timeline.rows.push_back({TimelineRow::Kind::Head,
                                       Words::tr("Gateway"),
                                       0,
                                       busy,
                                       Words::tr("%1 of its own work in all").arg(timeOf(busy)),
                                       {},
                                       0});
            return;
        }
        const double planned = double(m_times->plannedUs) / 1000;
        m_timeline.rows.push_back({TimelineRow::Kind::Head,
                                   Words::tr("Gateway"),
                                   0,
                                   planned,
                                   Words::tr("%1 of its own work in all").arg(timeOf(busy)),
                                   {},
                                   0});
        double from = 0;
        const auto until = [&](const QString &label, int64_t us) {
            const double to = double(us) / 1000;
            if (us >= 0)
                phase(label, from, to - from);
            from = us >= 0 ? to : from;
        };
        until(Words::tr("receive"), m_times->receivedUs);
        until(Words::tr("parse"), m_times->parsedUs);
        until(Words::tr("plan"), m_times->plannedUs);
    }

    QString resultOf(const AttemptRecord &attempt) const
    {
        QString text =
            attempt.status > 0 ? QString::number(attempt.status) : QString::fromStdString(attempt.errorClass);
        if (attempt.status > 0 && attempt.status < 400 && !attempt.errorClass.empty())
            text = Words::tr("%1 · %2").arg(text, QString::fromStdString(attempt.errorClass));
        if (attempt.retryAfterMs)
            text = Words::tr("%1 · retry after %2").arg(text, timeOf(double(*attempt.retryAfterMs)));
        return Words::tr("%1 · %2").arg(text, timeOf(attempt.durationMs));
    }

    // Begins while another one still runs, so it is not a repetition but a second way.
    bool isHedge(const AttemptRecord &attempt) const
    {
        return std::any_of(m_record.attempts.begin(), m_record.attempts.end(), [&](const AttemptRecord &other) {
            return other.n < attempt.n && double(attempt.startedAtMs - other.startedAtMs) + 1 < other.durationMs;
        });
    }

    void addAttempt(const AttemptRecord &attempt)
    {
        const PhaseTimes::Attempt *noted = m_times ? m_times->attempt(attempt.n) : nullptr;
        const double start = noted && noted->startedUs >= 0 ? double(noted->startedUs) / 1000
                                                            : double(attempt.startedAtMs - m_record.startedAtMs);
        const QString label = isHedge(attempt) ? Words::tr("Hedge %1") : Words::tr("Attempt %1");
        m_timeline.rows.push_back({TimelineRow::Kind::Attempt, label.arg(attempt.n), start, attempt.durationMs,
                                   resultOf(attempt), QString::fromStdString(attempt.provider), attempt.status});
        if (noted && noted->madeFromUs >= 0)
            phase(noted->translated ? Words::tr("translate") : Words::tr("prepare"), double(noted->madeFromUs) / 1000,
                  start - double(noted->madeFromUs) / 1000);
        const double connected = attempt.connectMs.value_or(0);
        phase(connected > 0 ? Words::tr("connect") : Words::tr("reused"), start, connected,
              connected > 0 ? QString() : Words::tr("a connection that was open"));
        const double firstByte = attempt.ttfbMs.value_or(attempt.durationMs);
        phase(Words::tr("first byte"), start + connected, std::max(0.0, firstByte - connected));
        if (!attempt.ttfbMs)
            return;
        const double firstToken = noted && noted->firstTokenUs >= 0 ? double(noted->firstTokenUs) / 1000 : -1;
        if (firstToken >= start + firstByte)
            phase(Words::tr("first token"), start + firstByte, firstToken - start - firstByte);
        addStream(attempt, std::max(start + firstByte, firstToken), start + attempt.durationMs);
    }

    void addStream(const AttemptRecord &attempt, double from, double to)
    {
        if (!m_record.stream || attempt.status >= 300)
            return;
        const bool shown = attempt.errorClass.empty() || &attempt == &m_record.attempts.back();
        TimelineRow row{TimelineRow::Kind::Stream,
                        Words::tr("stream"),
                        from,
                        std::max(0.0, to - from),
                        timeOf(std::max(0.0, to - from)),
                        {},
                        0};
        if (m_details && shown) {
            for (const RequestDetails::Chunk &chunk : m_details->chunks)
                row.ticks.push_back(double(chunk.atUs) / 1000);
            const auto gaps = streamGaps(*m_details, namedGapMs);
            if (!gaps.empty())
                row.note = Words::tr("%1, longest gap %2").arg(row.note, timeOf(gaps.front().lengthMs));
        }
        m_timeline.rows.push_back(std::move(row));
    }

    const RequestRecord &m_record;
    const RequestDetails *m_details;
    std::optional<PhaseTimes> m_times;
    Timeline m_timeline;
};

double roundStep(double span, int steps)
{
    const double raw = span / steps;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        if (factor * power >= raw * 0.999)
            return factor * power;
    }
    return 10 * power;
}

} // namespace

Timeline timelineOf(const RequestRecord &record, const RequestDetails *details)
{
    return Builder(record, details).make();
}

TimelineScale::TimelineScale(double spanMs, double firstTokenMs)
    : m_spanMs(std::max(spanMs, 0.001)), m_breakMs(firstTokenMs), m_share(1)
{
    if (firstTokenMs > 0 && firstTokenMs < m_spanMs * linearShare)
        m_share = linearShare;
    else
        m_breakMs = m_spanMs;
}

double TimelineScale::at(double ms) const
{
    const double inside = std::clamp(ms, 0.0, m_spanMs);
    if (inside <= m_breakMs)
        return inside / m_breakMs * m_share;
    return m_share + (inside - m_breakMs) / (m_spanMs - m_breakMs) * (1 - m_share);
}

std::vector<double> TimelineScale::marks() const
{
    std::vector<double> marks;
    const double step = roundStep(m_breakMs, breaks() ? 3 : 4);
    for (double ms = 0; ms <= m_breakMs * 1.0001 && marks.size() < 8; ms += step)
        marks.push_back(ms);
    if (at(m_spanMs) - at(marks.back()) < 0.16 && marks.size() > 1)
        marks.pop_back(); // no room for both words
    marks.push_back(m_spanMs);
    return marks;
}

} // namespace signalbox
