// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/chart_series.h"

#include <QtCharts/QAreaSeries>
#include <QtCharts/QChart>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>
#include <QtGui/QPen>

#include <cmath>

namespace signalbox {

namespace {

constexpr double beforeOpacity = 0.35;

QBrush faded(QBrush brush, double opacity)
{
    QColor color = brush.color();
    color.setAlphaF(float(color.alphaF() * opacity));
    brush.setColor(color);
    return brush;
}

} // namespace

double ChartSeries::Frame::xOf(qint64 atMs) const
{
    const auto span = double(toMs - fromMs);
    return span > 0 ? plot.left() + plot.width() * double(atMs - fromMs) / span : plot.left();
}

ChartSeries::ChartSeries(QChart *chart, QValueAxis *time, QValueAxis *value)
    : m_chart(chart), m_timeAxis(time), m_valueAxis(value)
{
}

void ChartSeries::draw(const TimeTable &table, const QSet<QString> &hidden, const Frame &frame)
{
    m_table = &table;
    if (m_frame.plot.size() != frame.plot.size()) {
        m_timeAxis->setRange(0, frame.plot.width());
        m_valueAxis->setRange(0, frame.plot.height());
    }
    m_frame = frame;
    m_usedAreas = 0;
    m_usedLines = 0;
    m_bars = false;
    m_points = 0;
    drawAll(true, hidden);
    drawAll(false, hidden);
    for (size_t i = m_usedAreas; i < m_areas.size(); ++i)
        m_areas[i].area->setVisible(false);
    for (size_t i = m_usedLines; i < m_lines.size(); ++i)
        m_lines[i]->setVisible(false);
    m_table = nullptr;
}

void ChartSeries::drawAll(bool before, const QSet<QString> &hidden)
{
    std::vector<double> base(size_t(qMax(0, m_table->buckets)));
    for (const TimeSeries &series : m_table->series) {
        if (hidden.contains(series.id) || hidden.contains(series.of))
            continue;
        const Stroke stroke{series, before ? series.before : series.values, before ? beforeOpacity : 1};
        if (stroke.values.empty())
            continue;
        m_points = qMax(m_points, int(qMin(stroke.values.size(), size_t(m_table->buckets))));
        if (series.style == SeriesStyle::Bar)
            drawBars(stroke, base);
        else if (series.style == SeriesStyle::Area)
            drawArea(stroke, base);
        else
            drawLine(stroke);
    }
}

ChartSeries::Area &ChartSeries::nextArea()
{
    if (m_usedAreas == m_areas.size()) {
        Area made;
        made.upper = new QLineSeries;
        made.lower = new QLineSeries;
        made.area = new QAreaSeries(made.upper, made.lower);
        made.upper->setParent(made.area);
        made.lower->setParent(made.area);
        m_chart->addSeries(made.area);
        made.area->attachAxis(m_timeAxis);
        made.area->attachAxis(m_valueAxis);
        made.area->setPen(Qt::NoPen);
        m_areas.push_back(made);
    }
    Area &area = m_areas[m_usedAreas++];
    area.area->setVisible(true);
    return area;
}

QLineSeries *ChartSeries::nextLine()
{
    if (m_usedLines == m_lines.size()) {
        auto *line = new QLineSeries;
        m_chart->addSeries(line);
        line->attachAxis(m_timeAxis);
        line->attachAxis(m_valueAxis);
        m_lines.push_back(line);
    }
    m_lines[m_usedLines]->setVisible(true);
    return m_lines[m_usedLines++];
}

QPointF ChartSeries::at(qint64 ms, double value) const
{
    return {m_frame.xOf(ms) - m_frame.plot.left(), value * m_frame.plot.height() / m_frame.maximum};
}

void ChartSeries::drawBars(const Stroke &stroke, std::vector<double> &base)
{
    m_bars = true;
    const double left0 = m_frame.plot.left();
    const double perValue = m_frame.plot.height() / m_frame.maximum;
    QList<QPointF> upper;
    QList<QPointF> lower;
    for (int i = 0; i < m_table->buckets && size_t(i) < stroke.values.size(); ++i) {
        const double value = stroke.values[size_t(i)];
        if (!std::isfinite(value) || value <= 0)
            continue;
        // Bars that touch the edge of what is shown are cut there.
        const double start = std::round(qMax(left0, m_frame.xOf(m_table->startOf(i))));
        const double end = std::round(qMin(m_frame.plot.right(), m_frame.xOf(m_table->startOf(i + 1))));
        const double gap = end - start >= 4 ? 1 : end - start >= 2 ? 0.5 : 0;
        const double left = start + gap - left0;
        const double right = qMax(end - gap, start + gap + 1) - left0;
        double bottom = base[size_t(i)] * perValue;
        base[size_t(i)] += value;
        const double top = base[size_t(i)] * perValue;
        // A line of the ground parts the segments where there is room for it.
        if (bottom > 0 && top - bottom > 2.5)
            bottom += 1;
        // Series share no outline between bars: both edges run along the bottom there and enclose nothing.
        upper << QPointF(left, bottom) << QPointF(left, top) << QPointF(right, top) << QPointF(right, bottom);
        lower << QPointF(left, bottom) << QPointF(right, bottom);
    }
    Area &area = nextArea();
    setStyle(area, Qt::NoPen, faded(stroke.series.ink.brush(), stroke.opacity));
    area.upper->replace(upper);
    area.lower->replace(lower);
}

void ChartSeries::setStyle(Area &area, const QPen &pen, const QBrush &brush)
{
    // Each of these makes QtCharts lay the area out again.
    if (area.area->pen() != pen)
        area.area->setPen(pen);
    if (area.area->brush() != brush)
        area.area->setBrush(brush);
}

void ChartSeries::drawArea(const Stroke &stroke, std::vector<double> &base)
{
    const QBrush brush = faded(stroke.series.ink.brush(), 0.9 * stroke.opacity);
    const QPen pen =
        stroke.opacity < 1
            ? QPen(Qt::NoPen)
            : QPen(theme().isHighContrast() ? stroke.series.ink.color() : theme().color(Token::Surface), 1);
    QList<QPointF> upper;
    QList<QPointF> lower;
    const auto finish = [&] {
        if (upper.isEmpty())
            return;
        if (upper.size() == 1) { // a lone bucket is as wide as a bucket
            const QPointF half(at(m_frame.fromMs + m_table->bucketMs, 0).x() / 2, 0);
            upper = {upper[0] - half, upper[0] + half};
            lower = {lower[0] - half, lower[0] + half};
        }
        Area &area = nextArea();
        setStyle(area, pen, brush);
        area.upper->replace(upper);
        area.lower->replace(lower);
        upper.clear();
        lower.clear();
    };
    for (int i = 0; i < m_table->buckets && size_t(i) < stroke.values.size(); ++i) {
        const double value = stroke.values[size_t(i)];
        if (!std::isfinite(value)) {
            finish();
            continue;
        }
        lower << at(m_table->middleOf(i), base[size_t(i)]);
        base[size_t(i)] += value;
        upper << at(m_table->middleOf(i), base[size_t(i)]);
    }
    finish();
}

void ChartSeries::finishLine(const Stroke &stroke, QList<QPointF> &points)
{
    if (points.isEmpty())
        return;
    const SeriesStyle style = stroke.series.style;
    if (points.size() == 1) {
        const QPointF part(at(m_frame.fromMs + m_table->bucketMs, 0).x() / 3, 0);
        points = {points[0] - part, points[0] + part};
    }
    if (style == SeriesStyle::LineFilled) {
        Area &area = nextArea();
        setStyle(area, Qt::NoPen, faded(QBrush(stroke.series.ink.color()), 0.12 * stroke.opacity));
        area.upper->replace(points);
        area.lower->replace(QList<QPointF>{{points.first().x(), 0}, {points.last().x(), 0}});
    }
    const bool thin = style == SeriesStyle::Dotted || style == SeriesStyle::Configured;
    QColor color = stroke.series.ink.color();
    color.setAlphaF(float(stroke.opacity));
    QPen pen(color, thin ? 1.5 : 2);
    pen.setJoinStyle(Qt::RoundJoin);
    pen.setCapStyle(Qt::FlatCap); // others would fill the gaps of a dashed line
    if (style == SeriesStyle::Dashed)
        pen.setDashPattern({3, 1.5}); // in pen widths: 6-3
    else if (style == SeriesStyle::Dotted)
        pen.setDashPattern({1.3, 2});
    else if (style == SeriesStyle::Configured)
        pen.setDashPattern({2.7, 2.7}); // 4-4
    QLineSeries *line = nextLine();
    if (line->pen() != pen)
        line->setPen(pen);
    line->replace(points);
    points.clear();
}

void ChartSeries::drawLine(const Stroke &stroke)
{
    QList<QPointF> points;
    for (int i = 0; i < m_table->buckets && size_t(i) < stroke.values.size(); ++i) {
        if (std::isfinite(stroke.values[size_t(i)]))
            points << at(m_table->middleOf(i), stroke.values[size_t(i)]);
        else
            finishLine(stroke, points);
    }
    finishLine(stroke, points);
}

} // namespace signalbox
