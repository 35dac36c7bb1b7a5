// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/top_bar.h"

#include "ui/main_window/palette_button.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/page.h"

#include <QtCore/QEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int spendGap = 6;
constexpr int leastSubtitle = 24; // also the room that must be left where there is none
} // namespace

TopBar::TopBar(QWidget *parent)
    : QWidget(parent),
      m_title(makeLabel({}, TextStyle::Title, Token::Text)),
      m_subtitle(makeElidedLabel({}, TextStyle::Body, Token::Text2)),
      m_simulated(new Badge),
      m_spend(new QWidget),
      m_spendLabel(makeLabel(tr("Today"), TextStyle::Small, Token::Text3)),
      m_spendNumber(new NumberLabel(TextStyle::NumberSmall)),
      m_find(new PaletteButton)
{
    setFixedHeight(48);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 0, 16, 1);
    row->setSpacing(16);
    row->addWidget(m_title);
    row->addWidget(m_subtitle);
    m_toolRow = new QHBoxLayout;
    m_toolRow->setSpacing(8);
    row->addLayout(m_toolRow);
    row->addStretch(1);
    m_actionRow = new QHBoxLayout;
    m_actionRow->setSpacing(8);
    row->addLayout(m_actionRow);
    auto *spend = new QHBoxLayout(m_spend);
    spend->setContentsMargins(0, 0, 0, 0);
    spend->setSpacing(spendGap);
    spend->addWidget(m_spendLabel);
    spend->addWidget(m_spendNumber);
    m_simulated->setState(Signal::Off, tr("Simulated"));
    m_simulated->setToolTip(tr("Simulated providers: nothing here costs money"));
    m_simulated->hide();
    row->addWidget(m_simulated);
    row->addWidget(m_spend);
    row->addWidget(m_find);
    connect(m_find, &PaletteButton::clicked, this, &TopBar::paletteRequested);
    m_spend->hide();
    m_subtitle->hide();
    m_subtitle->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
    m_subtitle->setMinimumWidth(0);
}

void TopBar::addPage(Page *page)
{
    Tools tools{page, page->headerTools(), page->headerActions(), {}};
    if (tools.tools) {
        m_toolRow->addWidget(tools.tools);
        tools.tools->hide();
    }
    if (tools.actions) {
        m_actionRow->addWidget(tools.actions);
        tools.actions->hide();
    }
    m_tools.push_back(tools);
    connect(page, &Page::subtitleChanged, this, [this, page](const QString &text) {
        for (Tools &of : m_tools) {
            if (of.page == page)
                of.subtitle = text;
        }
        if (page == m_current)
            showPage(page);
    });
}

void TopBar::showPage(Page *page)
{
    m_current = page;
    m_title->setText(page->title());
    for (const Tools &of : m_tools) {
        const bool current = of.page == page;
        if (of.tools)
            of.tools->setVisible(current);
        if (of.actions)
            of.actions->setVisible(current);
        if (current) {
            m_subtitle->setText(of.subtitle);
            m_subtitle->setVisible(!of.subtitle.isEmpty());
        }
    }
}

void TopBar::setSpendToday(qint64 nanoUsd, qint64 unpriced)
{
    m_spendNumber->setText(formatMoney(int64_t(nanoUsd), Places::Tile));
    m_spend->setToolTip(unpriced > 0
                            ? tr("Today's spend; %1 unpriced requests are not in it", nullptr, pluralCount(unpriced))
                                  .arg(formatCount(unpriced))
                            : tr("Today's spend"));
    m_spend->show();
}

void TopBar::setSimulated(bool simulated)
{
    m_simulated->setVisible(simulated);
}

bool TopBar::isSimulated() const
{
    return !m_simulated->isHidden();
}

bool TopBar::event(QEvent *event)
{
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest)
        fit();
    return QWidget::event(event);
}

// The search loses its words first, then the spend its name: both keep their tool tips.
void TopBar::fit()
{
    const int label = m_spendLabel->sizeHint().width() + spendGap;
    const int others = layout()->sizeHint().width() - m_find->sizeHint().width() -
                       (m_subtitle->isHidden() ? 0 : m_subtitle->sizeHint().width()) -
                       (m_spendLabel->isHidden() ? 0 : label);
    m_find->setWords(others + label + m_find->widthOf(true) + leastSubtitle <= width());
    m_spendLabel->setVisible(others + label + m_find->widthOf(m_find->hasWords()) <= width());
}

void TopBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(QPen(theme().color(Token::Line), 0));
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

} // namespace signalbox
