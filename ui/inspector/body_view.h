// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/body_text.h"

#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;

namespace signalbox {

class ChatView;
class CodeView;
class DiffView;
class FindBar;
class SegmentedControl;

// A kept body as its client and as its provider saw it, or what differs between the two: as a conversation, laid out,
// or raw. Read only; long text is cut until it is asked for, what is large is made ready off this thread. GUI thread.
class BodyView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(BodyView)

public:
    explicit BodyView(const QString &accessibleName, QWidget *parent = nullptr);

    void setSides(BodySides sides, const QString &policyNote);
    void setBodyStyle(BodyStyle style);
    void setSide(BodySide side);
    BodySide side() const;
    void find();
    QString shownText() const;

Q_SIGNALS:
    void settingsRequested();
    void styleChosen(signalbox::BodyStyle style); // by the user

private:
    QWidget *makeKept(const QString &name);
    QWidget *makeMissing();
    void ask();
    void present(const BodyText &made, BodySide side, BodyStyle style);
    void showText();
    void showFacts();
    void save();
    BodyStyle bodyStyle() const;

    QStackedWidget *m_stack; // kept, missing
    QStackedWidget *m_views = nullptr;
    CodeView *m_text = nullptr;
    ChatView *m_chat = nullptr;
    DiffView *m_diff = nullptr;
    FindBar *m_find = nullptr;
    QLabel *m_note = nullptr;
    QLabel *m_size = nullptr;
    SegmentedControl *m_style = nullptr;
    SegmentedControl *m_side = nullptr;
    QPushButton *m_all = nullptr;
    BodySides m_sides;
    QString m_whole;     // of the text view
    quint64 m_asked = 0; // answers to what was asked before are dropped
    bool m_showAll = false;
};

} // namespace signalbox
