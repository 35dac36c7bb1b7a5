// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/diff_view.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtGui/QTextBlock>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QScrollBar>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int sideBySide = 640; // from this width
constexpr int context = 3;

struct Line {
    QChar sign;
    QString text;
};

void fill(QPlainTextEdit *side, const std::vector<Line> &lines)
{
    QString text;
    for (const Line &line : lines) {
        if (!text.isEmpty() || &line != &lines.front())
            text += u'\n';
        text += line.sign;
        text += u' ';
        text += line.text;
    }
    side->setPlainText(text);
    QList<QTextEdit::ExtraSelection> marks;
    QTextBlock block = side->document()->firstBlock();
    for (const Line &line : lines) {
        if (line.sign != u' ') {
            QTextEdit::ExtraSelection mark;
            mark.cursor = QTextCursor(block);
            const bool gone = line.sign == u'−';
            mark.format.setBackground(theme().color(gone ? Token::StopSoft : Token::ClearSoft));
            mark.format.setForeground(theme().color(gone ? Token::StopText : Token::ClearText));
            mark.format.setProperty(QTextFormat::FullWidthSelection, true);
            marks.append(mark);
            // The full width alone colours only the ground: the words need the line selected.
            mark.format.clearProperty(QTextFormat::FullWidthSelection);
            mark.cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
            marks.append(mark);
        }
        block = block.next();
    }
    side->setExtraSelections(marks);
}

// What goes of a stretch, then what comes in its place.
std::vector<Line> inOneColumn(const std::vector<DiffRow> &rows)
{
    std::vector<Line> lines;
    std::vector<Line> come;
    for (const DiffRow &row : rows) {
        if (row.kind != DiffRow::Kind::Same) {
            if (row.leftLine > 0)
                lines.push_back({u'−', row.left});
            if (row.rightLine > 0)
                come.push_back({u'+', row.right});
            continue;
        }
        lines.insert(lines.end(), come.begin(), come.end());
        come.clear();
        lines.push_back({u' ', row.left});
    }
    lines.insert(lines.end(), come.begin(), come.end());
    return lines;
}

} // namespace

std::vector<DiffRow> withoutLongRuns(const std::vector<DiffRow> &rows, int around)
{
    std::vector<DiffRow> out;
    for (size_t i = 0; i < rows.size();) {
        size_t end = i;
        while (end < rows.size() && rows[end].kind == DiffRow::Kind::Same)
            ++end;
        if (end == i) {
            out.push_back(rows[i++]);
            continue;
        }
        const size_t head = i == 0 ? 0 : size_t(around);
        const size_t tail = end == rows.size() ? 0 : size_t(around);
        if (end - i > head + tail + 2) {
            out.insert(out.end(), rows.begin() + std::ptrdiff_t(i), rows.begin() + std::ptrdiff_t(i + head));
            const QString words = DiffView::tr("… %n equal lines", nullptr, int(end - i - head - tail));
            out.push_back({DiffRow::Kind::Same, words, words, 0, 0});
            out.insert(out.end(), rows.begin() + std::ptrdiff_t(end - tail), rows.begin() + std::ptrdiff_t(end));
        } else {
            out.insert(out.end(), rows.begin() + std::ptrdiff_t(i), rows.begin() + std::ptrdiff_t(end));
        }
        i = end;
    }
    return out;
}

DiffView::DiffView(const QString &leftName, const QString &rightName, Layout layout, QWidget *parent)
    : QWidget(parent),
      m_layout(layout),
      m_names{leftName, rightName},
      m_leftName(makeLabel(leftName, TextStyle::SmallStrong, Token::Text3)),
      m_rightName(makeLabel(rightName, TextStyle::SmallStrong, Token::Text3)),
      m_left(makeSide(leftName)),
      m_right(makeSide(rightName))
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->addWidget(m_leftName, 0, 0);
    grid->addWidget(m_rightName, 0, 1);
    grid->addWidget(m_left, 1, 0);
    grid->addWidget(m_right, 1, 1);
    for (const auto &[one, other] : {std::pair(m_left, m_right), std::pair(m_right, m_left)}) {
        connect(one->verticalScrollBar(), &QScrollBar::valueChanged, other->verticalScrollBar(), &QScrollBar::setValue);
        connect(one->horizontalScrollBar(), &QScrollBar::valueChanged, other->horizontalScrollBar(),
                &QScrollBar::setValue);
    }
    if (layout == Layout::OneColumn)
        m_left->setAccessibleName(tr("What changes"));
    connect(&theme(), &Theme::themeChanged, this, &DiffView::render);
}

QPlainTextEdit *DiffView::makeSide(const QString &name)
{
    auto *side = new QPlainTextEdit;
    side->setReadOnly(true);
    side->setTabChangesFocus(true);
    side->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    side->setAccessibleName(name);
    return side;
}

void DiffView::setRows(std::vector<DiffRow> rows)
{
    m_rows =
        sameThroughout(rows) && m_layout == Layout::OneColumn ? std::vector<DiffRow>() : withoutLongRuns(rows, context);
    setAccessibleDescription(m_rows.empty() ? tr("Nothing differs.")
                                            : tr("%1 lines added, %2 removed").arg(added()).arg(removed()));
    render();
}

void DiffView::setTexts(const QString &left, const QString &right)
{
    setRows(diffLines(left, right));
}

int DiffView::added() const
{
    return int(std::count_if(m_rows.begin(), m_rows.end(), [](const DiffRow &row) {
        return row.kind == DiffRow::Kind::Added || row.kind == DiffRow::Kind::Changed;
    }));
}

int DiffView::removed() const
{
    return int(std::count_if(m_rows.begin(), m_rows.end(), [](const DiffRow &row) {
        return row.kind == DiffRow::Kind::Removed || row.kind == DiffRow::Kind::Changed;
    }));
}

void DiffView::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (m_layout == Layout::BySpace && (width() < sideBySide) != m_together)
        render();
}

void DiffView::render()
{
    m_together = m_layout == Layout::OneColumn || width() < sideBySide;
    m_right->setHidden(m_together);
    m_rightName->setHidden(m_together);
    m_leftName->setText(m_together ? tr("− %1, + %2").arg(m_names[0], m_names[1]) : m_names[0]);
    for (QPlainTextEdit *side : {m_left, m_right}) {
        side->setFont(theme().font(TextStyle::Code));
        // Side by side, lines stand beside each other only if none of them takes two.
        const bool wraps = m_together && m_layout == Layout::BySpace; // prose; code keeps its lines
        side->setLineWrapMode(wraps ? QPlainTextEdit::WidgetWidth : QPlainTextEdit::NoWrap);
        side->setLayoutDirection(m_layout == Layout::OneColumn ? Qt::LeftToRight : layoutDirection());
    }
    if (m_rows.empty() && m_layout == Layout::OneColumn) {
        m_left->setExtraSelections({});
        m_left->setPlainText(tr("Nothing differs."));
        return;
    }
    if (m_together) {
        fill(m_left, inOneColumn(m_rows));
        return;
    }
    std::vector<Line> left;
    std::vector<Line> right;
    for (const DiffRow &row : m_rows) {
        const bool same = row.kind == DiffRow::Kind::Same;
        left.push_back({same || row.leftLine == 0 ? u' ' : u'−', row.left});
        right.push_back({same || row.rightLine == 0 ? u' ' : u'+', row.right});
    }
    fill(m_left, left);
    fill(m_right, right);
}

QString DiffView::shownText() const
{
    return m_together ? m_left->toPlainText() : m_left->toPlainText() + u'\n' + m_right->toPlainText();
}

} // namespace signalbox
