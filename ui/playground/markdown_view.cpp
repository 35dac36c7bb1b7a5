// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/markdown_view.h"

#include "ui/widgets/theme.h"

#include <QtCore/QUrl>
#include <QtGui/QImage>
#include <QtGui/QTextBlock>
#include <QtGui/QTextCursor>
#include <QtGui/QTextDocument>
#include <QtGui/QTextList>
#include <QtGui/QWheelEvent>

#include <cmath>

namespace signalbox {

namespace {
constexpr qsizetype longForStreaming = 24'000; // characters; laying out anew at each batch would cost too much
constexpr int paragraphGap = 6;
constexpr int listGap = 2;
} // namespace

MarkdownView::MarkdownView(QWidget *parent) : QTextBrowser(parent)
{
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setOpenLinks(false);
    setUndoRedoEnabled(false);
    setTabChangesFocus(true);
    document()->setDocumentMargin(0);
    QPalette clear = palette();
    clear.setColor(QPalette::Base, Qt::transparent);
    setPalette(clear);
    connect(&theme(), &Theme::themeChanged, this, [this] { setMarkdownText(m_source, true); });
}

// Not nothing: Qt would then look for the file itself when it paints.
QVariant MarkdownView::loadResource(int, const QUrl &)
{
    QImage nothing(1, 1, QImage::Format_ARGB32_Premultiplied);
    nothing.fill(Qt::transparent);
    return nothing;
}

void MarkdownView::setMarkdownText(const QString &text, bool settled)
{
    m_source = text;
    if (!settled && text.size() > longForStreaming) {
        setPlainText(text);
    } else {
        document()->setMarkdown(text, QTextDocument::MarkdownDialectGitHub);
        dress();
    }
    fit();
}

// Qt draws fenced code in whatever fixed font it finds; ours, on a ground of its own.
void MarkdownView::dress()
{
    const QFont code = theme().font(TextStyle::Code);
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        const bool fenced = block.blockFormat().hasProperty(QTextFormat::BlockCodeFence) ||
                            block.blockFormat().hasProperty(QTextFormat::BlockCodeLanguage);
        QTextCursor cursor(block);
        if (!fenced) {
            QTextBlockFormat apart;
            apart.setBottomMargin(block.textList() ? listGap : paragraphGap);
            cursor.mergeBlockFormat(apart);
            continue;
        }
        QTextBlockFormat ground;
        ground.setBackground(theme().color(Token::Sunken));
        ground.setNonBreakableLines(false);
        cursor.mergeBlockFormat(ground);
        cursor.select(QTextCursor::BlockUnderCursor);
        QTextCharFormat letters;
        letters.setFont(code);
        cursor.mergeCharFormat(letters);
    }
}

void MarkdownView::fit()
{
    document()->setTextWidth(viewport()->width());
    const int height = std::max(1, int(std::ceil(document()->size().height())));
    if (height == m_height)
        return;
    m_height = height;
    setFixedHeight(height);
}

QSize MarkdownView::sizeHint() const
{
    return {200, m_height};
}

QSize MarkdownView::minimumSizeHint() const
{
    return {40, m_height};
}

void MarkdownView::resizeEvent(QResizeEvent *event)
{
    QTextBrowser::resizeEvent(event);
    fit();
}

void MarkdownView::wheelEvent(QWheelEvent *event)
{
    event->ignore(); // the column scrolls
}

} // namespace signalbox
