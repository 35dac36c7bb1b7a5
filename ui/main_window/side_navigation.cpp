// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/side_navigation.h"

#include "ui/main_window/gateway_card.h"
#include "ui/main_window/nav_button.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/motion.h"

#include <QtGui/QAction>
#include <QtGui/QPainter>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int fullWidth = 200;
constexpr int compactWidth = 52;
} // namespace

SideNavigation::SideNavigation(QMenu *menu, QWidget *parent)
    : QWidget(parent),
      m_icon(new QLabel),
      m_name(makeLabel(tr("Signalbox"), TextStyle::NumberSmall, Token::Text)),
      m_menuButton(makeIconButton(u"more"_s, tr("Menu"))),
      m_card(new GatewayCard),
      m_fold(new Motion(this))
{
    setAccessibleName(tr("Navigation"));
    m_icon->setFixedSize(24, 24);
    m_icon->setPixmap(applicationIcon().pixmap(QSize(24, 24), devicePixelRatioF()));
    m_menuButton->setMenu(menu);
    m_menuButton->setPopupMode(QToolButton::InstantPopup);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 1, 8);
    column->setSpacing(0);
    auto *head = new QGridLayout;
    column->addLayout(head);
    head->setContentsMargins(16, 11, 8, 11);
    head->setHorizontalSpacing(9);
    head->setColumnStretch(1, 1);
    head->addWidget(m_icon, 0, 0);
    head->addWidget(m_name, 0, 1);
    head->addWidget(m_menuButton, 0, 2);

    auto *cardRow = new QVBoxLayout;
    cardRow->setContentsMargins(8, 0, 7, 12);
    cardRow->addWidget(m_card);
    column->addLayout(cardRow);
    m_top = new QVBoxLayout;
    m_top->setSpacing(0);
    column->addLayout(m_top);
    column->addStretch(1);
    m_bottom = new QVBoxLayout;
    m_bottom->setSpacing(0);
    column->addLayout(m_bottom);
    connect(m_fold, &Motion::moved, this, &SideNavigation::placeFold);
    setFixedWidth(fullWidth);
}

void SideNavigation::addEntry(QAction *action, const QString &icon, Place place)
{
    auto *button = new NavButton(action->iconText(), icon);
    button->setShortcutHint(action->shortcut().toString(QKeySequence::NativeText));
    button->setCompact(m_compact);
    button->setCheckable(action->isCheckable());
    button->setChecked(action->isChecked());
    connect(button, &NavButton::clicked, action, [action, button] {
        action->trigger();
        button->setChecked(action->isChecked());
    });
    connect(action, &QAction::toggled, button, &NavButton::setChecked);
    (place == Place::Top ? m_top : m_bottom)->addWidget(button);
    m_entries.push_back(button);
}

void SideNavigation::setCompact(bool compact)
{
    if (m_compact == compact)
        return;
    m_compact = compact;
    m_name->setVisible(!compact);
    auto *head = static_cast<QGridLayout *>(layout()->itemAt(0)->layout());
    head->removeWidget(m_menuButton);
    head->setContentsMargins(compact ? 14 : 16, 11, compact ? 4 : 8, compact ? 4 : 11);
    head->addWidget(m_menuButton, compact ? 1 : 0, compact ? 0 : 2);
    m_card->setCompact(compact);
    for (NavButton *entry : m_entries)
        entry->setCompact(compact);
    m_foldFrom = width();
    if (isVisible())
        m_fold->begin(Motion::folding);
    else
        placeFold();
}

void SideNavigation::placeFold()
{
    const int there = m_compact ? compactWidth : fullWidth;
    setFixedWidth(there + qRound((m_foldFrom - there) * m_fold->left()));
}

void SideNavigation::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(QPen(theme().color(Token::Line), 0));
    const int x = isRightToLeft() ? 0 : width() - 1;
    painter.drawLine(x, 0, x, height());
}

} // namespace signalbox
