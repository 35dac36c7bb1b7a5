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
constexpr int labelEvery = 64;

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
    const QDate date = QDateTime::fromMSecsSinceEpoch(from).date();
    const TimeSpan view = m_chart->view();
    if (view.toMs - view.fromMs <= 86'400'000 && date == QDate::currentDate())
        return range;
    const QString day = numberLocale().toString(date, QStringLiteral("ddd d MMM"));
    if (table.bucketMs >= 86'400'000)
        return day;
    return ChartOverlay::tr("%1, %2").arg(day, range);
}

void ChartOverlay::showTooltip(int bucket)
{
    std::vector<std::pair<double, const TimeSeries *>> sorted;
    double total = 0;
    double before = 0;
    bool compared = false;
    for (const TimeSeries &series : m_chart->table().series) {
        const double value = valueAt(series, bucket);
        const double old = size_t(bucket) < series.before.size() ? series.before[size_t(bucket)] : std::nan("");
        compared = compared || !series.before.empty();
        if (m_chart->isHidden(series) || (!std::isfinite(value) && !std::isfinite(old)))
            continue;
        sorted.emplace_back(value, &series);
        total += std::isfinite(value) ? value : 0;
        before += std::isfinite(old) ? old : 0;
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto &a, const auto &b) {
        return std::isfinite(a.first) && (!std::isfinite(b.first) || a.first > b.first);
    });
    const auto text = [this, compared](double value, double old) {
        const QString now = std::isfinite(value) ? m_chart->valueText(value) : missingText();
        if (!compared)
            return now;
        return tr("%1 (before %2)").arg(now, std::isfinite(old) ? m_chart->valueText(old) : missingText());
    };
    std::vector<ChartTooltip::Row> rows;
    for (const auto &[value, series] : sorted) {
        const double old = size_t(bucket) < series->before.size() ? series->before[size_t(bucket)] : std::nan("");
        rows.push_back({series->ink, series->name, text(value, old)});
    }
    const bool withTotal = !m_chart->totalName().isEmpty() && rows.size() > 1;
    if (withTotal)
        rows.push_back({std::nullopt, m_chart->totalName(), text(total, before)});
    if (rows.empty())
        rows.push_back({std::nullopt, tr("no requests"), missingText()});
    if (!m_tooltip)
        m_tooltip = new ChartTooltip(window());
    const double middle = m_chart->xOf(m_chart->table().middleOf(bucket));
    const QPoint anchor(qRound(qBound(m_chart->plot().left(), middle, m_chart->plot().right())),
                        qRound(m_chart->plot().top()) + 4);
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
    paintSelection(painter);
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
    const TimeSpan view = m_chart->view();
    if (view.fromMs <= 0)
        return;
    const QRectF plot = m_chart->plot();
    const std::vector<qint64> ticks = timeTicks(view.fromMs, view.toMs, int(plot.width()) / labelEvery);
    const qint64 step = ticks.size() > 1 ? ticks[1] - ticks[0] : view.toMs - view.fromMs;
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
        if (m_chart->isHidden(series) || !series.of.isEmpty())
            continue;
        const auto last = std::find_if(series.values.rbegin(), series.values.rend(),
                                       [](double value) { return std::isfinite(value); });
        if (last != series.values.rend())
            labels.push_back({series.name, m_chart->yOf(*last)});
    }
    std::sort(labels.begin(), labels.end(), [](const Label &a, const Label &b) { return a.y > b.y; });
    double limit = m_chart->plot().bottom() - 4;
    painter.setPen(theme().color(Token::Text2));
    const double room = width() - m_chart->plot().right() - 9;
    for (const Label &label : labels) { // from the bottom up, pushed apart where they would overlap
        const double y = qMin(label.y, limit);
        limit = y - 13;
        painter.drawText(QPointF(m_chart->plot().right() + 7, y + 4),
                         painter.fontMetrics().elidedText(label.text, Qt::ElideRight, int(room)));
    }
}

// What a drag has chosen so far, and how long that is.
void ChartOverlay::paintSelection(QPainter &painter) const
{
    const std::optional<TimeSpan> selected = m_chart->selection();
    if (!selected)
        return;
    const QRectF plot = m_chart->plot();
    const double left = m_chart->xOf(selected->fromMs);
    const QRectF band(left, plot.top(), m_chart->xOf(selected->toMs) - left, plot.height());
    QColor ground = theme().color(Token::Accent);
    ground.setAlphaF(0.16F);
    painter.fillRect(band, ground);
    painter.setPen(QPen(theme().color(Token::Accent), 1));
    painter.drawLine(QPointF(band.left(), band.top()), QPointF(band.left(), band.bottom()));
    painter.drawLine(QPointF(band.right(), band.top()), QPointF(band.right(), band.bottom()));
}

void ChartOverlay::paintCrosshair(QPainter &painter) const
{
    const int bucket = crosshairBucket();
    if (bucket < 0)
        return;
    const TimeTable &table = m_chart->table();
    const QRectF plot = m_chart->plot();
    const double x = std::round(qBound(plot.left(), m_chart->xOf(table.middleOf(bucket)), plot.right())) + 0.5;
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
    const TimeSpan view = m_chart->view();
    const QString text = table.bucketMs >= 12 * 3'600'000 || view.toMs - view.fromMs >= 8 * qint64(86'400'000)
                             ? numberLocale().toString(QDateTime::fromMSecsSinceEpoch(table.middleOf(bucket)).date(),
                                                       QStringLiteral("d MMM"))
                             : formatClock(table.middleOf(bucket), table.bucketMs < 60'000);
    const int width = NumberText::width(painter.font(), text) + 10;
    const QRectF chip(qBound(0.0, x - width / 2.0, double(this->width() - width)), plot.bottom() + 5, width, 16);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(Token::Tooltip));
    painter.drawRoundedRect(chip, 3, 3);
    painter.setPen(theme().color(Token::OnTooltip));
    NumberText::draw(painter, chip.toRect(), Qt::AlignHCenter | Qt::AlignVCenter, text);
}

} // namespace signalbox
