// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/panel.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QVBoxLayout>

namespace signalbox {

Panel::Panel(const QString &title, QWidget *parent) : QFrame(parent)
{
    setProperty("panel", true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);

    m_head = new QWidget;
    auto *head = new QHBoxLayout(m_head);
    head->setContentsMargins(12, 8, 12, 4);
    head->setSpacing(8);
    m_title = makeLabel(title, TextStyle::PanelHead, Token::Text);
    m_subtitle = makeLabel({}, TextStyle::Small, Token::Text3);
    m_beside = new QHBoxLayout;
    m_beside->setSpacing(8);
    m_tools = new QHBoxLayout;
    m_tools->setSpacing(8);
    head->addWidget(m_title);
    head->addWidget(m_subtitle);
    head->addLayout(m_beside);
    head->addStretch(1);
    head->addLayout(m_tools);
    column->addWidget(m_head);

    m_body = new QVBoxLayout;
    m_body->setContentsMargins(12, 4, 12, 12);
    m_body->setSpacing(8);
    column->addLayout(m_body, 1);
    setTitle(title);
    m_subtitle->hide();
}

void Panel::setTitle(const QString &title)
{
    m_title->setText(title);
    m_head->setVisible(!title.isEmpty());
    setAccessibleName(title);
}

void Panel::setSubtitle(const QString &text)
{
    m_subtitle->setText(text);
    m_subtitle->setVisible(!text.isEmpty());
}

void Panel::addTool(QWidget *tool)
{
    m_tools->addWidget(tool);
}

void Panel::addBesideTitle(QWidget *widget)
{
    m_beside->addWidget(widget);
}

void Panel::setBodyMargins(int left, int top, int right, int bottom)
{
    m_body->setContentsMargins(left, top, right, bottom);
}

} // namespace signalbox
