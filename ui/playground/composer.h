// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/playground/chat_draft.h"

#include <QtGui/QImage>
#include <QtWidgets/QFrame>

#include <vector>

class QLabel;
class QHBoxLayout;
class QPlainTextEdit;
class QPushButton;

namespace signalbox {

// The one field that all columns are asked by: words, and images by drop, paste or choice. GUI thread; files are read
// and pictures packed on others.
class Composer final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Composer)

public:
    explicit Composer(QWidget *parent = nullptr);

    ChatTurn turn() const;
    void setTurn(const ChatTurn &turn);
    void clear();
    bool isEmpty() const;
    void setRunning(bool on);
    void setProblem(const QString &text);
    QString problem() const;
    void addImageFile(const QString &path);
    void addImage(const QImage &image);
    void chooseImages();
    int imageCount() const { return int(m_images.size()); }
    QPlainTextEdit *editor() const { return m_editor; }
    QPushButton *sendButton() const { return m_send; }

Q_SIGNALS:
    void sendRequested();
    void stopRequested();

private:
    struct Loaded {
        ChatImage image;
        QString problem;
    };
    void take(Loaded loaded);
    void showImages();

    std::vector<ChatImage> m_images;
    QPlainTextEdit *m_editor;
    QWidget *m_strip;
    QHBoxLayout *m_thumbnails;
    QLabel *m_problem;
    QPushButton *m_send;
    QPushButton *m_stop;
};

} // namespace signalbox
