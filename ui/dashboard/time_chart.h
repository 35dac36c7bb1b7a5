// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/crosshair.h"
#include "ui/dashboard/time_series.h"

#include <QtCharts/QChartView>
#include <QtCore/QPointer>
#include <QtCore/QSet>

#include <functional>

class QAreaSeries;
class QLineSeries;
class QValueAxis;

namespace signalbox {

class ChartOverlay;

// One chart over time: stacked bars or areas, or lines. Values come as a whole table; each series is replaced at once.
// Labels, crosshair and notices are drawn by an overlay, so that stacked charts share one time axis. GUI thread.
class TimeChart final : public QChartView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TimeChart)

public:
    using Format = std::function<QString(double)>;
    enum class State { Loading, Ready };

    TimeChart(Crosshair *crosshair, QWidget *parent = nullptr);

    void setFormats(Format axis, Format value); // numbers on the axis, numbers in the tool tip
    void setFixedMaximum(double maximum) { m_fixedMaximum = maximum; }
    void setSmallestMaximum(double maximum) { m_smallestMaximum = maximum; }
    void setTotalName(const QString &name) { m_totalName = name; } // last row of the tool tip; empty: none
    void setEndLabels(bool on) { m_endLabels = on; }
    void setEmptyText(const QString &text) { m_emptyText = text; }

    void setTable(const TimeTable &table);
    void setHidden(const QSet<QString> &ids);
    const TimeTable &table() const { return m_table; }
    bool isHidden(const TimeSeries &series) const { return m_hidden.contains(series.id); }
    using QWidget::isHidden;

    State state() const { return m_state; }
    QString emptyText() const;
    bool endLabels() const { return m_endLabels; }
    double step() const { return m_step; }
    double maximum() const { return m_maximum; }
    QString axisText(double value) const { return m_axisFormat(value); }
    QString valueText(double value) const { return m_valueFormat(value); }
    QString totalName() const { return m_totalName; }
    Crosshair *crosshair() const { return m_crosshair; }
    QRectF plot() const { return m_plot; } // viewport coordinates
    double xOf(qint64 atMs) const;
    double yOf(double value) const;

protected:
    void resizeEvent(QResizeEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    struct Area {
        QAreaSeries *area = nullptr;
        QLineSeries *upper = nullptr;
        QLineSeries *lower = nullptr;
    };
    struct Pools {
        size_t areas = 0;
        size_t lines = 0;
    };

    void rebuild();
    void scale();
    void drawBars(const TimeSeries &series, std::vector<double> &base, Pools &used);
    void drawArea(const TimeSeries &series, std::vector<double> &base, Pools &used);
    void drawLine(const TimeSeries &series, Pools &used);
    Area &nextArea(Pools &used);
    QLineSeries *nextLine(Pools &used);
    void point(std::optional<qint64> atMs);
    void describe();

    QPointer<Crosshair> m_crosshair; // of the page; may die before this chart does
    QChart *m_plotChart;
    QValueAxis *m_timeAxis;
    QValueAxis *m_valueAxis;
    ChartOverlay *m_overlay;
    std::vector<Area> m_areas;
    std::vector<QLineSeries *> m_lines;
    TimeTable m_table;
    QSet<QString> m_hidden;
    QRectF m_plot;
    State m_state = State::Loading;
    Format m_axisFormat;
    Format m_valueFormat;
    QString m_totalName;
    QString m_emptyText;
    bool m_endLabels = false;
    double m_fixedMaximum = 0;
    double m_smallestMaximum = 0;
    double m_step = 1;
    double m_maximum = 1;
};

} // namespace signalbox
