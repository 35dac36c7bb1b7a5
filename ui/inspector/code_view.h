// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QPlainTextEdit>

#include <vector>

namespace signalbox {

class FoldMargin;

// Text to be read: in the fixed font, with a margin whose arrows fold JSON, and search. GUI thread.
class CodeView final : public QPlainTextEdit
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CodeView)

public:
    explicit CodeView(const QString &accessibleName, QWidget *parent = nullptr);

    void setText(const QString &text, bool foldable);
    // Goes to the next place (or the one before), around the end; false: it is nowhere. Unfolds what hides it.
    bool find(const QString &words, bool backward = false);
    int countOf(const QString &words) const; // at most 999
    void mark(const QString &words);         // all places; none when empty

    bool isFoldable(int line) const;
    bool isFolded(int line) const;
    void setFolded(int line, bool folded);
    void foldAll(bool folded); // all but the outermost

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    friend class FoldMargin;
    void restyle();
    void showHidden();
    void placeMargin();

    FoldMargin *m_margin;
    std::vector<int> m_ends;
    std::vector<bool> m_folded;
};

} // namespace signalbox
