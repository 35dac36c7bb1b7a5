// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/timeline_rows.h"

#include <QtWidgets/QWidget>

namespace signalbox {

// What happened to a request, on one time axis: the gateway's own work, a bar for each attempt in its signal colour,
// below it its phases; the stream as the pieces that left. Linear up to the first token, then compressed behind a break
// mark. Its accessible description has the same in words. GUI thread.
class TimelineView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TimelineView)

public:
    explicit TimelineView(QWidget *parent = nullptr);

    void setTimeline(Timeline timeline);
    const Timeline &timeline() const { return m_timeline; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {200, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    bool event(QEvent *event) override;

private:
    double plotWidth() const;
    void paintAxis(QPainter &painter, const TimelineScale &scale);
    void paintRow(QPainter &painter, const TimelineScale &scale, const TimelineRow &row, int top);
    void paintStream(QPainter &painter, const TimelineScale &scale, const TimelineRow &row, int top);

    Timeline m_timeline;
};

} // namespace signalbox
