// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/budgets/budget_values.h"

#include <QtWidgets/QWidget>

#include <optional>

class QLabel;

namespace signalbox {

class NumberLabel;

// How far a budget is used, beside how far its period is over. GUI thread.
class BurnDown final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(BurnDown)

public:
    explicit BurnDown(QWidget *parent = nullptr);

    void setRow(const BudgetRow &row, std::optional<int64_t> forecast, int64_t nowMs);
    QString words() const;

private:
    class Bars;

    NumberLabel *m_left;
    QLabel *m_leftOf;
    Bars *m_bars;
    QLabel *m_spent;
    QLabel *m_forecast;
};

} // namespace signalbox
