// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/palette/command_model.h"

#include <QtCore/QPointer>
#include <QtWidgets/QFrame>

class QLineEdit;
class QListView;

namespace signalbox {

// Every command of the window by a few letters of its name; floats above the window it belongs to. GUI thread.
class CommandPalette final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CommandPalette)

public:
    explicit CommandPalette(QWidget *window);

    void open(std::vector<Command> commands);
    void dismiss();
    void runCurrent();
    QLineEdit *field() const { return m_field; }
    QListView *list() const { return m_list; }
    CommandModel *model() const { return m_model; }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void place();
    void choose(int row);
    bool handleKey(int key);

    CommandModel *m_model;
    QLineEdit *m_field;
    QListView *m_list;
    QPointer<QWidget> m_focusBefore;
};

} // namespace signalbox
