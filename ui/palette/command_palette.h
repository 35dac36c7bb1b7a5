// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/palette/command_model.h"

#include <QtCore/QPointer>
#include <QtWidgets/QFrame>

class QLabel;
class QLineEdit;
class QListView;

namespace signalbox {

class Motion;

// Commands by a few letters of their names, those used last first; floats above the widget it belongs to, which is the
// window for all commands and a page for what it offers to choose from. GUI thread.
class CommandPalette final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CommandPalette)

public:
    struct Purpose {
        QString name;      // accessible; what it chooses from
        QString prompt;    // in the empty field
        QString recentKey; // of Preferences
    };

    explicit CommandPalette(QWidget *window);
    CommandPalette(Purpose purpose, QWidget *above);

    // Below `anchor`, or in the upper middle. `note` is said below the list.
    void open(std::vector<Command> commands, QWidget *anchor = nullptr, const QString &note = {});
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

    void showFits();

    Purpose m_purpose;
    CommandModel *m_model;
    QLineEdit *m_field;
    QListView *m_list;
    QLabel *m_note;
    QString m_noteText;
    Motion *m_coming;
    QPointer<QWidget> m_anchor;
    QPointer<QWidget> m_focusBefore;
};

} // namespace signalbox
