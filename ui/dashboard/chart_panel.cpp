// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/chart_panel.h"

#include "ui/dashboard/chart_legend.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/table_header.h"

#include <QtCore/QDateTime>
#include <QtGui/QContextMenuEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int unitFrom = 340; // narrower panels show no unit
}

ChartPanel::ChartPanel(const QString &title, Crosshair *crosshair, QWidget *parent)
    : QFrame(parent),
      m_unit(makeLabel({}, TextStyle::Small, Token::Text3)),
      m_beside(new QHBoxLayout),
      m_legend(new ChartLegend),
      m_chart(new TimeChart(crosshair)),
      m_stack(new QStackedWidget),
      m_menu(new QMenu(this)),
      m_tableAction(m_menu->addAction(tr("Show as table")))
{
    setProperty("panel", true);
    setAccessibleName(title);
    m_chart->setAccessibleName(tr("%1, chart").arg(title));
    m_tableAction->setCheckable(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 6, 1, 4);
    column->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 0, 6, 0);
    head->setSpacing(8);
    column->addLayout(head);
    head->addWidget(makeLabel(title, TextStyle::PanelHead, Token::Text));
    head->addWidget(m_unit);
    head->addLayout(m_beside);
    head->addWidget(m_legend, 1);
    QToolButton *more = makeIconButton(u"more"_s, tr("%1: more").arg(title));
    more->setMenu(m_menu);
    more->setPopupMode(QToolButton::InstantPopup);
    head->addWidget(more);
    m_stack->addWidget(m_chart);
    column->addWidget(m_stack, 1);
    m_unit->hide();

    connect(m_legend, &ChartLegend::hiddenChanged, this, [this] { m_chart->setHidden(m_legend->hidden()); });
    connect(m_tableAction, &QAction::toggled, this, [this](bool on) {
        if (on)
            fillTable();
        m_stack->setCurrentIndex(on ? 1 : 0);
    });
}

void ChartPanel::setUnit(const QString &unit)
{
    m_unit->setText(unit);
    m_unit->setVisible(!unit.isEmpty() && width() >= unitFrom);
}

void ChartPanel::setLegendVisible(bool visible)
{
    // Keeps its place: it pushes the menu to the right.
    QSizePolicy policy = m_legend->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    m_legend->setSizePolicy(policy);
    m_legend->setVisible(visible);
}

void ChartPanel::addBesideTitle(QWidget *widget)
{
    m_beside->addWidget(widget);
}

void ChartPanel::setTable(const TimeTable &table)
{
    m_chart->setTable(table);
    m_legend->setSeries(table.series);
    if (m_tableAction->isChecked())
        fillTable();
}

void ChartPanel::fillTable()
{
    if (!m_values) {
        m_values = new QTableWidget;
        m_values->setAccessibleName(tr("%1, values").arg(accessibleName()));
        setUpTable(m_values, true);
        m_stack->addWidget(m_values);
    }
    const TimeTable &table = m_chart->table();
    const int columns = int(table.series.size()) + 1;
    m_values->setColumnCount(columns);
    m_values->setRowCount(table.buckets);
    const auto item = [](const QString &text, Qt::Alignment alignment) {
        auto *made = new QTableWidgetItem(text);
        made->setTextAlignment(alignment);
        return made;
    };
    constexpr Qt::Alignment number = Qt::AlignRight | Qt::AlignVCenter;
    m_values->setHorizontalHeaderItem(0, item(tr("From"), Qt::AlignLeading | Qt::AlignVCenter));
    for (int column = 1; column < columns; ++column)
        m_values->setHorizontalHeaderItem(column, item(table.series[size_t(column) - 1].name, number));
    for (int row = 0; row < table.buckets; ++row) {
        const int bucket = table.buckets - 1 - row; // the newest first
        const QString from = numberLocale().toString(QDateTime::fromMSecsSinceEpoch(table.startOf(bucket)),
                                                     table.bucketMs < 60'000 ? u"ddd HH:mm:ss"_s : u"ddd HH:mm"_s);
        m_values->setItem(row, 0, item(from, Qt::AlignLeading | Qt::AlignVCenter));
        for (int column = 1; column < columns; ++column) {
            const std::vector<double> &values = table.series[size_t(column) - 1].values;
            const double value = size_t(bucket) < values.size() ? values[size_t(bucket)] : 0;
            m_values->setItem(row, column,
                              item(std::isfinite(value) ? m_chart->valueText(value) : missingText(), number));
        }
    }
}

void ChartPanel::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    m_unit->setVisible(!m_unit->text().isEmpty() && width() >= unitFrom); // the legend needs the room more
}

void ChartPanel::contextMenuEvent(QContextMenuEvent *event)
{
    m_menu->popup(event->globalPos());
}

} // namespace signalbox
