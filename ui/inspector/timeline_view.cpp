// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/waterfall.h"

#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/signal_mark.h"

#include <QtGui/QPainter>

#include <algorithm>

namespace signalbox {

namespace {
constexpr int axisHeight = 22;
constexpr int barHeight = 12;
constexpr int phaseHeight = 6;
constexpr int rowHeight = 22;
constexpr int labelWidth = 92;
constexpr int timeWidth = 64;
constexpr int rowsPerAttempt = 4;
} // namespace

Waterfall::Waterfall(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Attempts over time"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void Waterfall::setRecord(const RequestRecord &record)
{
    m_startMs = record.startedAtMs;
    m_attempts = record.attempts;
    m_spanMs = std::max(record.durationMs, 1.0);
    for (const AttemptRecord &attempt : m_attempts)
        m_spanMs = std::max(m_spanMs, double(attempt.startedAtMs - m_startMs) + attempt.durationMs);
    updateGeometry();
    update();
}

QSize Waterfall::sizeHint() const
{
    return {380, axisHeight + int(m_attempts.size()) * rowsPerAttempt * rowHeight + 4};
}

void Waterfall::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const double plot = std::max(40, width() - labelWidth - timeWidth);
    const auto x = [&](double ms) { return labelWidth + std::clamp(ms, 0.0, m_spanMs) / m_spanMs * plot; };
    painter.setFont(theme().font(TextStyle::Axis));
    for (int i = 0; i <= 4; ++i) {
        const double ms = m_spanMs * i / 4;
        painter.setPen(QPen(theme().color(Token::Grid), 0));
        painter.drawLine(QPointF(x(ms), axisHeight), QPointF(x(ms), height()));
        painter.setPen(theme().color(Token::Axis));
        const int flags = i == 0 ? int(Qt::AlignLeft) : i == 4 ? int(Qt::AlignRight) : int(Qt::AlignHCenter);
        const double left = i == 0 ? x(ms) : i == 4 ? x(ms) - 70 : x(ms) - 35;
        NumberText::draw(painter, QRectF(left, 0, 70, axisHeight).toRect(), Qt::Alignment(flags) | Qt::AlignVCenter,
                         formatTime(ms, TimeStyle::Detail));
    }
    int top = axisHeight;
    const auto bar = [&](const QString &label, double fromMs, double lengthMs, const QColor &color, int thick) {
        const bool head = thick == barHeight;
        painter.setFont(theme().font(head ? TextStyle::SmallStrong : TextStyle::Small));
        painter.setPen(theme().color(head ? Token::Text : Token::Text3));
        painter.drawText(QRect(head ? 0 : 10, top, labelWidth - 10, rowHeight), Qt::AlignVCenter, label);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        const double wide = std::max(2.0, x(fromMs + lengthMs) - x(fromMs));
        painter.drawRoundedRect(QRectF(x(fromMs), top + (rowHeight - thick) / 2.0, wide, thick), 2, 2);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(theme().color(Token::Text3));
        NumberText::draw(painter, QRect(width() - timeWidth, top, timeWidth, rowHeight),
                         Qt::AlignRight | Qt::AlignVCenter, formatTime(lengthMs, TimeStyle::Detail));
        top += rowHeight;
    };
    const QColor phase = theme().color(Token::Idle);
    for (const AttemptRecord &attempt : m_attempts) {
        const double start = double(attempt.startedAtMs - m_startMs);
        const Signal signal = attempt.status == 0 ? Signal::Stop : SignalMark::ofStatus(attempt.status);
        bar(tr("Attempt %1").arg(attempt.n), start, attempt.durationMs, theme().color(SignalMark::token(signal)),
            barHeight);
        const double connected = attempt.connectMs.value_or(0);
        const double firstByte = attempt.ttfbMs.value_or(attempt.durationMs);
        bar(tr("connect"), start, connected, phase, phaseHeight);
        bar(tr("first byte"), start + connected, std::max(0.0, firstByte - connected), phase, phaseHeight);
        bar(tr("stream"), start + firstByte, std::max(0.0, attempt.durationMs - firstByte),
            theme().color(Token::Accent), phaseHeight);
    }
}

} // namespace signalbox
