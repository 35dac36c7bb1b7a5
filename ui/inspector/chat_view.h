// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/chat_entries.h"

#include <QtWidgets/QScrollArea>

class QLabel;
class QVBoxLayout;

namespace signalbox {

// A conversation to be read: who said what, calls and results of tools, thinking folded, pictures small, sounds as
// their length with Save. GUI thread.
class ChatView final : public QScrollArea
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatView)

public:
    explicit ChatView(const QString &accessibleName, QWidget *parent = nullptr);

    void setChat(Chat chat);
    QString shownText() const;

private:
    void render();
    void addEntry(size_t at);
    void addText(const ChatEntry &entry);
    void addFolded(const ChatEntry &entry, const QString &title);
    void addMedia(const ChatEntry &entry);
    QLabel *makeWords(const QString &text, bool code);

    Chat m_chat;
    bool m_all = false;
    QVBoxLayout *m_column = nullptr;
};

// Seconds of sound, where the bytes tell (WAV); below 0: they do not. Pure.
double soundSeconds(const QByteArray &bytes);

} // namespace signalbox
