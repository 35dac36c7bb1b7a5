// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/problem_banner.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/signal_mark.h"

#include <QtGui/QAccessible>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

namespace signalbox {

ProblemBanner::ProblemBanner(QWidget *parent)
    : QFrame(parent), m_text(makeLabel({}, TextStyle::BodyStrong, Token::StopText)), m_button(makeButton(tr("Show")))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 6, 16, 6);
    row->setSpacing(10);
    auto *mark = new SignalMark;
    mark->setSignal(Signal::Stop);
    row->addWidget(mark);
    m_text->setWordWrap(true);
    makeSelectable(m_text);
    row->addWidget(m_text, 1);
    row->addWidget(m_button);
    connect(m_button, &QPushButton::clicked, this, &ProblemBanner::actionRequested);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    hide();
}

void ProblemBanner::showProblem(const QString &text, const QString &actionText)
{
    const bool announce = isHidden() || m_text->text() != text;
    m_text->setText(text);
    m_button->setText(actionText);
    m_button->setVisible(!actionText.isEmpty());
    setAccessibleName(text);
    show();
    if (announce) {
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

void ProblemBanner::clear()
{
    hide();
}

QString ProblemBanner::text() const
{
    return isHidden() ? QString() : m_text->text();
}

void ProblemBanner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), theme().color(Token::StopSoft));
    painter.setPen(QPen(theme().color(theme().isHighContrast() ? Token::Line : Token::Stop), 0));
    painter.drawLine(0, height() - 1, width(), height() - 1);
}

} // namespace signalbox
