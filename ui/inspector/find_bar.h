// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLabel;
class QLineEdit;

namespace signalbox {

class CodeView;

// Search inside one CodeView; Escape closes it and gives the focus back. GUI thread.
class FindBar final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FindBar)

public:
    explicit FindBar(CodeView *view, QWidget *parent = nullptr);

    void open();
    void close();
    void refresh(); // the view has another text
    QLineEdit *field() const { return m_words; }
    QString state() const;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void go(bool backward);

    CodeView *m_view;
    QLineEdit *m_words;
    QLabel *m_count;
};

} // namespace signalbox
