// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/time_chart.h"

#include <QtWidgets/QFrame>

class QHBoxLayout;
class QLabel;
class QMenu;
class QStackedWidget;
class QTableWidget;

namespace signalbox {

class ChartLegend;

// A panel with one chart: title, unit, legend, and the same numbers as a table on request.
class ChartPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartPanel)

public:
    ChartPanel(const QString &title, Crosshair *crosshair, QWidget *parent = nullptr);

    void setUnit(const QString &unit);
    void setLegendVisible(bool visible);
    void addBesideTitle(QWidget *widget);
    void setTable(const TimeTable &table);
    TimeChart *chart() const { return m_chart; }
    ChartLegend *legend() const { return m_legend; }
    QAction *tableAction() const { return m_tableAction; }

protected:
    void resizeEvent(QResizeEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void fillTable();

    QLabel *m_unit;
    QHBoxLayout *m_beside;
    ChartLegend *m_legend;
    TimeChart *m_chart;
    QStackedWidget *m_stack;
    QTableWidget *m_values = nullptr;
    QMenu *m_menu;
    QAction *m_tableAction;
};

} // namespace signalbox
