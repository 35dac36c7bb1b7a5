// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/text_diff_view.h"

#include "ui/widgets/theme.h"

#include <QtCore/QEvent>
#include <QtGui/QTextBlock>
#include <QtWidgets/QTextEdit>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr size_t linesAround = 3;
} // namespace

TextDiffView::TextDiffView(QWidget *parent) : QPlainTextEdit(parent)
{
    setReadOnly(true);
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setFont(theme().font(TextStyle::Code));
    setLayoutDirection(Qt::LeftToRight); // code
    setAccessibleName(tr("What changes"));
    connect(&theme(), &Theme::themeChanged, this, &TextDiffView::mark);
}

void TextDiffView::setTexts(const std::string &before, const std::string &after)
{
    m_lines = shortened(diffLines(before, after), linesAround);
    m_added = m_removed = 0;
    QStringList text;
    for (const DiffLine &line : m_lines) {
        m_added += line.kind == DiffLine::Kind::Added;
        m_removed += line.kind == DiffLine::Kind::Removed;
        const QString sign = line.kind == DiffLine::Kind::Added     ? u"+ "_s
                             : line.kind == DiffLine::Kind::Removed ? u"\u2212 "_s
                                                                    : u"  "_s;
        text << sign + QString::fromStdString(line.text);
    }
    const bool same = m_added + m_removed == 0;
    setPlainText(same ? tr("Nothing differs.") : text.join(u'\n'));
    if (same)
        m_lines.clear();
    setAccessibleDescription(same ? tr("Nothing differs.")
                                  : tr("%1 lines added, %2 removed").arg(m_added).arg(m_removed));
    mark();
}

void TextDiffView::mark()
{
    QList<QTextEdit::ExtraSelection> marks;
    QTextBlock block = document()->begin();
    for (const DiffLine &line : m_lines) {
        if (line.kind != DiffLine::Kind::Same && block.isValid()) {
            QTextEdit::ExtraSelection one;
            one.cursor = QTextCursor(block);
            one.format.setProperty(QTextFormat::FullWidthSelection, true);
            const bool added = line.kind == DiffLine::Kind::Added;
            one.format.setBackground(theme().color(added ? Token::ClearSoft : Token::StopSoft));
            one.format.setForeground(theme().color(added ? Token::ClearText : Token::StopText));
            marks << one;
            // The full width alone colours only the ground: the words need the line selected.
            QTextEdit::ExtraSelection words = one;
            words.format.clearProperty(QTextFormat::FullWidthSelection);
            words.cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
            marks << words;
        }
        block = block.next();
    }
    setExtraSelections(marks);
}

void TextDiffView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        mark();
}

} // namespace signalbox
