// SPDX-License-Identifier: GPL-3.0-or-later
// How a chart is moved about in: pointer, wheel and keys.
#include "ui/dashboard/chart_overlay.h"
#include "ui/dashboard/time_chart.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtWidgets/QApplication>

#include <cmath>

namespace signalbox {

namespace {

constexpr qint64 shortestView = 10'000; // what a zoom may come to
constexpr qint64 longestView = qint64(400) * 86'400'000;
constexpr double keyZoom = 0.5;
constexpr double keyPan = 0.25;

} // namespace

void TimeChart::point(std::optional<qint64> atMs)
{
    if (m_crosshair)
        m_crosshair->set(atMs, this);
}

void TimeChart::pointAt(const QPointF &at)
{
    const bool inside = m_frame.plot.adjusted(0, -8, 0, 22).contains(at);
    const int bucket = inside ? m_shown.bucketAt(timeAt(at.x())) : -1;
    point(bucket >= 0 ? std::optional(m_shown.middleOf(bucket)) : std::nullopt);
}

void TimeChart::mousePressEvent(QMouseEvent *event)
{
    m_click.stop();
    if (event->button() != Qt::LeftButton || m_state == State::Loading || !m_frame.plot.contains(event->position())) {
        event->ignore();
        return;
    }
    m_drag = Drag{event->position(), view(), event->modifiers().testFlag(Qt::ShiftModifier), false};
}

void TimeChart::drag(const QPointF &at)
{
    if (!m_drag->moved && std::abs(at.x() - m_drag->from.x()) < QApplication::startDragDistance() / 2.0)
        return;
    m_drag->moved = true;
    if (m_drag->pans) {
        const auto span = double(m_drag->view.toMs - m_drag->view.fromMs);
        const auto by = qint64((m_drag->from.x() - at.x()) / m_frame.plot.width() * span);
        setCursor(Qt::ClosedHandCursor);
        Q_EMIT panWanted(m_drag->view.fromMs + by, m_drag->view.toMs + by);
        return;
    }
    const qint64 a = timeAt(m_drag->from.x());
    const qint64 b = timeAt(at.x());
    m_selection = TimeSpan{qMin(a, b), qMax(a, b)};
    m_overlay->update();
}

void TimeChart::endDrag()
{
    m_drag.reset();
    m_selection.reset();
    unsetCursor();
    m_overlay->update();
}

void TimeChart::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag && event->buttons().testFlag(Qt::LeftButton)) {
        drag(event->position());
        if (m_drag->pans)
            return; // the crosshair would run over what moves
    }
    pointAt(event->position());
}

void TimeChart::mouseReleaseEvent(QMouseEvent *event)
{
    if (!m_drag || event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    const Drag done = *m_drag;
    const std::optional<TimeSpan> selected = m_selection;
    endDrag();
    if (selected && selected->toMs > selected->fromMs) {
        const qint64 middle = (selected->fromMs + selected->toMs) / 2;
        const qint64 half = qMax(shortestView, selected->toMs - selected->fromMs) / 2;
        point(std::nullopt); // the time below the pointer is another now
        Q_EMIT zoomWanted(middle - half, middle + half);
    } else if (!done.moved && !done.pans) {
        m_clickedBucket = m_shown.bucketAt(timeAt(done.from.x()));
        m_clickedSeries = m_clickedBucket >= 0 ? seriesAt(done.from, m_clickedBucket) : -1;
        m_click.start();
    }
}

void TimeChart::mouseDoubleClickEvent(QMouseEvent *event)
{
    m_click.stop();
    endDrag();
    if (event->button() == Qt::LeftButton)
        Q_EMIT resetWanted();
}

void TimeChart::pickAt(int bucket, int series)
{
    if (bucket < 0 || bucket >= m_shown.buckets)
        return;
    const TimeSeries *hit =
        series >= 0 && size_t(series) < m_shown.series.size() ? &m_shown.series[size_t(series)] : nullptr;
    bool any = hit != nullptr;
    for (const TimeSeries &one : m_shown.series)
        any = any || (size_t(bucket) < one.values.size() && one.values[size_t(bucket)] > 0);
    if (any) // an empty bucket has no requests to show
        Q_EMIT picked(m_shown.startOf(bucket), m_shown.startOf(bucket + 1), hit ? hit->id : QString(),
                      hit ? hit->values[size_t(bucket)] : 0);
}

void TimeChart::zoomBy(double factor)
{
    const TimeSpan now = view();
    const qint64 span = qBound(shortestView, qint64(double(now.toMs - now.fromMs) * factor), longestView);
    qint64 centre = (now.fromMs + now.toMs) / 2;
    if (m_crosshair && m_crosshair->atMs())
        centre = qBound(now.fromMs, *m_crosshair->atMs(), now.toMs);
    const double share = double(centre - now.fromMs) / double(qMax<qint64>(1, now.toMs - now.fromMs));
    const qint64 from = centre - qint64(share * double(span));
    Q_EMIT zoomWanted(from, from + span);
}

void TimeChart::panBy(double share)
{
    const TimeSpan now = view();
    const auto by = qint64(double(now.toMs - now.fromMs) * share);
    Q_EMIT panWanted(now.fromMs + by, now.toMs + by);
}

void TimeChart::keyPressEvent(QKeyEvent *event)
{
    const int step = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    const bool crossed = m_crosshair && m_crosshair->atMs();
    if (event->key() == Qt::Key_Escape && (m_drag || crossed)) {
        endDrag();
        point(std::nullopt);
    } else if (step != 0 && event->modifiers().testFlag(Qt::ShiftModifier)) {
        panBy(step * keyPan);
    } else if (step != 0 && m_shown.buckets > 0) {
        const int from = crossed ? m_shown.bucketAt(*m_crosshair->atMs()) : m_shown.buckets;
        point(m_shown.middleOf(qBound(0, from + step, m_shown.buckets - 1)));
    } else if (event->key() == Qt::Key_Plus || event->key() == Qt::Key_Equal) {
        zoomBy(keyZoom);
    } else if (event->key() == Qt::Key_Minus) {
        zoomBy(1 / keyZoom);
    } else if (event->key() == Qt::Key_0) {
        Q_EMIT resetWanted();
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && crossed) {
        pickAt(m_shown.bucketAt(*m_crosshair->atMs()), -1);
    } else {
        event->ignore(); // the view would scroll; the page may
    }
}

void TimeChart::leaveEvent(QEvent *event)
{
    point(std::nullopt);
    QChartView::leaveEvent(event);
}

void TimeChart::hideEvent(QHideEvent *event)
{
    m_click.stop();
    endDrag();
    if (m_crosshair && m_crosshair->source() == this)
        point(std::nullopt);
    QChartView::hideEvent(event);
}

void TimeChart::focusOutEvent(QFocusEvent *event)
{
    if (m_crosshair && m_crosshair->source() == this)
        point(std::nullopt);
    QChartView::focusOutEvent(event);
}

void TimeChart::wheelEvent(QWheelEvent *event)
{
    if (!event->modifiers().testFlag(Qt::ControlModifier) || event->angleDelta().y() == 0) {
        event->ignore(); // belongs to the page's scroll area
        return;
    }
    pointAt(event->position());
    zoomBy(std::pow(0.8, double(event->angleDelta().y()) / 120));
    event->accept();
}

} // namespace signalbox
