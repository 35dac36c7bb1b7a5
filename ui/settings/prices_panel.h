// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtWidgets/QWidget>

class QLabel;
class QTableWidget;

namespace signalbox {

class RowTable;

// Prices of the user's own, first match wins. An empty cell is a price that is not known. GUI thread.
class PricesPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PricesPanel)

public:
    explicit PricesPanel(QWidget *parent = nullptr);

    void setPrices(const std::vector<PriceConfig> &prices);
    std::vector<PriceConfig> prices() const; // rows without a model are left out
    bool validate();                         // shows what is wrong
    void addRow(const PriceConfig &price = {});
    void showProblem(const QString &message);
    QTableWidget *table() const;

Q_SIGNALS:
    void edited();

private:
    RowTable *m_table;
    QLabel *m_problem;
};

} // namespace signalbox
