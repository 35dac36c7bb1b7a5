// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/time_chart.h"

#include <QtWidgets/QFrame>

class QHBoxLayout;
class QLabel;
class QMenu;
class QStackedWidget;
class QTableView;

namespace signalbox {

class ChartLegend;
class TimeTableModel;

// A panel with one chart: title, unit, legend, the same numbers as a table on request, and both as a file. GUI thread.
class ChartPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartPanel)

public:
    enum class FileKind { Picture, Csv };

    // `id` names what is kept of it, and its files.
    ChartPanel(const QString &id, const QString &title, Crosshair *crosshair, QWidget *parent = nullptr);

    void setUnit(const QString &unit);
    void setNote(const QString &note); // what limits the numbers; on the title's tool tip and as the chart's help
    void setLegendVisible(bool visible);
    void addBesideTitle(QWidget *widget);
    void setTable(const TimeTable &table);
    QString id() const { return m_id; }
    TimeChart *chart() const { return m_chart; }
    ChartLegend *legend() const { return m_legend; }
    QTableView *values() const { return m_values; } // null before it was first wanted
    QAction *tableAction() const { return m_tableAction; }
    QMenu *menu() const { return m_menu; }

    void save(FileKind kind, const QString &path);
    void askWhereToSave(FileKind kind);

    void keepState() const;
    void restoreState();

Q_SIGNALS:
    void saved(const QString &path, const QString &problem); // empty: it worked

protected:
    void resizeEvent(QResizeEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void makeMenu();
    void placeUnit();
    void fillTable();

    QString m_id;
    QLabel *m_title;
    QLabel *m_unit;
    QHBoxLayout *m_beside;
    ChartLegend *m_legend;
    TimeChart *m_chart;
    QStackedWidget *m_stack;
    QTableView *m_values = nullptr;
    TimeTableModel *m_model;
    QMenu *m_menu;
    QAction *m_tableAction;
};

} // namespace signalbox
