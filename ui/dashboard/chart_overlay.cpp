// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/chart_overlay.h"

#include "ui/dashboard/chart_tooltip.h"
#include "ui/dashboard/crosshair.h"
#include "ui/dashboard/time_chart.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"

#include <QtCore/QDateTime>
#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr int chipRoom = 56; // labels this near to the time chip hide
constexpr int labelEvery = 84;

double valueAt(const TimeSeries &series, int bucket)
{
    return size_t(bucket) < series.values.size() ? series.values[size_t(bucket)] : std::nan("");
}

} // namespace

ChartOverlay::ChartOverlay(TimeChart *chart) : QWidget(chart->viewport()), m_chart(chart)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setLayoutDirection(Qt::LeftToRight);
}

ChartOverlay::~ChartOverlay()
{
    delete m_tooltip;
}

int ChartOverlay::crosshairBucket() const
{
    const std::optional<qint64> at = m_chart->crosshair()->atMs();
    return at && m_chart->table().hasValues() ? m_chart->table().bucketAt(*at) : -1;
}

void ChartOverlay::follow()
{
    update();
    const int bucket = crosshairBucket();
    if (bucket >= 0 && m_chart->crosshair()->source() == m_chart)
        showTooltip(bucket);
    else if (m_tooltip)
        m_tooltip->hide();
}

QString ChartOverlay::bucketText(int bucket) const
{
    const TimeTable &table = m_chart->table();
    const bool seconds = table.bucketMs < 60'000;
    const qint64 from = table.startOf(bucket);
    const QString range =
        ChartOverlay::tr("%1 – %2").arg(formatClock(from, seconds), formatClock(from + table.bucketMs, seconds));
    if (table.endMs() - table.firstMs <= 86'400'000)
        return range;
    const QString day =
        numberLocale().toString(QDateTime::fromMSecsSinceEpoch(from).date(), QStringLiteral("ddd d MMM"));
    return ChartOverlay::tr("%1, %2").arg(day, range);
}

void ChartOverlay::showTooltip(int bucket)
{
    std::vector<std::pair<double, const TimeSeries *>> sorted;
    double total = 0;
    for (const TimeSeries &series : m_chart->table().series) {
        const double value = valueAt(series, bucket);
        if (m_chart->isHidden(series) || !std::isfinite(value))
            continue;
        sorted.emplace_back(value, &series);
        total += value;
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) { return a.first > b.first; });
    std::vector<ChartTooltip::Row> rows;
    for (const auto &[value, series] : sorted)
        rows.push_back({series->ink, series->name, m_chart->valueText(value)});
    const bool withTotal = !m_chart->totalName().isEmpty() && rows.size() > 1;
    if (withTotal)
        rows.push_back({std::nullopt, m_chart->totalName(), m_chart->valueText(total)});
    if (rows.empty())
        rows.push_back({std::nullopt, tr("no requests"), missingText()});
    if (!m_tooltip)
        m_tooltip = new ChartTooltip(window());
    const QPoint anchor(qRound(m_chart->xOf(m_chart->table().middleOf(bucket))), qRound(m_chart->plot().top()) + 4);
    m_tooltip->showAt(mapTo(window(), anchor), bucketText(bucket), std::move(rows), withTotal);
}

void ChartOverlay::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(theme().font(TextStyle::Axis));
    if (m_chart->state() == TimeChart::State::Loading) {
        paintLoading(painter);
        return;
    }
    paintValueAxis(painter);
    paintTimeAxis(painter);
    if (m_chart->endLabels())
        paintEndLabels(painter);
    paintCrosshair(painter);
    const QString empty = m_chart->emptyText();
    if (!empty.isEmpty()) {
        painter.setFont(theme().font(TextStyle::Body));
        painter.setPen(theme().color(Token::Text3));
        painter.drawText(m_chart->plot(), Qt::AlignCenter | Qt::TextWordWrap, empty);
    }
}

void ChartOverlay::paintLoading(QPainter &painter) const
{
    const QRectF plot = m_chart->plot();
    for (int i = 0; i < 3; ++i) {
        const double height = plot.height() * (0.3 + 0.2 * i);
        painter.fillRect(QRectF(plot.left() + 8 + i * 40, plot.bottom() - height, 28, height),
                         theme().color(Token::Line));
    }
}

void ChartOverlay::paintValueAxis(QPainter &painter) const
{
    painter.setPen(theme().color(Token::Axis));
    const QRectF plot = m_chart->plot();
    for (int i = 0; i * m_chart->step() <= m_chart->maximum() * 1.0001; ++i) {
        const double value = i * m_chart->step();
        const QRectF box(2, m_chart->yOf(value) - 8, plot.left() - 7, 16);
        NumberText::draw(painter, box.toRect(), Qt::AlignRight | Qt::AlignVCenter, m_chart->axisText(value));
    }
}

void ChartOverlay::paintTimeAxis(QPainter &painter) const
{
    const TimeTable &table = m_chart->table();
    if (table.buckets <= 0)
        return;
    const QRectF plot = m_chart->plot();
    const std::vector<qint64> ticks = timeTicks(table.firstMs, table.endMs(), int(plot.width()) / labelEvery);
    const qint64 step = ticks.size() > 1 ? ticks[1] - ticks[0] : table.endMs() - table.firstMs;
    const int bucket = crosshairBucket();
    const double chip = bucket >= 0 ? m_chart->xOf(table.middleOf(bucket)) : -1e6;
    painter.setPen(theme().color(Token::Axis));
    for (const qint64 tick : ticks) {
        const double x = m_chart->xOf(tick);
        if (std::abs(x - chip) < chipRoom)
            continue;
        const QString text = timeTickText(tick, step);
        const int width = NumberText::width(painter.font(), text);
        // Labels at the ends stay inside the panel.
        const double left = qBound(plot.left() - 8, x - width / 2.0, plot.right() + 8 - width);
        NumberText::draw(painter, QRectF(left, plot.bottom() + 5, width, 16).toRect(), Qt::AlignLeft | Qt::AlignVCenter,
                         text);
    }
}

void ChartOverlay::paintEndLabels(QPainter &painter) const
{
    struct Label {
        QString text;
        double y;
    };
    std::vector<Label> labels;
    for (const TimeSeries &series : m_chart->table().series) {
        if (m_chart->isHidden(series))
            continue;
        const auto last = std::find_if(series.values.rbegin(), series.values.rend(),
                                       [](double value) { return std::isfinite(value); });
        if (last != series.values.rend())
            labels.push_back({series.name, m_chart->yOf(*last)});
    }
    std::sort(labels.begin(), labels.end(), [](const Label &a, const Label &b) { return a.y > b.y; });
    double limit = m_chart->plot().bottom() - 4;
    painter.setPen(theme().color(Token::Text2));
    for (const Label &label : labels) { // from the bottom up, pushed apart where they would overlap
        const double y = qMin(label.y, limit);
        limit = y - 13;
        painter.drawText(QPointF(m_chart->plot().right() + 7, y + 4), label.text);
    }
}

void ChartOverlay::paintCrosshair(QPainter &painter) const
{
    const int bucket = crosshairBucket();
    if (bucket < 0)
        return;
    const TimeTable &table = m_chart->table();
    const QRectF plot = m_chart->plot();
    const double x = std::round(m_chart->xOf(table.middleOf(bucket))) + 0.5;
    QPen pen(theme().color(Token::Crosshair), 1);
    pen.setDashPattern({2, 3});
    painter.setPen(pen);
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));

    painter.setRenderHint(QPainter::Antialiasing);
    for (const TimeSeries &series : table.series) {
        const double value = valueAt(series, bucket);
        const bool line = series.style != SeriesStyle::Bar && series.style != SeriesStyle::Area;
        if (!line || m_chart->isHidden(series) || !std::isfinite(value))
            continue;
        painter.setPen(QPen(theme().color(Token::Surface), 1.5));
        painter.setBrush(series.ink.color());
        painter.drawEllipse(QPointF(x, m_chart->yOf(value)), 3.5, 3.5);
    }
    const QString text = formatClock(table.middleOf(bucket), table.bucketMs < 60'000);
    const int width = NumberText::width(painter.font(), text) + 10;
    const QRectF chip(qBound(0.0, x - width / 2.0, double(this->width() - width)), plot.bottom() + 5, width, 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(Token::Tooltip));
    painter.drawRoundedRect(chip, 3, 3);
    painter.setPen(theme().color(Token::OnTooltip));
    NumberText::draw(painter, chip.toRect(), Qt::AlignHCenter | Qt::AlignVCenter, text);
}

} // namespace signalbox
