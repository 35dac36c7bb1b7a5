// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/budgets/budget_seeds.h"

#include <QtCore/QObject>
#include <QtCore/QThreadPool>

#include <functional>

namespace signalbox {

class Ledger;

// Reads what budgets begin with, on a thread of its own, once the ledger has written what it was given. Lives on the
// main thread; answers come there, and none after it is deleted.
class SeedReader final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SeedReader)

public:
    using Done = std::function<void(Result<BudgetSeeds>)>;

    explicit SeedReader(Ledger &ledger);
    ~SeedReader() override; // waits for what is being read

    // Once what the ledger has by now is written; at once when there are no rules. A ledger that cannot write, or takes
    // five seconds for it: AsItIs reads it all the same, Whole gives the error ledger_behind.
    enum class Want { AsItIs, Whole };
    void read(std::vector<BudgetRule> rules, int64_t nowMs, int64_t untilMs, Want want, Done done);

private:
    Ledger &m_ledger;
    QThreadPool m_pool;
};

} // namespace signalbox
