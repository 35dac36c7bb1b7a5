// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/quota_bar.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int nameWidth = 68;
constexpr int barHeight = 4;
constexpr double nearLimit = 0.8;

} // namespace

QuotaSum quotaOf(const std::vector<HealthBook::CredentialRow> &keys, QuotaKind kind)
{
    QuotaSum sum;
    for (const HealthBook::CredentialRow &key : keys) {
        const bool tokens = kind == QuotaKind::Tokens;
        const std::optional<int64_t> limit = tokens ? key.quota.tokensLimit : key.quota.requestsLimit;
        const std::optional<int64_t> left = tokens ? key.quota.tokensLeft : key.quota.requestsLeft;
        const std::optional<int64_t> reset = tokens ? key.quota.tokensResetMs : key.quota.requestsResetMs;
        if (!limit || !left || *limit <= 0)
            continue;
        sum.limit += *limit;
        sum.left += std::clamp<int64_t>(*left, 0, *limit);
        if (reset && (!sum.resetMs || *reset < *sum.resetMs))
            sum.resetMs = reset;
    }
    return sum;
}

class QuotaBar::Bar final : public QWidget
{
public:
    Bar() { setMinimumWidth(40); }
    void setUsed(double used)
    {
        m_used = std::clamp(used, 0.0, 1.0);
        update();
    }
    QSize sizeHint() const override { return {120, 16}; }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        const QRectF box(0, (height() - barHeight) / 2.0, width(), barHeight);
        painter.setBrush(theme().color(Token::Sunken));
        painter.drawRoundedRect(box, 2, 2);
        painter.setBrush(theme().color(m_used >= nearLimit ? Token::Caution : Token::Idle));
        QRectF full(box);
        full.setWidth(box.width() * m_used);
        if (layoutDirection() == Qt::RightToLeft)
            full.moveRight(box.right());
        painter.drawRoundedRect(full, 2, 2);
    }

private:
    double m_used = 0;
};

QuotaBar::QuotaBar(const QString &name, QWidget *parent)
    : QWidget(parent), m_name(name), m_bar(new Bar), m_text(makeLabel({}, TextStyle::Small, Token::Text2))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    QLabel *title = makeLabel(name, TextStyle::Small, Token::Text3);
    title->setMinimumWidth(nameWidth);
    row->addWidget(title);
    row->addWidget(m_bar, 1);
    row->addWidget(m_text);
    setQuota({});
}

void QuotaBar::setQuota(const QuotaSum &quota)
{
    setVisible(quota.known());
    m_bar->setUsed(quota.used());
    QString text = tr("%1 of %2 left").arg(formatTokens(quota.left), formatTokens(quota.limit));
    if (quota.resetMs)
        text = tr("%1, whole in %2", "what is left of a quota, and when it is whole again")
                   .arg(text, formatTime(double(*quota.resetMs)));
    if (quota.known() && quota.used() >= nearLimit)
        text = tr("%1 (near its limit)").arg(text);
    m_text->setText(text);
    setAccessibleName(m_name + QStringLiteral(": ") + text);
}

QString QuotaBar::text() const
{
    return isHidden() ? QString() : m_text->text();
}

} // namespace signalbox
