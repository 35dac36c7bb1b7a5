// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/time_series.h"

#include <QtCore/QSet>
#include <QtWidgets/QWidget>

class QLabel;

namespace signalbox {

class LegendItem;

// Swatch and name per series. Click hides one, Ctrl+click leaves it alone, double click brings all back. What has no
// room is counted at the end.
class ChartLegend final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartLegend)

public:
    explicit ChartLegend(QWidget *parent = nullptr);
    ~ChartLegend() override;

    void setSeries(const std::vector<TimeSeries> &all);
    const QSet<QString> &hidden() const { return m_hidden; }
    void setHidden(const QSet<QString> &ids);
    void showAll() { setHidden({}); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void hiddenChanged();

protected:
    void resizeEvent(QResizeEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void itemClicked(const QString &id, Qt::KeyboardModifiers modifiers);
    void place();

    std::vector<LegendItem *> m_items;
    QLabel *m_more;
    QSet<QString> m_hidden;
};

} // namespace signalbox
