// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/code_view.h"

#include "ui/inspector/fold_ranges.h"
#include "ui/widgets/theme.h"

#include <QtGui/QContextMenuEvent>
#include <QtGui/QPainter>
#include <QtGui/QTextBlock>
#include <QtGui/QTextLayout>
#include <QtWidgets/QMenu>

#include <algorithm>

namespace signalbox {

namespace {
constexpr int marginWidth = 18;
constexpr int mostMarks = 999;
constexpr int mostFoldLines = 50'000; // beyond, laying out anew takes longer than a person waits
} // namespace

// The arrows beside the lines. Mouse only: the keys are the view's.
class FoldMargin final : public QWidget
{
public:
    explicit FoldMargin(CodeView *view) : QWidget(view), m_view(view) { setCursor(Qt::ArrowCursor); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme().color(Token::Text3), 1.5));
        forEachLine([&](int line, const QRectF &box) {
            if (!m_view->isFoldable(line))
                return true;
            const QPointF c(width() / 2.0, box.top() + m_view->fontMetrics().height() / 2.0);
            const QList<QPointF> arrow =
                m_view->isFolded(line)
                    ? QList<QPointF>{c + QPointF(-1.5, -3), c + QPointF(1.5, 0), c + QPointF(-1.5, 3)}
                    : QList<QPointF>{c + QPointF(-3, -1.5), c + QPointF(0, 1.5), c + QPointF(3, -1.5)};
            painter.drawPolyline(arrow.data(), int(arrow.size()));
            return true;
        });
    }

    void mousePressEvent(QMouseEvent *event) override
    {
        forEachLine([&](int line, const QRectF &box) {
            if (event->position().y() < box.top() || event->position().y() >= box.bottom())
                return true;
            if (m_view->isFoldable(line))
                m_view->setFolded(line, !m_view->isFolded(line));
            return false;
        });
    }

private:
    template<class Visit>
    void forEachLine(const Visit &visit)
    {
        for (QTextBlock block = m_view->firstVisibleBlock(); block.isValid(); block = block.next()) {
            if (!block.isVisible())
                continue;
            const QRectF box = m_view->blockBoundingGeometry(block).translated(m_view->contentOffset());
            if (box.top() > height() || !visit(block.blockNumber(), box))
                return;
        }
    }

    CodeView *m_view;
};

CodeView::CodeView(const QString &accessibleName, QWidget *parent)
    : QPlainTextEdit(parent), m_margin(new FoldMargin(this))
{
    setReadOnly(true);
    setAccessibleName(accessibleName);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setUndoRedoEnabled(false);
    setWordWrapMode(QTextOption::WrapAnywhere); // raw JSON is one word, and breaking at words takes longer
    restyle();
    connect(&theme(), &Theme::themeChanged, this, &CodeView::restyle);
    connect(this, &QPlainTextEdit::updateRequest, this, [this] { m_margin->update(); });
}

void CodeView::restyle()
{
    setFont(theme().font(TextStyle::Code));
}

void CodeView::setText(const QString &text, bool foldable)
{
    setExtraSelections({});
    m_ends.clear();
    setPlainText(text);
    if (foldable && document()->blockCount() <= mostFoldLines)
        m_ends = foldEnds(text);
    m_folded.assign(m_ends.size(), false);
    setViewportMargins(m_ends.empty() ? 0 : marginWidth, 0, 0, 0);
    placeMargin();
}

bool CodeView::isFoldable(int line) const
{
    return line >= 0 && line < int(m_ends.size()) && m_ends[size_t(line)] > line;
}

bool CodeView::isFolded(int line) const
{
    return isFoldable(line) && m_folded[size_t(line)];
}

void CodeView::setFolded(int line, bool folded)
{
    if (!isFoldable(line) || m_folded[size_t(line)] == folded)
        return;
    m_folded[size_t(line)] = folded;
    showHidden();
}

void CodeView::foldAll(bool folded)
{
    for (int line = 1; line < int(m_ends.size()); ++line)
        m_folded[size_t(line)] = folded && m_ends[size_t(line)] > line;
    if (!folded && !m_folded.empty())
        m_folded[0] = false;
    showHidden();
}

void CodeView::showHidden()
{
    int hiddenTo = -1;
    for (QTextBlock block = document()->firstBlock(); block.isValid(); block = block.next()) {
        const int line = block.blockNumber();
        block.setVisible(line > hiddenTo);
        if (isFolded(line) && line > hiddenTo)
            hiddenTo = m_ends[size_t(line)];
    }
    document()->markContentsDirty(0, document()->characterCount());
    viewport()->update();
    m_margin->update();
}

bool CodeView::find(const QString &words, bool backward)
{
    if (words.isEmpty())
        return false;
    const QTextDocument::FindFlags flags = backward ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    QTextCursor found = document()->find(words, textCursor(), flags);
    if (found.isNull()) {
        QTextCursor edge(document());
        edge.movePosition(backward ? QTextCursor::End : QTextCursor::Start);
        found = document()->find(words, edge, flags);
    }
    if (found.isNull())
        return false;
    const int line = found.blockNumber();
    for (int outer = 0; outer < line; ++outer) {
        if (isFolded(outer) && m_ends[size_t(outer)] >= line)
            setFolded(outer, false);
    }
    setTextCursor(found);
    centerCursor();
    return true;
}

int CodeView::countOf(const QString &words) const
{
    return words.isEmpty() ? 0 : int(std::min<qsizetype>(toPlainText().count(words, Qt::CaseInsensitive), mostMarks));
}

void CodeView::mark(const QString &words)
{
    QList<QTextEdit::ExtraSelection> places;
    if (!words.isEmpty()) {
        QTextCursor at(document());
        while (places.size() < mostMarks && !(at = document()->find(words, at)).isNull()) {
            QTextEdit::ExtraSelection place;
            place.cursor = at;
            place.format.setBackground(theme().color(Token::CautionSoft));
            place.format.setForeground(theme().color(Token::CautionText));
            places.append(place);
        }
    }
    setExtraSelections(places);
}

void CodeView::contextMenuEvent(QContextMenuEvent *event)
{
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("&Copy"), this, &QPlainTextEdit::copy);
    menu->addAction(tr("Select &all"), this, &QPlainTextEdit::selectAll);
    if (!m_ends.empty()) {
        menu->addSeparator();
        menu->addAction(tr("&Fold all"), this, [this] { foldAll(true); });
        menu->addAction(tr("&Unfold all"), this, [this] { foldAll(false); });
    }
    menu->popup(event->globalPos());
}

// Ctrl and minus or plus fold and unfold the line of the cursor.
void CodeView::keyPressEvent(QKeyEvent *event)
{
    const int line = textCursor().blockNumber();
    const bool plain = event->modifiers() == Qt::ControlModifier;
    if (plain && (event->key() == Qt::Key_Minus || event->key() == Qt::Key_Plus) && !m_ends.empty()) {
        setFolded(line, event->key() == Qt::Key_Minus);
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void CodeView::placeMargin()
{
    const QRect inside = contentsRect();
    const int left = layoutDirection() == Qt::RightToLeft ? inside.right() - marginWidth + 1 : inside.left();
    m_margin->setGeometry(left, inside.top(), marginWidth, inside.height());
    m_margin->setVisible(!m_ends.empty());
}

void CodeView::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    placeMargin();
}

// A folded line says that there is more behind it.
void CodeView::paintEvent(QPaintEvent *event)
{
    QPlainTextEdit::paintEvent(event);
    if (m_ends.empty())
        return;
    QPainter painter(viewport());
    painter.setPen(theme().color(Token::Text3));
    painter.setFont(font());
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF box = blockBoundingGeometry(block).translated(contentOffset());
        if (box.top() > viewport()->height())
            return;
        if (!block.isVisible() || !isFolded(block.blockNumber()) || block.layout()->lineCount() == 0)
            continue;
        const QTextLine last = block.layout()->lineAt(block.layout()->lineCount() - 1);
        const int count = m_ends[size_t(block.blockNumber())] - block.blockNumber() - 1;
        painter.drawText(QPointF(box.left() + last.naturalTextWidth() + 8, box.top() + last.y() + last.ascent()),
                         tr("… %n lines", nullptr, count));
    }
}

} // namespace signalbox
