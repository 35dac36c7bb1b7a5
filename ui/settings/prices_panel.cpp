// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/prices_panel.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>

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
    : QWidget(parent), m_table(new QTableWidget(0, 5)), m_problem(makeLabel({}, TextStyle::Small, Token::StopText))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    setUpTable(m_table);
    m_table->setAccessibleName(tr("Prices, US dollars for a million tokens"));
    // Not with every change of the current cell: Tab would open an editor in passing and never leave the table again.
    m_table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::SelectedClicked |
                             QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
    m_table->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_table->setHorizontalHeaderLabels(
        {tr("Model (provider/model, * allowed)"), tr("Input"), tr("Output"), tr("Cache read"), tr("Cache write")});
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    m_table->horizontalHeaderItem(0)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (int i = 1; i < 5; ++i)
        m_table->horizontalHeaderItem(i)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    column->addWidget(m_table);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    QPushButton *add = makeButton(tr("Add a price"), u"plus"_s);
    QPushButton *remove = makeButton(tr("Remove the row"));
    row->addWidget(add);
    row->addWidget(remove);
    row->addStretch();
    column->addLayout(row);
    connect(add, &QPushButton::clicked, this, [this] {
        addRow();
        m_table->setCurrentCell(m_table->rowCount() - 1, 0);
        m_table->editItem(m_table->item(m_table->rowCount() - 1, 0));
        Q_EMIT edited();
    });
    connect(remove, &QPushButton::clicked, this, [this] {
        if (m_table->currentRow() < 0)
            return;
        m_table->removeRow(m_table->currentRow());
        fitHeight();
        Q_EMIT edited();
    });
    connect(m_table, &QTableWidget::itemChanged, this, [this] {
        if (!m_filling)
            Q_EMIT edited();
    });
    fitHeight();
}

void PricesPanel::fitHeight()
{
    m_table->setFixedHeight(m_table->verticalHeader()->defaultSectionSize() * std::clamp(m_table->rowCount(), 1, 10) +
                            30);
}

void PricesPanel::addRow(const PriceConfig &price)
{
    m_filling = true;
    const int row = m_table->rowCount();
    m_table->insertRow(row);
    m_table->setItem(row, 0, new QTableWidgetItem(QString::fromStdString(price.model)));
    for (size_t i = 0; i < priceColumns.size(); ++i) {
        const auto &value = price.*priceColumns[i];
        auto *item = new QTableWidgetItem(value ? QString::number(*value, 'g', 12) : QString());
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_table->setItem(row, int(i) + 1, item);
    }
    m_filling = false;
    fitHeight();
}

void PricesPanel::setPrices(const std::vector<PriceConfig> &prices)
{
    m_table->setRowCount(0);
    for (const PriceConfig &price : prices)
        addRow(price);
    fitHeight();
    showProblem({});
}

std::vector<PriceConfig> PricesPanel::prices() const
{
    std::vector<PriceConfig> prices;
    for (int row = 0; row < m_table->rowCount(); ++row) {
        PriceConfig price;
        price.model = m_table->item(row, 0)->text().trimmed().toStdString();
        bool ok = false;
        for (size_t i = 0; i < priceColumns.size(); ++i)
            price.*priceColumns[i] = readPrice(m_table->item(row, int(i) + 1)->text(), ok);
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
            const QString text = m_table->item(row, column)->text();
            bool ok = false;
            any = readPrice(text, ok).has_value() || any;
            if (!ok)
                problem = tr("Row %1: “%2” must be a number, 0 or above").arg(row + 1).arg(text);
        }
        if (problem.isEmpty() && any && m_table->item(row, 0)->text().trimmed().isEmpty())
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
