// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/filter_line_edit.h"

#include "ui/preferences/preferences.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>
#include <QtCore/QScopedValueRollback>
#include <QtGui/QInputMethodEvent>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtGui/QStandardItemModel>
#include <QtGui/QTextCharFormat>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCompleter>
#include <QtWidgets/QStyledItemDelegate>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

const QString historyKey = u"requests/filterHistory"_s;
enum CandidateRole { HintRole = Qt::UserRole + 1, InsertRole };

// The candidate, and its hint quietly at the other side.
class CandidateDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        if (chosen)
            painter->fillRect(option.rect, theme().color(Token::AccentSoft));
        const QRect box = option.rect.adjusted(8, 0, -8, 0);
        painter->setFont(theme().font(TextStyle::Code));
        painter->setPen(chosen ? theme().selectionText() : theme().color(Token::Text));
        const QString label = index.data(Qt::DisplayRole).toString();
        const QFontMetrics metrics(painter->font());
        painter->drawText(box, Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine,
                          metrics.elidedText(label, Qt::ElideMiddle, box.width()));
        const int used = metrics.horizontalAdvance(label) + 24;
        painter->setFont(theme().font(TextStyle::Small));
        if (!chosen || !theme().isHighContrast())
            painter->setPen(theme().color(Token::Text3));
        const QString hint = QFontMetrics(painter->font())
                                 .elidedText(index.data(HintRole).toString(), Qt::ElideRight, box.width() - used);
        if (box.width() > used)
            painter->drawText(box, Qt::AlignTrailing | Qt::AlignVCenter | Qt::TextSingleLine, hint);
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {200, qRound(26 * theme().textScale() / 100.0)};
    }
};

QInputMethodEvent::Attribute formatOf(int start, int length, const QTextCharFormat &as, int cursor)
{
    return {QInputMethodEvent::TextFormat, start - cursor, length, as};
}

} // namespace

FilterLineEdit::FilterLineEdit(QWidget *parent)
    : QLineEdit(parent), m_completer(new QCompleter(this)), m_items(new QStandardItemModel(this))
{
    setFont(theme().font(TextStyle::Code));
    m_completer->setWidget(this);
    m_completer->setModel(m_items);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setMaxVisibleItems(10);
    m_completer->popup()->setItemDelegate(new CandidateDelegate(m_completer->popup()));
    m_completer->popup()->setProperty("popup", true); // a window of its own, with nothing behind it
    m_completer->popup()->setAccessibleName(tr("What may follow"));
    connect(m_completer, qOverload<const QModelIndex &>(&QCompleter::activated), this, &FilterLineEdit::insert);
    connect(this, &QLineEdit::textChanged, this, &FilterLineEdit::mark);
    connect(this, &QLineEdit::textEdited, this, [this] { offer(false); });
    connect(&theme(), &Theme::themeChanged, this, [this] {
        setFont(theme().font(TextStyle::Code));
        mark();
    });
}

FilterText FilterLineEdit::read(int64_t nowMs) const
{
    return readFilter(text().toStdString(), {nowMs, QTimeZone::systemTimeZone()});
}

// A line edit has formats only for what an input method composes; they may lie anywhere in the text.
void FilterLineEdit::mark()
{
    if (m_marking)
        return;
    const QScopedValueRollback marking(m_marking, true);
    QTextCharFormat field;
    field.setForeground(theme().color(Token::AccentText));
    QTextCharFormat value = field;
    value.setBackground(theme().color(theme().isHighContrast() ? Token::Surface : Token::AccentSoft));
    QTextCharFormat wrong;
    wrong.setForeground(theme().color(Token::StopText));
    wrong.setUnderlineStyle(QTextCharFormat::WaveUnderline);
    wrong.setUnderlineColor(theme().color(Token::Stop));
    const FilterText filter = read(QDateTime::currentMSecsSinceEpoch());
    const int cursor = cursorPosition();
    QList<QInputMethodEvent::Attribute> attributes;
    const auto add = [&](size_t start, size_t length, const QTextCharFormat &as) {
        const int first = filterColumn(text(), start);
        attributes += formatOf(first, filterColumn(text(), start + length) - first, as, cursor);
    };
    for (const FilterWord &word : filter.words) {
        if (word.sound && !word.field.empty())
            add(word.start, word.length, value);
    }
    for (const FilterProblem &problem : filter.problems) {
        if (problem.kind != FilterProblem::Kind::NoValue) // it is being typed
            add(problem.start, problem.length, wrong);
    }
    QInputMethodEvent event({}, attributes);
    QLineEdit::inputMethodEvent(&event);
}

void FilterLineEdit::offer(bool always)
{
    const FilterCandidates candidates = filterCandidates(text(), cursorPosition(), m_values);
    const bool between = candidates.length == 0 && (text().isEmpty() || text().endsWith(u' '));
    if (!always && between)
        m_completer->popup()->hide();
    else
        show(candidates);
}

void FilterLineEdit::show(const FilterCandidates &candidates)
{
    m_start = candidates.start;
    m_length = candidates.length;
    m_items->clear();
    for (const FilterCandidate &candidate : candidates.items) {
        auto *item = new QStandardItem(candidate.label);
        item->setData(candidate.hint, HintRole);
        item->setData(candidate.insert, InsertRole);
        m_items->appendRow(item);
    }
    if (candidates.items.empty() || !hasFocus()) {
        m_completer->popup()->hide();
        return;
    }
    constexpr int widest = 460;
    m_completer->complete(QRect(0, 0, qMin(width(), widest), height() + 2));
    m_completer->popup()->setCurrentIndex({});
}

void FilterLineEdit::insert(const QModelIndex &chosen)
{
    const QString insert = chosen.data(InsertRole).toString();
    const QString before = text().left(m_start);
    QString after = text().mid(m_start + m_length);
    if (insert.endsWith(u' ') && after.startsWith(u' '))
        after.remove(0, 1);
    setText(before + insert + after);
    setCursorPosition(int(before.size() + insert.size()));
    if (insert.endsWith(u':'))
        offer(true);
}

QStringList FilterLineEdit::history()
{
    return Preferences().value(historyKey).toStringList();
}

void FilterLineEdit::remember()
{
    const QString words = text().trimmed();
    if (words.isEmpty() || !read(QDateTime::currentMSecsSinceEpoch()).isSound())
        return;
    QStringList all = history();
    all.removeAll(words);
    all.prepend(words);
    all.resize(qMin<qsizetype>(all.size(), longestHistory));
    Preferences().setValue(historyKey, all);
}

void FilterLineEdit::showHistory()
{
    FilterCandidates candidates;
    candidates.length = int(text().size());
    for (const QString &words : history())
        candidates.items.push_back({words, {}, words});
    setFocus(Qt::OtherFocusReason);
    show(candidates);
}

QStringList FilterLineEdit::offered() const
{
    QStringList labels;
    for (int row = 0; m_completer->popup()->isVisible() && row < m_items->rowCount(); ++row)
        labels += m_items->item(row)->text();
    return labels;
}

void FilterLineEdit::keyPressEvent(QKeyEvent *event)
{
    const bool open = m_completer->popup()->isVisible();
    const int key = event->key();
    if (key == Qt::Key_Space && event->modifiers() == Qt::ControlModifier)
        return offer(true);
    // Keys of the open list are its own: it has them when they are not taken here.
    if (open && (key == Qt::Key_Escape || key == Qt::Key_Down || key == Qt::Key_Up || key == Qt::Key_Tab ||
                 ((key == Qt::Key_Return || key == Qt::Key_Enter) && m_completer->popup()->currentIndex().isValid())))
        return event->ignore();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
        m_completer->popup()->hide();
        remember();
        Q_EMIT entered();
        return;
    }
    if (key == Qt::Key_Down && text().isEmpty() && !history().isEmpty())
        return showHistory();
    if (key == Qt::Key_Escape || key == Qt::Key_Down) {
        Q_EMIT left();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

void FilterLineEdit::focusOutEvent(QFocusEvent *event)
{
    if (event->reason() != Qt::PopupFocusReason)
        remember();
    QLineEdit::focusOutEvent(event);
}

} // namespace signalbox
