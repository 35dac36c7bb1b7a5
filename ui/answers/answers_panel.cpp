// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/answers/answers_panel.h"

#include "ui/widgets/icon_engine.h"
#include "ui/widgets/theme.h"

#include <QtGui/QPainter>
#include <QtGui/QTextLayout>
#include <QtWidgets/QStyle>
#include <QtWidgets/QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int side = 12;
constexpr int iconSide = 20;
constexpr int chevronSide = 16;
constexpr int above = 8;

// The sentence in lines of a width; its subject stands out.
void layOut(QTextLayout &layout, const AnswerCard &card, int width, Qt::LayoutDirection direction)
{
    layout.setText(card.sentence());
    layout.setFont(theme().font(TextStyle::Body));
    // At the side where the window begins; in the order of its own words.
    QTextOption option(direction == Qt::RightToLeft ? Qt::AlignRight : Qt::AlignLeft);
    option.setTextDirection(card.sentence().isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QTextCharFormat strong;
    strong.setFont(theme().font(TextStyle::BodyStrong));
    strong.setForeground(theme().color(Token::Text));
    layout.setFormats({{0, int(card.subject.size()), strong}});
    layout.beginLayout();
    double y = 0;
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(width);
        line.setPosition({0, y});
        y += line.height();
    }
    layout.endLayout();
}

} // namespace

AnswerRow::AnswerRow(QWidget *parent) : QAbstractButton(parent)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setFocusPolicy(Qt::StrongFocus);
    connect(&theme(), &Theme::themeChanged, this, &QWidget::updateGeometry);
}

void AnswerRow::show(const AnswerCard &card)
{
    const bool same = m_card.sentence() == card.sentence();
    m_card = card;
    setText(card.sentence());
    setAccessibleName(card.sentence());
    setAccessibleDescription(card.method);
    setToolTip(card.method);
    setEnabled(card.link != AnswerCard::Link::None);
    setCursor(isEnabled() ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (!same)
        updateGeometry();
    update();
}

int AnswerRow::textWidth(int width) const
{
    return qMax(80, width - 2 * side - iconSide - 12 - chevronSide - 8);
}

int AnswerRow::heightForWidth(int width) const
{
    QTextLayout layout;
    layOut(layout, m_card, textWidth(width), layoutDirection());
    return qMax(iconSide, int(std::ceil(layout.boundingRect().height()))) + 2 * above + 1;
}

void AnswerRow::resizeEvent(QResizeEvent *event)
{
    QAbstractButton::resizeEvent(event);
    updateGeometry();
}

void AnswerRow::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (isEnabled() && (underMouse() || isDown()))
        painter.fillRect(rect().adjusted(1, 0, -1, -1), theme().color(isDown() ? Token::Pressed : Token::Hover));
    painter.fillRect(QRect(0, height() - 1, width(), 1), theme().color(Token::Line));
    const auto visual = [this](const QRect &box) { return QStyle::visualRect(layoutDirection(), rect(), box); };
    const Token ink = m_card.caution ? Token::CautionText : Token::Text2;
    drawIcon(painter, visual(QRect(side, above, iconSide, iconSide)), m_card.icon, theme().color(ink), iconSide);
    QTextLayout layout;
    layOut(layout, m_card, textWidth(width()), layoutDirection());
    const QRect box(side + iconSide + 12, above, textWidth(width()), height() - 2 * above);
    painter.setPen(theme().color(m_card.known ? ink : Token::Text3));
    layout.draw(&painter, visual(box).topLeft());
    if (isEnabled()) { // points onwards, wherever that is
        painter.save();
        painter.translate(layoutDirection() == Qt::RightToLeft ? side + chevronSide : width() - side - chevronSide,
                          0.5 * (height() - chevronSide));
        painter.scale(layoutDirection() == Qt::RightToLeft ? -1 : 1, 1);
        drawIcon(painter, QRect(0, 0, chevronSide, chevronSide), u"chevron"_s, theme().color(Token::Text3),
                 chevronSide);
        painter.restore();
    }
    if (hasFocus()) {
        painter.setPen(QPen(theme().color(Token::Accent), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(3, 2, -3, -3), 5, 5);
    }
}

void AnswerRow::enterEvent(QEnterEvent *)
{
    update();
}

void AnswerRow::leaveEvent(QEvent *)
{
    update();
}

AnswersPanel::AnswersPanel(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("In words"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    for (const AnswerCard &card : {fastestCard({}), costDriverCard({}), repetitionCard({}), limitsCard({}, {}, 0),
                                   savingsCard({}), reconcileCard()}) {
        auto *row = new AnswerRow;
        row->show(card);
        connect(row, &QAbstractButton::clicked, this, [this, row] { follow(row->card()); });
        column->addWidget(row);
        m_rows.push_back(row);
    }
    column->addStretch(1);
}

AnswerRow *AnswersPanel::row(const QString &id) const
{
    for (AnswerRow *row : m_rows) {
        if (row->card().id == id)
            return row;
    }
    return nullptr;
}

void AnswersPanel::showData(const AnswersData &told)
{
    for (const AnswerCard &card : {fastestCard(told), costDriverCard(told), repetitionCard(told), savingsCard(told)})
        row(card.id)->show(card);
}

void AnswersPanel::showLimits(const GatewaySnapshot &snapshot, const Config &config, qint64 nowMs)
{
    const AnswerCard card = limitsCard(snapshot, config, nowMs);
    AnswerRow *shown = row(card.id);
    if (shown->card().sentence() != card.sentence() || shown->card().method != card.method)
        shown->show(card);
}

void AnswersPanel::follow(const AnswerCard &card)
{
    switch (card.link) {
    case AnswerCard::Link::Requests:
        Q_EMIT requestsWanted(card.filter);
        break;
    case AnswerCard::Link::Projects:
        Q_EMIT projectsWanted();
        break;
    case AnswerCard::Link::Providers:
        Q_EMIT providersWanted();
        break;
    case AnswerCard::Link::Reconcile:
        Q_EMIT reconcileWanted();
        break;
    case AnswerCard::Link::None:
        break;
    }
}

} // namespace signalbox
