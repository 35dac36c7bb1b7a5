// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QButtonGroup;
class QHBoxLayout;
class QToolButton;

namespace signalbox {

// One choice of a few, side by side. One stop for Tab; arrows choose, as in a radio group.
class SegmentedControl final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SegmentedControl)

public:
    explicit SegmentedControl(const QString &accessibleName, QWidget *parent = nullptr);

    int addSegment(const QString &text, const QString &toolTip = {}); // returns its index
    void setSegmentText(int index, const QString &text);
    void setSegmentVisible(int index, bool visible);
    int current() const;
    void setCurrent(int index); // below 0: none of them
    int count() const;

Q_SIGNALS:
    void chosen(int index); // by the user only

private:
    void restyle();

    QButtonGroup *m_group;
    QHBoxLayout *m_row;
};

} // namespace signalbox
