// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projects/burn_down.h"

#include "ui/projects/budget_rows.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>

#include <algorithm>

namespace signalbox {

// The upper bar is the limit: used, reserved, and a tick where the forecast ends. The lower one is the time.
class BurnDown::Bars final : public QWidget
{
public:
    Bars() { setFixedHeight(22); }

    void setShares(double used, double reserved, double forecast, double time)
    {
        m_used = used;
        m_reserved = reserved;
        m_forecast = forecast;
        m_time = time;
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        if (layoutDirection() == Qt::RightToLeft) {
            painter.translate(width(), 0);
            painter.scale(-1, 1);
        }
        const double full = width();
        const auto bar = [&](double from, double to, double top, double height, Token token) {
            painter.setBrush(theme().color(token));
            const double left = std::clamp(from, 0.0, 1.0) * full;
            painter.drawRect(QRectF(left, top, std::clamp(to, 0.0, 1.0) * full - left, height));
        };
        bar(0, 1, 0, 10, Token::Sunken);
        bar(0, m_used, 0, 10, m_used >= 1 ? Token::Stop : m_used >= 0.8 ? Token::Caution : Token::Accent);
        bar(m_used, m_used + m_reserved, 0, 10, Token::Idle);
        if (m_time >= 0) {
            bar(0, 1, 14, 4, Token::Sunken);
            bar(0, m_time, 14, 4, Token::Other);
        }
        if (m_forecast > 0) {
            painter.setPen(QPen(theme().color(Token::Text), 2));
            const double x = std::clamp(m_forecast, 0.0, 1.0) * (full - 2) + 1;
            painter.drawLine(QPointF(x, 0), QPointF(x, 10));
        }
    }

private:
    double m_used = 0;
    double m_reserved = 0;
    double m_forecast = 0;
    double m_time = -1;
};

BurnDown::BurnDown(QWidget *parent)
    : QWidget(parent),
      m_left(new NumberLabel(TextStyle::Number)),
      m_leftOf(makeElidedLabel({}, TextStyle::Body, Token::Text3)),
      m_bars(new Bars),
      m_spent(makeLabel({}, TextStyle::Small, Token::Text2)),
      m_forecast(makeLabel({}, TextStyle::Small, Token::Text2))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 8);
    column->setSpacing(4);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(m_left);
    head->addWidget(m_leftOf, 1);
    column->addLayout(head);
    column->addWidget(m_bars);
    m_spent->setWordWrap(true);
    m_forecast->setWordWrap(true);
    column->addWidget(m_spent);
    column->addWidget(m_forecast);
}

void BurnDown::setRow(const BudgetRow &row, std::optional<int64_t> forecast, int64_t nowMs)
{
    const auto meter = tightMeter(row);
    setVisible(meter.has_value());
    if (!meter)
        return;
    const auto share = [&](int64_t part) { return meter->cap > 0 ? double(part) / double(meter->cap) : 0; };
    const bool timed = row.periodEndMs != INT64_MAX && row.periodEndMs > row.periodStartMs &&
                       meter->unit != TightMeter::Unit::Concurrent;
    const double over = timed ? double(nowMs - row.periodStartMs) / double(row.periodEndMs - row.periodStartMs) : -1;
    m_left->setText(amountText(meter->unit, meter->left()));
    m_leftOf->setText(tr("left of %1").arg(amountText(meter->unit, meter->cap)));
    m_bars->setShares(share(meter->used), share(meter->reserved), forecast ? share(*forecast) : 0, over);
    QString spent = meter->reserved > 0
                        ? tr("Spent %1, and %2 reserved by requests under way.")
                              .arg(amountText(meter->unit, meter->used), amountText(meter->unit, meter->reserved))
                        : tr("Spent %1.").arg(amountText(meter->unit, meter->used));
    if (timed)
        spent += QChar(QChar::Space) + tr("Starts anew %1.").arg(resetsText(row.periodEndMs, nowMs));
    m_spent->setText(spent);
    const bool beyond = forecast && *forecast > meter->cap;
    m_forecast->setText(
        !forecast ? QString()
        : beyond  ? tr("By the end %1 are expected: more than the limit.").arg(amountText(meter->unit, *forecast))
                  : tr("By the end %1 are expected.").arg(amountText(meter->unit, *forecast)));
    setLabelToken(m_forecast, beyond ? Token::CautionText : Token::Text2);
    m_forecast->setVisible(forecast.has_value());
    m_bars->setAccessibleName(words());
}

QString BurnDown::words() const
{
    return m_left->text() + QChar(QChar::Space) + m_leftOf->text() + QStringLiteral(". ") + m_spent->text() +
           QChar(QChar::Space) + m_forecast->text();
}

} // namespace signalbox
