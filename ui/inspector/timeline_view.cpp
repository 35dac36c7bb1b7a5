// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/timeline_view.h"

#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/series_colors.h"
#include "ui/widgets/signal_mark.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QToolTip>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int axisHeight = 24;
constexpr int barHeight = 12;
constexpr int phaseHeight = 7;
constexpr int rowHeight = 22;
constexpr int labelWidth = 96;
constexpr int noteGap = 6;
constexpr int markWidth = 70;

bool isHead(const TimelineRow &row)
{
    return row.kind == TimelineRow::Kind::Head || row.kind == TimelineRow::Kind::Attempt;
}

QColor colorOf(const TimelineRow &row)
{
    switch (row.kind) {
    case TimelineRow::Kind::Attempt:
        return theme().color(SignalMark::token(row.status == 0 ? Signal::Stop : SignalMark::ofStatus(row.status)));
    case TimelineRow::Kind::Stream:
        return theme().color(Token::Accent);
    default:
        return theme().color(Token::Idle);
    }
}

} // namespace

TimelineView::TimelineView(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Timeline"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setLayoutDirection(Qt::LeftToRight); // time runs from the left in every language
}

void TimelineView::setTimeline(Timeline timeline)
{
    m_timeline = std::move(timeline);
    QStringList words;
    for (const TimelineRow &row : m_timeline.rows)
        words += tr("%1: %2, after %3").arg(row.label, row.note, formatTime(row.fromMs, TimeStyle::Detail));
    setAccessibleDescription(words.join(u"\n"_s));
    updateGeometry();
    update();
}

QSize TimelineView::sizeHint() const
{
    return {380, axisHeight + int(m_timeline.rows.size()) * rowHeight + 4};
}

double TimelineView::plotWidth() const
{
    return std::max(40, width() - labelWidth);
}

void TimelineView::paintAxis(QPainter &painter, const TimelineScale &scale)
{
    painter.setFont(theme().font(TextStyle::Axis));
    const std::vector<double> marks = scale.marks();
    for (size_t i = 0; i < marks.size(); ++i) {
        const double x = labelWidth + scale.at(marks[i]) * plotWidth();
        painter.setPen(QPen(theme().color(Token::Grid), 0));
        painter.drawLine(QPointF(x, axisHeight), QPointF(x, height()));
        painter.setPen(theme().color(Token::Axis));
        const bool first = i == 0;
        const bool last = i + 1 == marks.size();
        const double left = first ? x : last ? x - markWidth : x - markWidth / 2.0;
        const auto align = first ? Qt::AlignLeft : last ? Qt::AlignRight : Qt::AlignHCenter;
        NumberText::draw(painter, QRectF(left, 0, markWidth, axisHeight - 4).toRect(), align | Qt::AlignVCenter,
                         first ? u"0"_s : formatTime(marks[i], TimeStyle::Detail));
    }
    if (!scale.breaks())
        return;
    const double x = labelWidth + scale.at(scale.breakMs()) * plotWidth();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(Token::Axis), 1.2));
    for (const double shift : {1.0, 5.0})
        painter.drawLine(QPointF(x + shift, axisHeight + 1), QPointF(x + shift + 3, axisHeight - 6));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void TimelineView::paintStream(QPainter &painter, const TimelineScale &scale, const TimelineRow &row, int top)
{
    QColor ground = colorOf(row);
    ground.setAlphaF(0.25F);
    const double y = top + (rowHeight - phaseHeight) / 2.0;
    const auto at = [&](double ms) { return labelWidth + scale.at(ms) * plotWidth(); };
    const double from = at(row.fromMs);
    const double to = std::max(from + 2, at(row.fromMs + row.lengthMs));
    if (row.ticks.empty()) {
        painter.fillRect(QRectF(from, y, to - from, phaseHeight), colorOf(row));
        return;
    }
    painter.fillRect(QRectF(from, y, to - from, phaseHeight), ground);
    double drawn = -1;
    for (const double tick : row.ticks) {
        const double x = std::min(at(tick), to - 1);
        if (x < drawn + 2) // no more than one piece in two pixels
            continue;
        painter.fillRect(QRectF(x, y, 1.5, phaseHeight), colorOf(row));
        drawn = x;
    }
}

void TimelineView::paintRow(QPainter &painter, const TimelineScale &scale, const TimelineRow &row, int top)
{
    const bool head = isHead(row);
    painter.setFont(theme().font(head ? TextStyle::SmallStrong : TextStyle::Small));
    painter.setPen(theme().color(head ? Token::Text : Token::Text3));
    const QRect label(head ? 0 : 10, top, labelWidth - (head ? 8 : 18), rowHeight);
    painter.drawText(label, Qt::AlignVCenter,
                     painter.fontMetrics().elidedText(row.label, Qt::ElideRight, label.width()));
    if (row.kind == TimelineRow::Kind::Attempt) {
        const int x = std::min(labelWidth - 16, label.left() + painter.fontMetrics().horizontalAdvance(row.label) + 6);
        painter.fillRect(QRectF(x, top + rowHeight / 2.0 - 4, 8, 8),
                         theme().series(providerColors().slot(row.provider)));
    }
    const double from = labelWidth + scale.at(row.fromMs) * plotWidth();
    const double to = std::max(from + 2, labelWidth + scale.at(row.fromMs + row.lengthMs) * plotWidth());
    const int thick = row.kind == TimelineRow::Kind::Attempt ? barHeight : phaseHeight;
    if (row.kind == TimelineRow::Kind::Stream) {
        paintStream(painter, scale, row, top);
    } else {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colorOf(row));
        painter.drawRoundedRect(QRectF(from, top + (rowHeight - thick) / 2.0, to - from, thick), 2, 2);
        painter.setRenderHint(QPainter::Antialiasing, false);
    }
    painter.setFont(theme().font(TextStyle::Small));
    const int wide = NumberText::width(painter.font(), row.note);
    // Behind the bar, else before it; where neither has room, on the ground of the row's end.
    int x = int(to) + noteGap;
    if (x + wide > width())
        x = int(from) - noteGap - wide;
    const bool over = x < labelWidth;
    if (over)
        x = std::max(labelWidth, width() - wide);
    if (over) {
        QColor ground = theme().color(Token::Surface);
        ground.setAlphaF(0.85F);
        painter.fillRect(QRect(x - 3, top + 2, wide + 6, rowHeight - 4), ground);
    }
    painter.setPen(theme().color(over ? Token::Text : Token::Text3));
    NumberText::draw(painter, QRect(x, top, wide, rowHeight), Qt::AlignLeft | Qt::AlignVCenter, row.note);
}

void TimelineView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const TimelineScale scale(m_timeline.spanMs, m_timeline.firstTokenMs);
    paintAxis(painter, scale);
    int top = axisHeight;
    for (const TimelineRow &row : m_timeline.rows) {
        if (isHead(row) && top > axisHeight) {
            painter.setPen(QPen(theme().color(Token::Line), 0));
            painter.drawLine(0, top, width(), top);
        }
        paintRow(painter, scale, row, top);
        top += rowHeight;
    }
}

bool TimelineView::event(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto *help = static_cast<QHelpEvent *>(event);
    const int at = (help->pos().y() - axisHeight) / rowHeight;
    if (help->pos().y() >= axisHeight && at < int(m_timeline.rows.size())) {
        const TimelineRow &row = m_timeline.rows[size_t(at)];
        QToolTip::showText(help->globalPos(),
                           tr("%1: %2, after %3").arg(row.label, row.note, formatTime(row.fromMs, TimeStyle::Detail)),
                           this);
    } else {
        QToolTip::hideText();
    }
    return true;
}

} // namespace signalbox
