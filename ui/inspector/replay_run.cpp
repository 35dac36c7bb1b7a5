// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/replay_run.h"

#include "ui/inspector/replay_request.h"
#include "ui/inspector/request_replayer.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/series_colors.h"

#include <utility>

namespace signalbox {

namespace {

Signal signalOf(ReplayRun::Step step)
{
    switch (step) {
    case ReplayRun::Step::Running:
        return Signal::Running;
    case ReplayRun::Step::Answered:
        return Signal::Clear;
    case ReplayRun::Step::Failed:
        return Signal::Stop;
    case ReplayRun::Step::LeftOut:
        return Signal::Caution;
    case ReplayRun::Step::Waiting:
    case ReplayRun::Step::Cancelled:
        break;
    }
    return Signal::Off;
}

QString wordOf(ReplayRun::Step step)
{
    switch (step) {
    case ReplayRun::Step::Waiting:
        return ReplayRun::tr("Waiting");
    case ReplayRun::Step::Running:
        return ReplayRun::tr("Running");
    case ReplayRun::Step::Answered:
        return ReplayRun::tr("Answered");
    case ReplayRun::Step::Failed:
        return ReplayRun::tr("Failed");
    case ReplayRun::Step::LeftOut:
        return ReplayRun::tr("Left out");
    case ReplayRun::Step::Cancelled:
        return ReplayRun::tr("Cancelled");
    }
    return {};
}

} // namespace

ReplayRun::ReplayRun(QObject *parent) : QAbstractTableModel(parent) {}

ReplayRun::~ReplayRun()
{
    cancel();
}

void ReplayRun::setRequests(std::vector<RequestRecord> originals, std::string target)
{
    cancel();
    beginResetModel();
    m_entries.clear();
    m_target = std::move(target);
    for (RequestRecord &original : originals) {
        Entry entry;
        entry.what = whyNoReplay(original);
        entry.step = entry.what.isEmpty() ? Step::Waiting : Step::LeftOut;
        entry.original = std::move(original);
        m_entries.push_back(std::move(entry));
    }
    endResetModel();
    Q_EMIT progressed();
}

void ReplayRun::start(RequestSender &sender)
{
    cancel();
    m_sender = &sender;
    m_round = new QObject(this);
    sendMore();
}

void ReplayRun::sendMore()
{
    size_t running = size_t(counts().running);
    for (size_t at = 0; at < m_entries.size() && running < mostAtOnce; ++at) {
        Entry &entry = m_entries[at];
        if (entry.step != Step::Waiting)
            continue;
        ++running;
        setStep(at, Step::Running);
        entry.call = m_sender->send(replayOf(entry.original, m_target), m_round, {},
                                    [this, at](const ConsoleResult &result) { take(at, result); });
    }
    if (running == 0) {
        m_sender = nullptr;
        delete std::exchange(m_round, nullptr);
        Q_EMIT finished();
    }
}

void ReplayRun::take(size_t at, const ConsoleResult &result)
{
    if (at >= m_entries.size() || m_entries[at].step != Step::Running)
        return; // it was given up
    Entry &entry = m_entries[at];
    const bool answered = result.status > 0 && result.status < 400 && result.error.code.empty();
    if (result.cancelled) {
        setStep(at, Step::Cancelled);
    } else if (answered) {
        entry.answer = recordOf(result, entry.original);
        setStep(at, Step::Answered);
    } else {
        const QString said = QString::fromStdString(result.error.message);
        setStep(at, Step::Failed, said.isEmpty() ? tr("Status %1").arg(result.status) : said);
    }
    QMetaObject::invokeMethod( // what is at work here is a callback of the round that may end
        this,
        [this] {
            if (m_sender)
                sendMore();
        },
        Qt::QueuedConnection);
}

void ReplayRun::cancel()
{
    if (!m_sender)
        return;
    RequestSender *sender = std::exchange(m_sender, nullptr);
    delete std::exchange(m_round, nullptr);
    for (size_t at = 0; at < m_entries.size(); ++at) {
        const Step step = m_entries[at].step;
        if (step == Step::Running)
            sender->cancel(m_entries[at].call);
        if (step == Step::Running || step == Step::Waiting)
            setStep(at, Step::Cancelled);
    }
    Q_EMIT finished();
}

void ReplayRun::setStep(size_t at, Step step, const QString &what)
{
    m_entries[at].step = step;
    m_entries[at].what = what;
    Q_EMIT dataChanged(index(int(at), 0), index(int(at), ColumnCount - 1));
    Q_EMIT progressed();
}

ReplayRun::Counts ReplayRun::counts() const
{
    Counts counts;
    counts.all = int(m_entries.size());
    for (const Entry &entry : m_entries) {
        counts.running += entry.step == Step::Running;
        counts.answered += entry.step == Step::Answered;
        counts.failed += entry.step == Step::Failed;
        counts.leftOut += entry.step == Step::LeftOut;
        counts.cancelled += entry.step == Step::Cancelled;
    }
    return counts;
}

int ReplayRun::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int ReplayRun::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ReplayRun::textOf(const Entry &entry, int column) const
{
    switch (column) {
    case State:
        return wordOf(entry.step);
    case Request:
        return formatClock(entry.original.startedAtMs, true) + QStringLiteral(" · ") +
               QString::fromStdString(entry.original.requestedModel);
    case Target:
        return entry.answer       ? targetName(entry.answer->provider, entry.answer->model)
               : m_target.empty() ? missingText()
                                  : QString::fromStdString(m_target);
    case Duration:
        return entry.answer ? formatTime(entry.answer->durationMs) : missingText();
    case Cost:
        return entry.answer ? formatCost(entry.answer->cost) : missingText();
    case What:
        return entry.what;
    default:
        return {};
    }
}

QVariant ReplayRun::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Entry &entry = m_entries[size_t(index.row())];
    const int column = index.column();
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return textOf(entry, column);
    if (role == SignalRole && column == State)
        return int(signalOf(entry.step));
    if (role == SwatchRole && column == Target && entry.answer)
        return providerColors().slot(QString::fromStdString(entry.answer->provider));
    if (role == Qt::TextAlignmentRole)
        return int((column == Duration || column == Cost ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return {};
}

QVariant ReplayRun::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Duration || section == Cost ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case State:
        return tr("State");
    case Request:
        return tr("Request");
    case Target:
        return tr("Target");
    case Duration:
        return tr("Duration");
    case Cost:
        return tr("Cost");
    case What:
        return tr("What happened");
    default:
        return {};
    }
}

} // namespace signalbox
