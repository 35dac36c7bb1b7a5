// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/tile.h"

#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/signal_mark.h"

#include <QtCore/QMetaMethod>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QStyle>

namespace signalbox {

namespace {
constexpr int tileHeight = 82;
constexpr int tilePadding = 12;
constexpr int narrowestTile = 128;
constexpr QSize sparkSize(44, 20);

int scaledTileHeight()
{
    return qRound(tileHeight * theme().textScale() / 100.0);
}
} // namespace

Tile::Tile(const QString &label, QWidget *parent) : QWidget(parent), m_label(label), m_number(missingText())
{
    setFocusPolicy(Qt::TabFocus);
    setAttribute(Qt::WA_Hover);
    describe();
}

void Tile::setLabel(const QString &label)
{
    if (std::exchange(m_label, label) == label)
        return;
    describe();
    update();
}

void Tile::setNumber(const QString &number)
{
    if (m_number == number)
        return;
    m_number = number;
    describe();
    update();
}

void Tile::setContext(const QString &context, std::optional<Signal> signal)
{
    if (m_context == context && m_signal == signal)
        return;
    m_context = context;
    m_signal = signal;
    describe();
    update();
}

void Tile::setSpark(std::vector<double> values, Token token)
{
    m_spark = std::move(values);
    m_sparkToken = token;
    update();
}

void Tile::setStale(bool stale)
{
    if (std::exchange(m_stale, stale) != stale)
        update();
}

void Tile::describe()
{
    setAccessibleName(tr("%1: %2").arg(m_label, m_number));
    setAccessibleDescription(m_context);
}

QSize Tile::sizeHint() const
{
    return {160, scaledTileHeight()};
}

QSize Tile::minimumSizeHint() const
{
    return {narrowestTile, scaledTileHeight()};
}

void Tile::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const bool clickable = isSignalConnected(QMetaMethod::fromSignal(&Tile::clicked));
    if (clickable && underMouse()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().color(Token::Hover));
        painter.drawRoundedRect(QRectF(rect()).adjusted(2, 2, -2, -2), 6, 6);
    }
    const QRect inner = rect().adjusted(tilePadding, 9, -tilePadding, -9);
    const QFont small = theme().font(TextStyle::Small);
    const QFont number = theme().font(TextStyle::Number);
    const int smallHeight = QFontMetrics(small).height();
    const int numberHeight = QFontMetrics(number).height();
    const int gap = qMax(0, (inner.height() - 2 * smallHeight - numberHeight) / 2);

    painter.setFont(small);
    painter.setPen(theme().color(Token::Text3));
    painter.drawText(QRect(inner.left(), inner.top(), inner.width(), smallHeight), Qt::AlignVCenter | Qt::AlignLeading,
                     painter.fontMetrics().elidedText(m_label, Qt::ElideRight, inner.width()));

    const QRect middle(inner.left(), inner.top() + smallHeight + gap, inner.width(), numberHeight);
    const Qt::Alignment leading = QStyle::visualAlignment(layoutDirection(), Qt::AlignLeading | Qt::AlignVCenter);
    painter.setFont(number);
    painter.setPen(theme().color(m_number == missingText() || m_stale ? Token::Text3 : Token::Text));
    NumberText::draw(painter, middle, leading, m_number);
    const bool sparkFits = NumberText::width(number, m_number) + 8 + sparkSize.width() <= middle.width();
    if (sparkFits) {
        const QRect spark(middle.right() - sparkSize.width() + 1, middle.center().y() - sparkSize.height() / 2,
                          sparkSize.width(), sparkSize.height());
        Sparkline::paint(painter, QStyle::visualRect(layoutDirection(), middle, spark), m_spark,
                         theme().color(m_sparkToken));
    }

    QRect below(inner.left(), middle.bottom() + 1 + gap, inner.width(), smallHeight);
    painter.setFont(small);
    painter.setPen(theme().color(m_signal ? SignalMark::textToken(*m_signal) : Token::Text2));
    if (m_signal) {
        const QRect mark(below.left(), below.center().y() - 5, 10, 10);
        SignalMark::paint(painter, QStyle::visualRect(layoutDirection(), below, mark), *m_signal,
                          theme().color(Token::Surface));
        below = QStyle::visualRect(layoutDirection(), below, below.adjusted(15, 0, 0, 0));
    }
    if (NumberText::width(small, m_context) <= below.width())
        NumberText::draw(painter, below, leading, m_context);
    else
        painter.drawText(below, leading, painter.fontMetrics().elidedText(m_context, Qt::ElideRight, below.width()));
}

void Tile::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        Q_EMIT clicked();
}

void Tile::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
        Q_EMIT clicked();
    else
        QWidget::keyPressEvent(event);
}

void Tile::enterEvent(QEnterEvent *)
{
    update();
}

void Tile::leaveEvent(QEvent *)
{
    update();
}

TileStrip::TileStrip(QWidget *parent) : QFrame(parent)
{
    setProperty("panel", true);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void TileStrip::addTile(Tile *tile)
{
    tile->setParent(this);
    m_tiles.push_back(tile);
    tile->show();
    updateGeometry();
}

int TileStrip::columns(int width) const
{
    const int count = int(m_tiles.size());
    return width >= count * narrowestTile * theme().textScale() / 100 ? count : (count + 1) / 2;
}

int TileStrip::heightForWidth(int width) const
{
    const int perRow = qMax(1, columns(width));
    return (int(m_tiles.size()) + perRow - 1) / perRow * scaledTileHeight() + 2;
}

QSize TileStrip::sizeHint() const
{
    return {narrowestTile * 8, heightForWidth(width())};
}

QSize TileStrip::minimumSizeHint() const
{
    return {narrowestTile * 4, heightForWidth(width())};
}

void TileStrip::resizeEvent(QResizeEvent *)
{
    const int perRow = qMax(1, columns(width()));
    const int inner = width() - 2;
    for (size_t i = 0; i < m_tiles.size(); ++i) {
        const int column = int(i) % perRow;
        const int left = 1 + inner * column / perRow;
        const int right = 1 + inner * (column + 1) / perRow;
        const QRect cell(left, 1 + int(i) / perRow * scaledTileHeight(), right - left, scaledTileHeight());
        m_tiles[i]->setGeometry(QStyle::visualRect(layoutDirection(), rect(), cell));
    }
    updateGeometry();
}

void TileStrip::paintEvent(QPaintEvent *event)
{
    QFrame::paintEvent(event);
    QPainter painter(this);
    painter.setPen(QPen(theme().color(Token::Line), 0));
    const int perRow = qMax(1, columns(width()));
    for (int column = 1; column < perRow; ++column) {
        const int x = 1 + (width() - 2) * column / perRow;
        painter.drawLine(x, 1, x, height() - 2);
    }
    for (int y = scaledTileHeight(); y < height() - 4; y += scaledTileHeight())
        painter.drawLine(1, y, width() - 2, y);
}

} // namespace signalbox
