// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/time_series.h"

#include <QtCore/QRectF>
#include <QtCore/QSet>

#include <vector>

class QAreaSeries;
class QChart;
class QLineSeries;
class QValueAxis;

namespace signalbox {

// The QtCharts series of one chart, kept and filled anew: making them costs far more than replacing their points. The
// axes count pixels of the plot, so that zooming lays each series out once instead of three times. Owned by its
// TimeChart; GUI thread.
class ChartSeries final
{
    Q_DISABLE_COPY_MOVE(ChartSeries)

public:
    struct Frame { // where time and values are on the screen
        QRectF plot;
        qint64 fromMs = 0;
        qint64 toMs = 0;
        double maximum = 1;

        double xOf(qint64 atMs) const;
        double yOf(double value) const { return plot.bottom() - plot.height() * value / maximum; }
    };

    ChartSeries(QChart *chart, QValueAxis *time, QValueAxis *value);

    // Stacked ones from the bottom up, those of the period before behind all others.
    void draw(const TimeTable &table, const QSet<QString> &hidden, const Frame &frame);
    bool hasBars() const { return m_bars; }
    int points() const { return m_points; } // of the series with the most, at the last draw()

private:
    struct Area {
        QAreaSeries *area = nullptr;
        QLineSeries *upper = nullptr;
        QLineSeries *lower = nullptr;
    };
    struct Stroke { // what is drawn of a series: now, or the period before
        const TimeSeries &series;
        const std::vector<double> &values;
        double opacity = 1;
    };

    void drawAll(bool before, const QSet<QString> &hidden);
    void drawBars(const Stroke &stroke, std::vector<double> &base);
    void drawArea(const Stroke &stroke, std::vector<double> &base);
    void drawLine(const Stroke &stroke);
    void finishLine(const Stroke &stroke, QList<QPointF> &points);
    QPointF at(qint64 ms, double value) const; // pixels, from the plot's left bottom corner
    static void setStyle(Area &area, const QPen &pen, const QBrush &brush);
    Area &nextArea();
    QLineSeries *nextLine();

    QChart *m_chart;
    QValueAxis *m_timeAxis;
    QValueAxis *m_valueAxis;
    std::vector<Area> m_areas;
    std::vector<QLineSeries *> m_lines;
    size_t m_usedAreas = 0;
    size_t m_usedLines = 0;
    const TimeTable *m_table = nullptr; // during draw()
    Frame m_frame;
    bool m_bars = false;
    int m_points = 0;
};

} // namespace signalbox
