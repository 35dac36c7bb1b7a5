// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <QtCore/QAbstractTableModel>

#include <optional>
#include <string>
#include <vector>

namespace signalbox {

class RequestSender;
struct ConsoleResult;

// Several requests sent through the gateway again, in their order and never more than a few at once, with what came of
// each. Closing or cancelling ends those under way and sends no more. GUI thread.
class ReplayRun final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ReplayRun)

public:
    enum Column { State, Request, Target, Duration, Cost, What, ColumnCount };
    enum class Step { Waiting, Running, Answered, Failed, LeftOut, Cancelled };
    static constexpr size_t mostAtOnce = 2;

    struct Counts {
        int all = 0, running = 0, answered = 0, failed = 0, leftOut = 0, cancelled = 0;
        int over() const { return answered + failed + leftOut + cancelled; }
    };

    explicit ReplayRun(QObject *parent = nullptr);
    ~ReplayRun() override;

    // Ends what ran before. `target`: PROVIDER/MODEL, or empty: the routes decide. The sender outlives the run.
    void setRequests(std::vector<RequestRecord> originals, std::string target);
    void start(RequestSender &sender);
    void cancel();
    bool isRunning() const { return m_sender != nullptr; }
    Counts counts() const;
    const std::string &target() const { return m_target; }
    const RequestRecord &original(int row) const { return m_entries[size_t(row)].original; }
    const std::optional<RequestRecord> &answer(int row) const { return m_entries[size_t(row)].answer; }
    Step step(int row) const { return m_entries[size_t(row)].step; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void progressed();
    void finished();

private:
    struct Entry {
        RequestRecord original;
        std::optional<RequestRecord> answer;
        Step step = Step::Waiting;
        QString what; // went wrong
        quint64 call = 0;
    };

    void sendMore();
    void take(size_t at, const ConsoleResult &result);
    void setStep(size_t at, Step step, const QString &what = {});
    QString textOf(const Entry &entry, int column) const;

    std::vector<Entry> m_entries;
    std::string m_target;
    RequestSender *m_sender = nullptr; // while it runs
    QObject *m_round = nullptr;        // answers of an earlier round are dropped with it
};

} // namespace signalbox
