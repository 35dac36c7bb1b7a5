// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/theme.h"

#include <QtWidgets/QWidget>

#include <vector>

namespace signalbox {

// A small line without axes. Decoration beside a number that says the same: not in the focus order.
class Sparkline final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Sparkline)

public:
    explicit Sparkline(QSize size = {44, 20}, QWidget *parent = nullptr);

    void setValues(std::vector<double> values);
    void setToken(Token token);
    void setSeries(int slot);
    QSize sizeHint() const override { return m_size; }

    static void paint(QPainter &painter, const QRectF &box, const std::vector<double> &values, const QColor &color);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QSize m_size;
    std::vector<double> m_values;
    Token m_token = Token::Accent;
    int m_slot = -1;
};

} // namespace signalbox
