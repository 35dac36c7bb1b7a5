// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/ledger/ledger_reader.h"

#include <QtWidgets/QFrame>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QTableView;

namespace signalbox {

class DiffView;
class HistoryModel;
class LedgerFeed;
class ProviderActions;

// Every config that was applied: when, why, what it changed; back to one, or its routes into the draft. GUI thread;
// asks the ledger off it.
class HistoryPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HistoryPanel)

public:
    // `feed` may be null (no ledger, so no history); both outlive the panel.
    HistoryPanel(ProviderActions *actions, LedgerFeed *feed, QWidget *parent = nullptr);

    void refresh();
    void rollBack();   // to the chosen version
    void takeRoutes(); // of the chosen version
    QTableView *table() const { return m_table; }
    DiffView *diff() const { return m_diff; }
    QString problem() const;

Q_SIGNALS:
    void closeRequested();
    void routesTaken(const std::vector<signalbox::RouteConfig> &routes, const QString &version);

private:
    struct Texts {
        int64_t id = 0;
        std::string text;
        std::string before;
    };
    void choose();
    void show(const Result<Texts> &texts);
    void apply(const Config &next, const QString &why, bool undoable);
    void showProblem(const QString &message);
    QString chosenWhen() const;

    ProviderActions *m_actions;
    LedgerFeed *m_feed;
    HistoryModel *m_model;
    QTableView *m_table;
    QLabel *m_caption;
    DiffView *m_diff;
    QLabel *m_problem;
    QPushButton *m_take;
    QPushButton *m_back;
    std::optional<Texts> m_chosen;
};

} // namespace signalbox
