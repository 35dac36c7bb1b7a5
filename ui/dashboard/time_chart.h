// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/chart_series.h"
#include "ui/dashboard/crosshair.h"
#include "ui/dashboard/time_series.h"

#include <QtCharts/QChartView>
#include <QtCore/QPointer>
#include <QtCore/QSet>
#include <QtCore/QTimer>

#include <functional>
#include <optional>

class QValueAxis;

namespace signalbox {

class ChartOverlay;

// One chart over time: stacked bars or areas, or lines. Values come as a whole table; what is drawn of it is the part
// that is in view, with no more points than the plot has pixels. Labels, crosshair and notices are drawn by an overlay,
// so that stacked charts share one time axis. Dragging, keys and clicks are told, not followed: the page keeps all its
// charts at the same time. GUI thread.
class TimeChart final : public QChartView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TimeChart)

public:
    using Format = std::function<QString(double)>;
    enum class State { Loading, Ready };

    explicit TimeChart(Crosshair *crosshair, QWidget *parent = nullptr);

    void setFormats(Format axis, Format value); // numbers on the axis, numbers in the tool tip
    void setFixedMaximum(double maximum) { m_fixedMaximum = maximum; }
    void setSmallestMaximum(double maximum) { m_smallestMaximum = maximum; }
    void setTotalName(const QString &name) { m_totalName = name; } // last row of the tool tip; empty: none
    void setEndLabels(bool on) { m_endLabels = on; }
    void setEmptyText(const QString &text);

    void setTable(const TimeTable &table);
    // The time that is shown, wherever the table's lies; nullopt: all of the table.
    void setView(std::optional<TimeSpan> view);
    TimeSpan view() const;
    void setHidden(const QSet<QString> &ids);
    const TimeTable &table() const { return m_shown; } // what is in view, as it is drawn
    const TimeTable &data() const { return m_table; }
    bool isHidden(const TimeSeries &series) const
    {
        return m_hidden.contains(series.id) || m_hidden.contains(series.of);
    }
    using QWidget::isHidden;
    QSize sizeHint() const override { return {240, 120}; } // not the scene's: it grows with the view

    State state() const { return m_state; }
    QString emptyText() const;
    bool endLabels() const { return m_endLabels; }
    double step() const { return m_step; }
    double maximum() const { return m_frame.maximum; }
    QString axisText(double value) const { return m_axisFormat(value); }
    QString valueText(double value) const { return m_valueFormat(value); }
    QString totalName() const { return m_totalName; }
    Crosshair *crosshair() const { return m_crosshair; }
    QRectF plot() const { return m_frame.plot; } // viewport coordinates
    double xOf(qint64 atMs) const { return m_frame.xOf(atMs); }
    double yOf(double value) const { return m_frame.yOf(value); }
    qint64 timeAt(double x) const;
    std::optional<TimeSpan> selection() const { return m_selection; } // while it is dragged
    int drawnPoints() const { return m_series.points(); }

    // By keys and menus: around the crosshair, or the middle.
    void zoomBy(double factor);
    void panBy(double share); // of what is in view
    // What is under a point of the plot: the index of a series, or -1 for none.
    int seriesAt(const QPointF &at, int bucket) const;

Q_SIGNALS:
    void zoomWanted(qint64 fromMs, qint64 toMs);
    void panWanted(qint64 fromMs, qint64 toMs);
    void resetWanted();
    void picked(qint64 fromMs, qint64 toMs, const QString &seriesId, double value); // a bucket; id may be empty

protected:
    void drawBackground(QPainter *painter, const QRectF &rect) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;

private:
    struct Drag {
        QPointF from;
        TimeSpan view;
        bool pans = false;
        bool moved = false;
    };

    void rebuild();
    void scale();
    double endLabelRoom() const;
    void point(std::optional<qint64> atMs);
    void pointAt(const QPointF &at);
    void pickAt(int bucket, int series);
    void drag(const QPointF &at);
    void endDrag();
    void describe();

    QPointer<Crosshair> m_crosshair; // of the page; may die before this chart does
    QChart *m_plotChart;
    QValueAxis *m_timeAxis;
    QValueAxis *m_valueAxis;
    ChartSeries m_series;
    ChartOverlay *m_overlay;
    TimeTable m_table;
    TimeTable m_shown;
    std::optional<TimeSpan> m_view;
    std::optional<TimeSpan> m_selection;
    std::optional<Drag> m_drag;
    QTimer m_click; // a click counts once it cannot become a double click any more
    int m_clickedBucket = -1;
    int m_clickedSeries = -1;
    QSet<QString> m_hidden;
    ChartSeries::Frame m_frame;
    State m_state = State::Loading;
    Format m_axisFormat;
    Format m_valueFormat;
    QString m_totalName;
    QString m_emptyText;
    bool m_endLabels = false;
    double m_fixedMaximum = 0;
    double m_smallestMaximum = 0;
    double m_step = 1;
};

} // namespace signalbox
