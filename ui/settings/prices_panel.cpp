// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/prices_panel.h"

#include "ui/settings/row_table.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

using Price = std::optional<double> PriceConfig::*;
constexpr std::array<Price, 4> priceColumns{&PriceConfig::inputUsdPerMTok, &PriceConfig::outputUsdPerMTok,
                                            &PriceConfig::cacheReadUsdPerMTok, &PriceConfig::cacheWriteUsdPerMTok};

// Both the system's decimal mark and the point are understood.
std::optional<double> readPrice(const QString &text, bool &ok)
{
    const QString trimmed = text.trimmed();
    ok = true;
    if (trimmed.isEmpty())
        return std::nullopt;
    double value = trimmed.toDouble(&ok);
    if (!ok)
        value = numberLocale().toDouble(trimmed, &ok);
    ok = ok && std::isfinite(value) && value >= 0;
    return value;
}

} // namespace

PricesPanel::PricesPanel(QWidget *parent)
    : QWidget(parent),
      m_table(new RowTable(
          {tr("Model (provider/model, * allowed)"), tr("Input"), tr("Output"), tr("Cache read"), tr("Cache write")},
          tr("Prices, US dollars for a million tokens"), 10)),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_table->setNumbersFrom(1);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    column->addWidget(m_table);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    column->addWidget(m_table->makeButtons(tr("Add a price"), tr("Remove the row")));
    connect(m_table, &RowTable::edited, this, &PricesPanel::edited);
}

QTableWidget *PricesPanel::table() const
{
    return m_table;
}

void PricesPanel::addRow(const PriceConfig &price)
{
    QStringList cells{QString::fromStdString(price.model)};
    for (const Price column : priceColumns) {
        const auto &value = price.*column;
        cells += value ? QString::number(*value, 'g', 12) : QString();
    }
    m_table->addCells(cells);
}

void PricesPanel::setPrices(const std::vector<PriceConfig> &prices)
{
    m_table->setRows({});
    for (const PriceConfig &price : prices)
        addRow(price);
    showProblem({});
}

std::vector<PriceConfig> PricesPanel::prices() const
{
    std::vector<PriceConfig> prices;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        PriceConfig price;
        price.model = m_table->text(row, 0).trimmed().toStdString();
        bool ok = false;
        for (size_t i = 0; i < priceColumns.size(); ++i)
            price.*priceColumns[i] = readPrice(m_table->text(row, int(i) + 1), ok);
        if (!price.model.empty())
            prices.push_back(std::move(price));
    }
    return prices;
}

bool PricesPanel::validate()
{
    QString problem;
    for (int row = 0; row < m_table->rowCount() && problem.isEmpty(); ++row) {
        bool any = false;
        for (int column = 1; column < 5; ++column) {
            const QString text = m_table->text(row, column);
            bool ok = false;
            any = readPrice(text, ok).has_value() || any;
            if (!ok)
                problem = tr("Row %1: “%2” must be a number, 0 or above").arg(row + 1).arg(text);
        }
        if (problem.isEmpty() && any && m_table->text(row, 0).trimmed().isEmpty())
            problem = tr("Row %1 needs a model, for example box/*").arg(row + 1);
    }
    showProblem(problem);
    return problem.isEmpty();
}

void PricesPanel::showProblem(const QString &message)
{
    m_problem->setText(message);
    m_problem->setVisible(!message.isEmpty());
}

} // namespace signalbox
