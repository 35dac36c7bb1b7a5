// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/time_chart.h"

#include "ui/dashboard/chart_overlay.h"
#include "ui/dashboard/crosshair.h"
#include "ui/widgets/number_text.h"

#include <QtCharts/QAreaSeries>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QGraphicsLayout>

#include <cmath>

namespace signalbox {

namespace {

constexpr double plotLeft = 46; // the same in all charts: stacked ones share their time axis
constexpr double plotTop = 8;
constexpr double plotBottom = 22;

} // namespace

TimeChart::TimeChart(Crosshair *crosshair, QWidget *parent)
    : QChartView(new QChart, parent), // setChart() would leave a first one to nobody
      m_crosshair(crosshair),
      m_plotChart(chart()),
      m_timeAxis(new QValueAxis),
      m_valueAxis(new QValueAxis)
{
    m_plotChart->legend()->hide();
    m_plotChart->setAnimationOptions(QChart::NoAnimation);
    m_plotChart->setMargins({});
    m_plotChart->layout()->setContentsMargins(0, 0, 0, 0);
    m_plotChart->setBackgroundVisible(false);
    m_plotChart->setPlotAreaBackgroundVisible(false);
    m_plotChart->addAxis(m_timeAxis, Qt::AlignBottom);
    m_plotChart->addAxis(m_valueAxis, Qt::AlignLeft);
    for (QValueAxis *axis : {m_timeAxis, m_valueAxis}) {
        axis->setLabelsVisible(false);
        axis->setLineVisible(false);
    }
    m_timeAxis->setGridLineVisible(false);
    m_valueAxis->setGridLineVisible(false); // drawBackground() draws it: the axis lags behind a resize
    setFrameShape(QFrame::NoFrame);
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setMinimumSize(160, 90);
    m_axisFormat = m_valueFormat = [](double value) { return QString::number(value); };
    m_overlay = new ChartOverlay(this);
    connect(m_crosshair, &Crosshair::moved, m_overlay, &ChartOverlay::follow);
    connect(&theme(), &Theme::themeChanged, this, &TimeChart::rebuild);
}

void TimeChart::setFormats(Format axis, Format value)
{
    m_axisFormat = std::move(axis);
    m_valueFormat = std::move(value);
}

void TimeChart::setTable(const TimeTable &table)
{
    m_table = table;
    m_state = State::Ready;
    rebuild();
}

void TimeChart::setHidden(const QSet<QString> &ids)
{
    m_hidden = ids;
    rebuild();
}

QString TimeChart::emptyText() const
{
    return m_state == State::Ready && !m_table.hasValues() ? m_emptyText : QString();
}

double TimeChart::xOf(qint64 atMs) const
{
    const double span = double(m_table.endMs() - m_table.firstMs);
    return span > 0 ? m_plot.left() + m_plot.width() * double(atMs - m_table.firstMs) / span : m_plot.left();
}

double TimeChart::yOf(double value) const
{
    return m_plot.bottom() - m_plot.height() * value / m_maximum;
}

void TimeChart::scale()
{
    double highest = 0;
    for (int i = 0; i < m_table.buckets; ++i) {
        double stacked = 0;
        for (const TimeSeries &series : m_table.series) {
            const double value = size_t(i) < series.values.size() ? series.values[size_t(i)] : 0;
            if (isHidden(series) || !std::isfinite(value))
                continue;
            if (series.style == SeriesStyle::Bar || series.style == SeriesStyle::Area)
                stacked += value;
            highest = qMax(highest, qMax(stacked, value));
        }
    }
    m_step = m_fixedMaximum > 0 ? m_fixedMaximum / 4 : niceStep(qMax(highest, m_smallestMaximum));
    m_maximum = m_fixedMaximum;
    if (m_maximum <= 0)
        m_maximum = m_step * qMax(1.0, std::ceil(qMax(highest, m_smallestMaximum) / m_step - 1e-9));
    double right = 12;
    if (m_endLabels)
        right = 44;
    m_plot =
        QRectF(plotLeft, plotTop, qMax(20.0, width() - plotLeft - right), qMax(20.0, height() - plotTop - plotBottom));
}

void TimeChart::rebuild()
{
    scale();
    m_plotChart->resize(size());
    m_plotChart->setPlotArea(m_plot);
    m_timeAxis->setRange(double(m_table.firstMs), double(qMax(m_table.endMs(), m_table.firstMs + 1)));
    m_valueAxis->setRange(0, m_maximum);

    bool bars = false;
    Pools used;
    std::vector<double> base(size_t(qMax(0, m_table.buckets)));
    for (const TimeSeries &series : m_table.series) {
        if (isHidden(series))
            continue;
        if (series.style == SeriesStyle::Bar) {
            bars = true;
            drawBars(series, base, used);
        } else if (series.style == SeriesStyle::Area) {
            drawArea(series, base, used);
        } else {
            drawLine(series, used);
        }
    }
    for (size_t i = used.areas; i < m_areas.size(); ++i)
        m_areas[i].area->setVisible(false);
    for (size_t i = used.lines; i < m_lines.size(); ++i)
        m_lines[i]->setVisible(false);
    setRenderHint(QPainter::Antialiasing, !bars); // bars stand on whole pixels
    resetCachedContent();
    viewport()->update();
    m_overlay->setGeometry(viewport()->rect());
    m_overlay->update();
    describe();
}

TimeChart::Area &TimeChart::nextArea(Pools &used)
{
    if (used.areas == m_areas.size()) {
        Area made;
        made.upper = new QLineSeries;
        made.lower = new QLineSeries;
        made.area = new QAreaSeries(made.upper, made.lower);
        made.upper->setParent(made.area);
        made.lower->setParent(made.area);
        m_plotChart->addSeries(made.area);
        made.area->attachAxis(m_timeAxis);
        made.area->attachAxis(m_valueAxis);
        made.area->setPen(Qt::NoPen);
        m_areas.push_back(made);
    }
    Area &area = m_areas[used.areas++];
    area.area->setVisible(true);
    return area;
}

QLineSeries *TimeChart::nextLine(Pools &used)
{
    if (used.lines == m_lines.size()) {
        auto *line = new QLineSeries;
        m_plotChart->addSeries(line);
        line->attachAxis(m_timeAxis);
        line->attachAxis(m_valueAxis);
        m_lines.push_back(line);
    }
    m_lines[used.lines]->setVisible(true);
    return m_lines[used.lines++];
}

void TimeChart::drawBars(const TimeSeries &series, std::vector<double> &base, Pools &used)
{
    const double msPerPixel = double(m_table.endMs() - m_table.firstMs) / m_plot.width();
    const double valuePerPixel = m_maximum / m_plot.height();
    const auto timeAt = [this, msPerPixel](double x) {
        return double(m_table.firstMs) + (x - m_plot.left()) * msPerPixel;
    };
    QList<QPointF> upper;
    QList<QPointF> lower;
    for (int i = 0; i < m_table.buckets && size_t(i) < series.values.size(); ++i) {
        const double value = series.values[size_t(i)];
        if (!std::isfinite(value) || value <= 0)
            continue;
        const double left = timeAt(std::round(xOf(m_table.startOf(i))) + 1);
        const double right =
            timeAt(qMax(std::round(xOf(m_table.startOf(i + 1))) - 1, std::round(xOf(m_table.startOf(i))) + 2));
        double bottom = base[size_t(i)];
        const double top = bottom + value;
        base[size_t(i)] = top;
        // A line of the ground parts the segments where there is room for it.
        if (bottom > 0 && value > 2.5 * valuePerPixel)
            bottom += valuePerPixel;
        // Series share no outline between bars: both edges run along the bottom there and enclose nothing.
        upper << QPointF(left, bottom) << QPointF(left, top) << QPointF(right, top) << QPointF(right, bottom);
        lower << QPointF(left, bottom) << QPointF(right, bottom);
    }
    Area &area = nextArea(used);
    area.area->setPen(Qt::NoPen);
    area.area->setBrush(series.ink.brush());
    area.upper->replace(upper);
    area.lower->replace(lower);
}

void TimeChart::drawArea(const TimeSeries &series, std::vector<double> &base, Pools &used)
{
    QBrush brush = series.ink.brush();
    QColor color = brush.color();
    color.setAlphaF(0.9F);
    brush.setColor(color);
    QList<QPointF> upper;
    QList<QPointF> lower;
    const auto finish = [&] {
        if (upper.isEmpty())
            return;
        if (upper.size() == 1) { // a lone bucket is as wide as a bucket
            const double half = double(m_table.bucketMs) / 2;
            upper = {upper[0] - QPointF(half, 0), upper[0] + QPointF(half, 0)};
            lower = {lower[0] - QPointF(half, 0), lower[0] + QPointF(half, 0)};
        }
        Area &area = nextArea(used);
        area.area->setPen(QPen(theme().color(Token::Surface), 1));
        area.area->setBrush(brush);
        area.upper->replace(upper);
        area.lower->replace(lower);
        upper.clear();
        lower.clear();
    };
    for (int i = 0; i < m_table.buckets && size_t(i) < series.values.size(); ++i) {
        const double value = series.values[size_t(i)];
        if (!std::isfinite(value)) {
            finish();
            continue;
        }
        const auto x = double(m_table.middleOf(i));
        lower << QPointF(x, base[size_t(i)]);
        base[size_t(i)] += value;
        upper << QPointF(x, base[size_t(i)]);
    }
    finish();
}

void TimeChart::drawLine(const TimeSeries &series, Pools &used)
{
    QPen pen(series.ink.color(), series.style == SeriesStyle::Dotted ? 1.5 : 2);
    pen.setJoinStyle(Qt::RoundJoin);
    pen.setCapStyle(Qt::FlatCap); // others would fill the gaps of a dashed line
    if (series.style == SeriesStyle::Dashed)
        pen.setDashPattern({3, 1.5}); // in pen widths: 6-3
    else if (series.style == SeriesStyle::Dotted)
        pen.setDashPattern({1.3, 2});
    QList<QPointF> points;
    const auto finish = [&] {
        if (points.isEmpty())
            return;
        if (points.size() == 1) {
            const double half = double(m_table.bucketMs) / 3;
            points = {points[0] - QPointF(half, 0), points[0] + QPointF(half, 0)};
        }
        if (series.style == SeriesStyle::LineFilled) {
            QColor faint = series.ink.color();
            faint.setAlphaF(0.12F);
            Area &area = nextArea(used);
            area.area->setPen(Qt::NoPen);
            area.area->setBrush(faint);
            area.upper->replace(points);
            area.lower->replace(QList<QPointF>{{points.first().x(), 0}, {points.last().x(), 0}});
        }
        QLineSeries *line = nextLine(used);
        line->setPen(pen);
        line->replace(points);
        points.clear();
    };
    for (int i = 0; i < m_table.buckets && size_t(i) < series.values.size(); ++i) {
        if (std::isfinite(series.values[size_t(i)]))
            points << QPointF(double(m_table.middleOf(i)), series.values[size_t(i)]);
        else
            finish();
    }
    finish();
}

void TimeChart::point(std::optional<qint64> atMs)
{
    if (m_crosshair)
        m_crosshair->set(atMs, this);
}

void TimeChart::describe()
{
    QStringList newest;
    for (const TimeSeries &series : m_table.series) {
        for (auto value = series.values.rbegin(); value != series.values.rend(); ++value) {
            if (!std::isfinite(*value))
                continue;
            newest += tr("%1: %2").arg(series.name, valueText(*value));
            break;
        }
    }
    setAccessibleDescription(m_table.hasValues() ? newest.join(QStringLiteral(", ")) : m_emptyText);
}

void TimeChart::drawBackground(QPainter *painter, const QRectF &)
{
    if (m_state == State::Loading)
        return;
    for (int i = 0; i * m_step <= m_maximum * 1.0001; ++i) {
        const double y = std::round(yOf(i * m_step));
        painter->fillRect(QRectF(m_plot.left(), y, m_plot.width(), 1), theme().color(Token::Grid));
    }
}

void TimeChart::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    rebuild();
}

void TimeChart::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF at = event->position();
    const bool inside = m_plot.adjusted(0, -plotTop, 0, plotBottom).contains(at) && m_table.buckets > 0;
    if (!inside) {
        point(std::nullopt);
        return;
    }
    const double share = (at.x() - m_plot.left()) / m_plot.width();
    const int bucket = qBound(0, int(share * m_table.buckets), m_table.buckets - 1);
    point(m_table.middleOf(bucket));
}

void TimeChart::leaveEvent(QEvent *event)
{
    point(std::nullopt);
    QChartView::leaveEvent(event);
}

void TimeChart::hideEvent(QHideEvent *event)
{
    if (m_crosshair && m_crosshair->source() == this)
        point(std::nullopt);
    QChartView::hideEvent(event);
}

void TimeChart::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    if (event->key() == Qt::Key_Escape && crosshair()->atMs()) {
        point(std::nullopt);
    } else if (step != 0 && m_table.buckets > 0) {
        const int from = crosshair()->atMs() ? m_table.bucketAt(*crosshair()->atMs()) : m_table.buckets;
        point(m_table.middleOf(qBound(0, from + step, m_table.buckets - 1)));
    } else {
        event->ignore(); // the view would scroll; the page may
    }
}

void TimeChart::focusOutEvent(QFocusEvent *event)
{
    if (m_crosshair && m_crosshair->source() == this)
        point(std::nullopt);
    QChartView::focusOutEvent(event);
}

void TimeChart::wheelEvent(QWheelEvent *event)
{
    event->ignore(); // belongs to the page's scroll area
}

} // namespace signalbox
