// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_filter_bar.h"

#include "ui/widgets/icon_engine.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/segmented_control.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int typingMs = 150;
constexpr int slowMs = 300;
constexpr std::array<int64_t, 4> rangeMs{0, 3'600'000, 86'400'000, 7 * 86'400'000LL};
} // namespace

RequestFilterBar::RequestFilterBar(QWidget *parent)
    : QWidget(parent),
      m_text(new QLineEdit),
      m_outcome(new SegmentedControl(tr("Outcome"))),
      m_range(new SegmentedControl(tr("Range"))),
      m_count(new NumberLabel(TextStyle::Small, Token::Text3))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(8);
    m_text->setPlaceholderText(tr("Model, client, provider, id or error"));
    m_text->setAccessibleName(tr("Filter requests"));
    m_text->setClearButtonEnabled(true);
    m_text->setMinimumWidth(160);
    m_text->addAction(themeIcon(u"filter"_s), QLineEdit::LeadingPosition);
    m_text->installEventFilter(this);
    for (const QString &word : {tr("All"), tr("Clear"), tr("Limited"), tr("Failed"), tr("Cancelled")})
        m_outcome->addSegment(word);
    for (const QString &word : {tr("Live"), tr("1 h"), tr("24 h"), tr("7 d")})
        m_range->addSegment(word);
    m_outcome->setCurrent(0);
    m_range->setCurrent(0);
    m_count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_count->setAccessibleName(tr("Requests that match"));
    row->addWidget(m_range);
    row->addWidget(m_text, 1);
    row->addWidget(m_outcome);
    row->addWidget(m_count);

    m_typing.setSingleShot(true);
    m_typing.setInterval(typingMs);
    m_slow.setSingleShot(true);
    m_slow.setInterval(slowMs);
    connect(m_text, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(&m_typing, &QTimer::timeout, this, &RequestFilterBar::changed);
    connect(m_outcome, &SegmentedControl::chosen, this, &RequestFilterBar::changed);
    connect(m_range, &SegmentedControl::chosen, this, &RequestFilterBar::changed);
    connect(&m_slow, &QTimer::timeout, this, [this] {
        m_count->setToken(Token::Disabled);
        m_count->setText(tr("Searching…"));
    });
}

RequestFilter RequestFilterBar::filter(int64_t nowMs) const
{
    RequestFilter filter;
    filter.text = m_text->text().trimmed().toStdString();
    filter.outcome = RequestFilter::Outcome(m_outcome->current());
    const int64_t back = rangeMs[size_t(m_range->current())];
    filter.fromMs = back > 0 ? nowMs - back : 0;
    return filter;
}

RequestFilterBar::Range RequestFilterBar::range() const
{
    return Range(m_range->current());
}

bool RequestFilterBar::isPlain() const
{
    return m_outcome->current() == 0 && m_text->text().trimmed().isEmpty();
}

void RequestFilterBar::setText(const QString &text)
{
    m_text->setText(text);
}

void RequestFilterBar::setRange(Range range)
{
    m_range->setCurrent(int(range));
    Q_EMIT changed();
}

void RequestFilterBar::clear()
{
    m_text->clear();
    m_typing.stop();
    m_outcome->setCurrent(0);
    m_range->setCurrent(0);
    Q_EMIT changed();
}

void RequestFilterBar::focusText()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void RequestFilterBar::setCounted(qint64 matching, qint64 total, double ms)
{
    m_count->setToken(Token::Text3);
    //: rows that match, rows there are, time it took
    m_count->setText(
        tr("%1 of %2 · %3").arg(formatCount(matching), formatCount(total), formatTime(ms, TimeStyle::Detail)));
}

void RequestFilterBar::setLoading(bool loading)
{
    if (loading)
        m_slow.start();
    else
        m_slow.stop();
}

QString RequestFilterBar::countText() const
{
    return m_count->text();
}

bool RequestFilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_text && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (key == Qt::Key_Escape || key == Qt::Key_Down) {
            Q_EMIT left();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace signalbox
