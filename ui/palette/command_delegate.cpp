// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/palette/command_delegate.h"

#include "ui/palette/command_model.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QStyle>

namespace signalbox {

namespace {

constexpr int padding = 10;
constexpr int iconSide = 16;

struct Inks {
    QColor text;
    QColor found;
    QColor quiet;
};

Inks inksOf(bool selected)
{
    if (selected && theme().isHighContrast())
        return {theme().selectionText(), theme().selectionText(), theme().selectionText()};
    return {theme().color(Token::Text), theme().color(Token::AccentText), theme().color(Token::Text3)};
}

// Takes its room from the side where `box` begins (or ends) to be read.
QRect take(QRect &box, int width, bool atEnd, Qt::LayoutDirection direction)
{
    const QRect logical = QStyle::visualRect(direction, box, box);
    const QRect taken(atEnd ? logical.right() + 1 - width : logical.left(), box.top(), width, box.height());
    const QRect rest = atEnd ? logical.adjusted(0, 0, -width - padding, 0) : logical.adjusted(width + padding, 0, 0, 0);
    const QRect before = box;
    box = QStyle::visualRect(direction, before, rest);
    return QStyle::visualRect(direction, before, taken);
}

// Right-to-left text is drawn whole: its letters join, so that none can be painted alone.
void paintWords(QPainter *painter, const QRect &box, const QString &text, const QVariantList &found, const Inks &inks)
{
    const QFont normal = theme().font(TextStyle::Body);
    QFont strong = normal;
    strong.setWeight(QFont::DemiBold);
    painter->setFont(normal);
    painter->setPen(inks.text);
    if (found.isEmpty() || text.isRightToLeft() || painter->fontMetrics().horizontalAdvance(text) > box.width()) {
        painter->drawText(box, Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine,
                          painter->fontMetrics().elidedText(text, Qt::ElideRight, box.width()));
        return;
    }
    int x = box.left();
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool hit = found.contains(i);
        painter->setFont(hit ? strong : normal);
        painter->setPen(hit ? inks.found : inks.text);
        const QString letter = text.mid(i, 1);
        painter->drawText(QRect(x, box.top(), box.right() - x + 1, box.height()), int(Qt::AlignLeft | Qt::AlignVCenter),
                          letter);
        x += painter->fontMetrics().horizontalAdvance(letter);
    }
}

int widthOfWords(const QString &text, const QVariantList &found)
{
    const QFont normal = theme().font(TextStyle::Body);
    if (found.isEmpty())
        return QFontMetrics(normal).horizontalAdvance(text) + 2;
    QFont strong = normal;
    strong.setWeight(QFont::DemiBold);
    int width = 2;
    for (qsizetype i = 0; i < text.size(); ++i)
        width += QFontMetrics(found.contains(i) ? strong : normal).horizontalAdvance(text.mid(i, 1));
    return width;
}

} // namespace

int CommandDelegate::rowHeight()
{
    return qRound(34 * theme().textScale() / 100.0);
}

QSize CommandDelegate::sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const
{
    return {0, rowHeight()};
}

void CommandDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    painter->setLayoutDirection(option.direction);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const Inks inks = inksOf(selected);
    if (selected) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(theme().color(Token::AccentSoft));
        painter->drawRoundedRect(option.rect, 5, 5);
    }
    QRect box = option.rect.adjusted(padding, 0, -padding, 0);
    const QString icon = index.data(CommandModel::IconRole).toString();
    if (!icon.isEmpty())
        drawIcon(*painter, take(box, iconSide, false, option.direction), icon,
                 selected ? inks.text : theme().color(Token::Text2), iconSide);
    painter->setFont(theme().font(TextStyle::Small));
    painter->setPen(inks.quiet);
    const QString keys = index.data(CommandModel::ShortcutRole).toString();
    if (!keys.isEmpty()) {
        const int width = painter->fontMetrics().horizontalAdvance(keys) + 1;
        painter->drawText(take(box, width, true, option.direction), Qt::AlignCenter | Qt::TextSingleLine, keys);
    }
    const QString group = index.data(CommandModel::GroupRole).toString();
    const QString text = index.data(Qt::DisplayRole).toString();
    const QVariantList found = index.data(CommandModel::MatchRole).toList();
    const int groupWidth = group.isEmpty() ? 0 : painter->fontMetrics().horizontalAdvance(group) + 1;
    const int most = qMax(box.width() / 2, box.width() - groupWidth - padding);
    const QRect words = take(box, qMin(widthOfWords(text, found), most), false, option.direction);
    painter->drawText(box, Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine,
                      painter->fontMetrics().elidedText(group, Qt::ElideRight, box.width()));
    paintWords(painter, words, text, found, inks);
    painter->restore();
}

} // namespace signalbox
