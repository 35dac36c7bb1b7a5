// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/segmented_control.h"

#include "ui/widgets/theme.h"

#include <QtWidgets/QButtonGroup>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

SegmentedControl::SegmentedControl(const QString &accessibleName, QWidget *parent)
    : QWidget(parent), m_group(new QButtonGroup(this)), m_row(new QHBoxLayout(this))
{
    setAccessibleName(accessibleName);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(0);
    m_group->setExclusive(true);
    // Qt makes a Tab stop of whichever button had the focus last; it has to be the chosen one.
    connect(m_group, &QButtonGroup::buttonToggled, this, [](QAbstractButton *button, bool checked) {
        button->setFocusPolicy(checked ? Qt::StrongFocus : Qt::ClickFocus);
    });
    connect(m_group, &QButtonGroup::idClicked, this, &SegmentedControl::chosen);
}

int SegmentedControl::addSegment(const QString &text, const QString &toolTip)
{
    auto *button = new QToolButton;
    button->setText(text);
    button->setToolTip(toolTip);
    button->setCheckable(true);
    button->setFocusPolicy(Qt::ClickFocus);
    button->setToolButtonStyle(Qt::ToolButtonTextOnly);
    const int index = count();
    m_group->addButton(button, index);
    m_row->addWidget(button);
    if (index == 0)
        button->setChecked(true);
    restyle();
    return index;
}

void SegmentedControl::setSegmentText(int index, const QString &text)
{
    if (QAbstractButton *button = m_group->button(index))
        button->setText(text);
}

int SegmentedControl::current() const
{
    return m_group->checkedId();
}

void SegmentedControl::setSegmentVisible(int index, bool visible)
{
    if (QAbstractButton *button = m_group->button(index); button && button->isHidden() == visible) {
        button->setVisible(visible);
        restyle();
    }
}

void SegmentedControl::setCurrent(int index)
{
    if (index < 0 && m_group->checkedButton()) {
        QAbstractButton *last = m_group->checkedButton();
        m_group->setExclusive(false);
        last->setChecked(false);
        m_group->setExclusive(true);
        last->setFocusPolicy(Qt::StrongFocus); // the way in for Tab
        return;
    }
    if (QAbstractButton *button = m_group->button(index))
        button->setChecked(true);
}

int SegmentedControl::count() const
{
    return int(m_group->buttons().size());
}

void SegmentedControl::restyle()
{
    QList<QAbstractButton *> buttons = m_group->buttons();
    erase_if(buttons, [](const QAbstractButton *button) {
        return button->isHidden() && button->testAttribute(Qt::WA_WState_ExplicitShowHide);
    });
    for (qsizetype i = 0; i < buttons.size(); ++i) {
        QString place = u"middle"_s;
        if (buttons.size() == 1)
            place = u"only"_s;
        else if (i == 0)
            place = isRightToLeft() ? u"last"_s : u"first"_s; // the style sheet knows sides only
        else if (i + 1 == buttons.size())
            place = isRightToLeft() ? u"first"_s : u"last"_s;
        if (buttons[i]->property("segment").toString() == place)
            continue;
        buttons[i]->setProperty("segment", place);
        repolish(buttons[i]);
    }
}

} // namespace signalbox
