// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/time_chart.h"

#include "ui/dashboard/chart_overlay.h"
#include "ui/widgets/number_text.h"

#include <QtCharts/QValueAxis>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>
#include <QtWidgets/QGraphicsLayout>

#include <cmath>

namespace signalbox {

namespace {

constexpr double plotLeft = 46; // the same in all charts: stacked ones share their time axis
constexpr double plotTop = 8;
constexpr double plotBottom = 22;
constexpr double mostEndLabel = 92;

} // namespace

TimeChart::TimeChart(Crosshair *crosshair, QWidget *parent)
    : QChartView(new QChart, parent), // setChart() would leave a first one to nobody
      m_crosshair(crosshair),
      m_plotChart(chart()),
      m_timeAxis(new QValueAxis),
      m_valueAxis(new QValueAxis),
      m_series(m_plotChart, m_timeAxis, m_valueAxis)
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
    setFocusPolicy(Qt::StrongFocus);
    setMinimumSize(160, 90);
    m_axisFormat = m_valueFormat = [](double value) { return QString::number(value); };
    m_overlay = new ChartOverlay(this);
    m_click.setSingleShot(true);
    m_click.setInterval(QApplication::doubleClickInterval());
    connect(&m_click, &QTimer::timeout, this, [this] { pickAt(m_clickedBucket, m_clickedSeries); });
    connect(m_crosshair, &Crosshair::moved, m_overlay, &ChartOverlay::follow);
    connect(&theme(), &Theme::themeChanged, this, &TimeChart::rebuild);
}

void TimeChart::setFormats(Format axis, Format value)
{
    m_axisFormat = std::move(axis);
    m_valueFormat = std::move(value);
}

void TimeChart::setEmptyText(const QString &text)
{
    m_emptyText = text;
    m_overlay->update();
}

void TimeChart::setTable(const TimeTable &table)
{
    m_table = table;
    m_state = State::Ready;
    rebuild();
}

void TimeChart::setView(std::optional<TimeSpan> view)
{
    if (m_view == view)
        return;
    m_view = view;
    rebuild();
}

TimeSpan TimeChart::view() const
{
    return m_view.value_or(TimeSpan{m_table.firstMs, qMax(m_table.endMs(), m_table.firstMs + 1)});
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

qint64 TimeChart::timeAt(double x) const
{
    const double share = qBound(0.0, (x - m_frame.plot.left()) / m_frame.plot.width(), 1.0);
    return m_frame.fromMs + qint64(share * double(m_frame.toMs - m_frame.fromMs));
}

double TimeChart::endLabelRoom() const
{
    double widest = 24;
    const QFontMetricsF metrics(theme().font(TextStyle::Axis));
    for (const TimeSeries &series : m_table.series) {
        if (series.of.isEmpty())
            widest = qMax(widest, metrics.horizontalAdvance(series.name));
    }
    return qMin(widest, qMin(mostEndLabel, width() / 4.0)) + 14;
}

void TimeChart::scale()
{
    const double right = m_endLabels ? endLabelRoom() : 12;
    m_frame.plot =
        QRectF(plotLeft, plotTop, qMax(20.0, width() - plotLeft - right), qMax(20.0, height() - plotTop - plotBottom));
    m_frame.fromMs = view().fromMs;
    m_frame.toMs = view().toMs;
    m_shown = shownPart(m_table, m_frame.fromMs, m_frame.toMs, qMax(1, int(m_frame.plot.width())));
    double highest = 0;
    const auto at = [](const std::vector<double> &values, int i) {
        return size_t(i) < values.size() && std::isfinite(values[size_t(i)]) ? values[size_t(i)] : 0;
    };
    for (int i = 0; i < m_shown.buckets; ++i) {
        double stacked = 0;
        double before = 0;
        for (const TimeSeries &series : m_shown.series) {
            if (isHidden(series))
                continue;
            stacked += series.isStacked() ? at(series.values, i) : 0;
            before += series.isStacked() ? at(series.before, i) : 0;
            highest = qMax(highest, qMax(at(series.values, i), at(series.before, i)));
        }
        highest = qMax(highest, qMax(stacked, before));
    }
    m_step = m_fixedMaximum > 0 ? m_fixedMaximum / 4 : niceStep(qMax(highest, m_smallestMaximum));
    m_frame.maximum = m_fixedMaximum;
    if (m_frame.maximum <= 0)
        m_frame.maximum = m_step * qMax(1.0, std::ceil(qMax(highest, m_smallestMaximum) / m_step - 1e-9));
}

void TimeChart::rebuild()
{
    scale();
    if (m_plotChart->plotArea() != m_frame.plot || m_plotChart->size() != QSizeF(size())) {
        m_plotChart->resize(size());
        m_plotChart->setPlotArea(m_frame.plot);
    }
    m_series.draw(m_shown, m_hidden, m_frame);
    setRenderHint(QPainter::Antialiasing, !m_series.hasBars()); // bars stand on whole pixels
    resetCachedContent();
    viewport()->update();
    m_overlay->setGeometry(viewport()->rect());
    m_overlay->update();
    describe();
}

int TimeChart::seriesAt(const QPointF &at, int bucket) const
{
    constexpr double reach = 9;
    double base = 0;
    double nearest = reach;
    int found = -1;
    for (size_t i = 0; i < m_shown.series.size(); ++i) {
        const TimeSeries &series = m_shown.series[i];
        const double value = size_t(bucket) < series.values.size() ? series.values[size_t(bucket)] : std::nan("");
        if (isHidden(series) || !std::isfinite(value))
            continue;
        if (series.isStacked()) {
            // Thin segments are hit a little beside themselves.
            if (value > 0 && at.y() <= yOf(base) + 2 && at.y() >= yOf(base + value) - 2)
                found = int(i);
            base += value;
        } else if (std::abs(at.y() - yOf(value)) < nearest) {
            nearest = std::abs(at.y() - yOf(value));
            found = int(i);
        }
    }
    return found;
}

void TimeChart::describe()
{
    QStringList newest;
    for (const TimeSeries &series : m_shown.series) {
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
    for (int i = 0; i * m_step <= m_frame.maximum * 1.0001; ++i) {
        const double y = std::round(yOf(i * m_step));
        painter->fillRect(QRectF(m_frame.plot.left(), y, m_frame.plot.width(), 1), theme().color(Token::Grid));
    }
}

void TimeChart::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    rebuild();
}

} // namespace signalbox
