// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/budgets/budget_values.h"
#include "ui/answers/answers_data.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace signalbox {

class CatalogueActions;
class GatewayControl;
class LedgerFeed;

// Asks what the cards and some tiles say, every 20 s at most while it runs, never for more than a fiftieth of the
// feed's time, and whenever config or catalogue change. GUI thread; all is read on the feed's.
class AnswersSource final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AnswersSource)

public:
    // `feed` may be null: then nothing is ever answered. All outlive this.
    AnswersSource(GatewayControl *control, LedgerFeed *feed, QObject *parent = nullptr);

    void setCatalogue(CatalogueActions *catalogue); // for what cached tokens are worth; without it the shipped one
    void start();
    void stop();

Q_SIGNALS:
    void answered(const signalbox::AnswersData &data);
    void failed(const QString &message);

private:
    void ask();

    GatewayControl *m_control;
    LedgerFeed *m_feed;
    CatalogueActions *m_catalogue = nullptr;
    QTimer m_timer;
    QElapsedTimer m_took;
    bool m_running = false;
    bool m_asking = false;
    bool m_again = false;
};

// The month's budget that the tile shows: the fullest in dollars. nullptr: there is none.
const BudgetRow *monthBudget(const std::vector<BudgetRow> &rows);

} // namespace signalbox
