// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert.h"
#include "core/base/result.h"
#include "core/config/budget_rule.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QThreadPool>
#include <QtCore/QTimeZone>

#include <vector>

namespace signalbox {

// What the ledger's rollups say about spend, each to be told once a day or month:
// - anomaly: today's spend up to the last full hour against the same hours of each of the last 28 days that came after
//   the first request; over the median by more than four scaled median deviations, twice the median and ten cents
//   (findAnomaly);
// - forecast: a budget in money by the month, of all or of one project, that will not last (forecastMonth) although it
//   does now.
// Blocks while it reads: never on the gateway or the GUI thread.
Result<std::vector<AlertEvent>> lookAtSpend(const QString &databasePath, const std::vector<BudgetRule> &rules,
                                            int64_t nowMs, const QTimeZone &zone);

// Does so on a thread of its own. Lives on the main thread; answers come there.
class SpendWatch final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SpendWatch)

public:
    explicit SpendWatch(QString databasePath, QObject *parent = nullptr);
    ~SpendWatch() override; // waits for what is being read

    void look(std::vector<BudgetRule> rules, int64_t nowMs); // nothing while the last look is not done

Q_SIGNALS:
    void found(const std::vector<signalbox::AlertEvent> &events);

private:
    QString m_databasePath;
    QThreadPool m_pool;
    bool m_looking = false;
};

} // namespace signalbox
