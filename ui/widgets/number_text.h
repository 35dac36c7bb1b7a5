// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/theme.h"

#include <QtWidgets/QWidget>

class QPainter;

namespace signalbox {

// Text whose digits all take the same width, so that numbers below each other line up and changing ones do not jump.
// Qt before 6.7 cannot ask a font for tabular digits: each digit is then centred in the widest digit's cell.
class NumberText final
{
public:
    static int width(const QFont &font, const QString &text);
    // Uses the painter's font and pen. Elides nothing: numbers are never cut.
    static void draw(QPainter &painter, const QRect &box, Qt::Alignment alignment, const QString &text);
};

// A label for one number.
class NumberLabel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(NumberLabel)

public:
    explicit NumberLabel(TextStyle style, Token token = Token::Text, QWidget *parent = nullptr);

    void setText(const QString &text);
    QString text() const { return m_text; }
    void setToken(Token token);
    void setAlignment(Qt::Alignment alignment) { m_alignment = alignment; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
    TextStyle m_style;
    Token m_token;
    Qt::Alignment m_alignment = Qt::AlignLeading | Qt::AlignVCenter;
};

} // namespace signalbox
