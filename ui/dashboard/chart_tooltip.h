// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/time_series.h"

#include <QtWidgets/QWidget>

namespace signalbox {

// The dark box beside the crosshair: time, one row per series with the largest first, the total last. A child of the
// window, so that a small chart does not cut it; never takes the pointer.
class ChartTooltip final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartTooltip)

public:
    struct Row {
        std::optional<SeriesInk> ink;
        QString name;
        QString value;
    };

    explicit ChartTooltip(QWidget *window);

    // Beside `anchor` (window coordinates), on the side that has room.
    void showAt(const QPoint &anchor, const QString &head, std::vector<Row> rows, bool lastIsTotal);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_head;
    std::vector<Row> m_rows;
    bool m_lastIsTotal = false;
};

} // namespace signalbox
