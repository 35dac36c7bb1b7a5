// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_filter_bar.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/spinner.h"

#include <QtCore/QDateTime>
#include <QtGui/QAction>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int typingMs = 150;
constexpr int slowMs = 300;
constexpr std::array<int64_t, 4> rangeMs{0, 3'600'000, 86'400'000, 7 * 86'400'000LL};

QString placeText(qint64 atMs)
{
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(atMs);
    return numberLocale().toString(at, at.date() == QDate::currentDate() ? u"HH:mm"_s : u"d MMM yyyy"_s);
}

} // namespace

RequestFilterBar::RequestFilterBar(QWidget *parent)
    : QWidget(parent),
      m_text(new FilterLineEdit),
      m_range(new SegmentedControl(tr("Range"), this)),
      m_count(new NumberLabel(TextStyle::Small, Token::Text3)),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_spinner(new Spinner),
      m_stop(makeIconButton(u"stop"_s, tr("Stop searching"))),
      m_tools(new QHBoxLayout)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 8, 16, 8);
    column->setSpacing(4);
    m_tools->setSpacing(8);
    m_text->setPlaceholderText(u"status:5xx model:opus cost:>0.05"_s); // the language is the same everywhere
    m_text->setAccessibleName(tr("Filter requests"));
    m_text->setAccessibleDescription(tr("Words, or fields with values such as status:5xx. Ctrl+Space offers them."));
    m_text->setClearButtonEnabled(true);
    m_text->setMinimumWidth(160);
    m_text->addAction(themeIcon(u"filter"_s), QLineEdit::LeadingPosition);
    QAction *history = m_text->addAction(themeIcon(u"clock"_s), QLineEdit::TrailingPosition);
    history->setText(tr("Filters used before"));
    history->setToolTip(history->text());
    connect(history, &QAction::triggered, m_text, &FilterLineEdit::showHistory);
    for (const QString &word : {tr("Live"), tr("1 h"), tr("24 h"), tr("7 d")})
        m_range->addSegment(word);
    m_range->setCurrent(0);
    m_count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_count->setAccessibleName(tr("Requests that match"));
    m_tools->addWidget(m_text, 1);
    m_tools->addWidget(m_spinner);
    m_tools->addWidget(m_count);
    m_tools->addWidget(m_stop);
    m_spinner->hide();
    m_stop->hide();
    connect(m_stop, &QToolButton::clicked, this, &RequestFilterBar::cancelRequested);
    column->addLayout(m_tools);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);

    m_typing.setSingleShot(true);
    m_typing.setInterval(typingMs);
    m_slow.setSingleShot(true);
    m_slow.setInterval(slowMs);
    connect(m_text, &QLineEdit::textChanged, &m_typing, qOverload<>(&QTimer::start));
    connect(m_text, &FilterLineEdit::left, this, &RequestFilterBar::left);
    connect(m_text, &FilterLineEdit::entered, this, &RequestFilterBar::settle);
    connect(&m_typing, &QTimer::timeout, this, &RequestFilterBar::settle);
    connect(m_range, &SegmentedControl::chosen, this, &RequestFilterBar::changed);
    connect(&m_slow, &QTimer::timeout, this, [this] { setSearching(m_found, m_reachedMs); });
}

RequestFilterBar::~RequestFilterBar() = default;

void RequestFilterBar::addTool(QWidget *tool)
{
    m_tools->addWidget(tool);
}

void RequestFilterBar::settle()
{
    m_typing.stop();
    showProblem();
    const QString words = m_text->text().trimmed();
    if (words == m_sound || !m_text->read(QDateTime::currentMSecsSinceEpoch()).isSound())
        return;
    m_sound = words;
    Q_EMIT changed();
}

void RequestFilterBar::showProblem()
{
    const FilterText filter = m_text->read(QDateTime::currentMSecsSinceEpoch());
    const bool wrong = !filter.isSound();
    const bool typing = wrong && filter.problems.front().kind == FilterProblem::Kind::NoValue && m_text->hasFocus();
    m_problem->setText(wrong ? filterProblemText(filter.problems.front()) : QString());
    setLabelToken(m_problem, typing ? Token::Text3 : Token::StopText);
    m_problem->setVisible(wrong);
    setInvalid(m_text, wrong && !typing);
}

RequestFilter RequestFilterBar::filter(int64_t nowMs) const
{
    const FilterText read = readFilter(m_sound.toStdString(), {nowMs, QTimeZone::systemTimeZone()});
    RequestFilter filter;
    filter.terms = read.terms;
    const int64_t back = rangeMs[size_t(m_range->current())];
    filter.fromMs = qMax(read.fromMs, back > 0 ? nowMs - back : 0);
    filter.toMs = read.toMs;
    return filter;
}

RequestFilterBar::Range RequestFilterBar::range() const
{
    return Range(m_range->current());
}

bool RequestFilterBar::isPlain() const
{
    return m_sound.isEmpty();
}

void RequestFilterBar::setText(const QString &text)
{
    m_text->setText(text);
    settle();
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
    m_sound.clear();
    showProblem();
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
    m_slow.stop();
    m_spinner->hide();
    m_stop->hide();
    m_count->setToken(Token::Text3);
    if (total <= 0 && matching > 0) {
        m_count->setText(tr("%1 found so far").arg(formatCount(matching)));
        return;
    }
    if (!m_order.isEmpty() && matching > LedgerReader::mostRanked) {
        //: rows shown, rows that match, what they are sorted by
        m_count->setText(tr("First %1 of %2 by %3")
                             .arg(formatCount(LedgerReader::mostRanked), formatCount(matching), m_order.toLower()));
        return;
    }
    //: rows that match, rows there are, time it took
    m_count->setText(
        tr("%1 of %2 · %3").arg(formatCount(matching), formatCount(total), formatTime(ms, TimeStyle::Detail)));
}

void RequestFilterBar::setSearching(qint64 found, qint64 reachedMs)
{
    m_found = found;
    m_reachedMs = reachedMs;
    if (m_slow.isActive())
        return; // most are done before anybody could read it
    m_spinner->show();
    m_stop->show();
    constexpr qint64 nowhere = 1LL << 60;
    m_count->setToken(Token::Text3);
    const bool somewhere = reachedMs > 0 && reachedMs <= nowhere;
    if (!m_order.isEmpty()) {
        m_count->setText(somewhere
                             ? tr("Sorted back to %1 · %2 looked at").arg(placeText(reachedMs), formatCount(found))
                             : tr("Sorting…"));
        return;
    }
    m_count->setText(!somewhere ? tr("Searching…")
                                : tr("Searched back to %1 · %2 found").arg(placeText(reachedMs), formatCount(found)));
}

void RequestFilterBar::setLoading(bool loading)
{
    m_found = 0;
    m_reachedMs = 0;
    if (loading)
        m_slow.start();
    else
        m_slow.stop();
}

QString RequestFilterBar::countText() const
{
    return m_count->text();
}

QString RequestFilterBar::problemText() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

} // namespace signalbox
