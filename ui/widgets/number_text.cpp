// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/number_text.h"

#include <QtCore/QHash>
#include <QtGui/QFontMetricsF>
#include <QtGui/QPainter>
#include <QtWidgets/QStyle>

#include <array>

namespace signalbox {

namespace {

struct Digits {
    std::array<double, 10> advance{};
    double cell = 0;
    bool tabular = true;
};

const Digits &digitsOf(const QFont &font)
{
    static QHash<QString, Digits> cache;
    const QString key = font.key();
    const auto found = cache.constFind(key);
    if (found != cache.constEnd())
        return *found;
    if (cache.size() > 64)
        cache.clear();
    Digits digits;
    const QFontMetricsF metrics(font);
    for (size_t i = 0; i < digits.advance.size(); ++i) {
        digits.advance[i] = metrics.horizontalAdvance(QChar(u'0' + char16_t(i)));
        digits.cell = qMax(digits.cell, digits.advance[i]);
        digits.tabular = digits.tabular && qFuzzyCompare(digits.advance[i], digits.advance[0]);
    }
    return *cache.insert(key, digits);
}

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

// Calls `run` for each stretch of text, digits one by one, with its left edge; returns the whole width.
template<class Run>
double layOut(const QFont &font, const QString &text, Run run)
{
    const Digits &digits = digitsOf(font);
    const QFontMetricsF metrics(font);
    double x = 0;
    for (qsizetype i = 0; i < text.size();) {
        if (isDigit(text[i])) {
            const double advance = digits.advance[size_t(text[i].unicode() - u'0')];
            run(x + (digits.cell - advance) / 2, text.mid(i, 1));
            x += digits.cell;
            ++i;
            continue;
        }
        qsizetype end = i;
        while (end < text.size() && !isDigit(text[end]))
            ++end;
        const QString words = text.mid(i, end - i);
        run(x, words);
        x += metrics.horizontalAdvance(words);
        i = end;
    }
    return x;
}

} // namespace

int NumberText::width(const QFont &font, const QString &text)
{
    if (digitsOf(font).tabular)
        return qCeil(QFontMetricsF(font).horizontalAdvance(text));
    return qCeil(layOut(font, text, [](double, const QString &) {}));
}

void NumberText::draw(QPainter &painter, const QRect &box, Qt::Alignment alignment, const QString &text)
{
    const QFont font = painter.font();
    if (digitsOf(font).tabular) {
        painter.drawText(box, int(alignment) | Qt::TextSingleLine, text);
        return;
    }
    const QFontMetricsF metrics(font);
    const double width = layOut(font, text, [](double, const QString &) {});
    double left = box.left();
    if (alignment & Qt::AlignRight)
        left = box.right() + 1 - width;
    else if (alignment & Qt::AlignHCenter)
        left = box.left() + (box.width() - width) / 2;
    const double baseline = box.top() + (box.height() - metrics.height()) / 2 + metrics.ascent();
    layOut(font, text, [&painter, left, baseline](double x, const QString &part) {
        painter.drawText(QPointF(left + x, baseline), part);
    });
}

NumberLabel::NumberLabel(TextStyle style, Token token, QWidget *parent)
    : QWidget(parent), m_style(style), m_token(token)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

void NumberLabel::setText(const QString &text)
{
    if (m_text == text)
        return;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void NumberLabel::setToken(Token token)
{
    m_token = token;
    update();
}

QSize NumberLabel::sizeHint() const
{
    const QFont font = theme().font(m_style);
    return {NumberText::width(font, m_text), QFontMetrics(font).height()};
}

void NumberLabel::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setFont(theme().font(m_style));
    painter.setPen(theme().color(isEnabled() ? m_token : Token::Disabled));
    NumberText::draw(painter, rect(), QStyle::visualAlignment(layoutDirection(), m_alignment), m_text);
}

} // namespace signalbox
