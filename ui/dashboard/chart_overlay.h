// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QPointer>
#include <QtWidgets/QWidget>

namespace signalbox {

class ChartTooltip;
class TimeChart;

// Everything on a TimeChart that is not a series: axis labels, names at the ends of lines, crosshair, points, tool tip,
// and what is said while there is nothing. Transparent child of the chart's viewport.
class ChartOverlay final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartOverlay)

public:
    explicit ChartOverlay(TimeChart *chart);
    ~ChartOverlay() override;

    void follow(); // the crosshair moved

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void paintValueAxis(QPainter &painter) const;
    void paintTimeAxis(QPainter &painter) const;
    void paintEndLabels(QPainter &painter) const;
    void paintCrosshair(QPainter &painter) const;
    void paintLoading(QPainter &painter) const;
    void paintSelection(QPainter &painter) const;
    int crosshairBucket() const; // -1: none here
    void showTooltip(int bucket);
    QString bucketText(int bucket) const;

    TimeChart *m_chart;
    QPointer<ChartTooltip> m_tooltip;
};

} // namespace signalbox
