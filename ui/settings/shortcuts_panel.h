// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QKeySequenceEdit;
class QLabel;
class QPushButton;
class QTableView;

namespace signalbox {

class ShortcutBook;

// The table of all keys and a field for those of the chosen action; what has them already is said there. GUI thread.
class ShortcutsPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ShortcutsPanel)

public:
    explicit ShortcutsPanel(QWidget *parent = nullptr);

    ShortcutBook *book() const { return m_book; }
    QTableView *table() const { return m_table; }
    QKeySequenceEdit *keysField() const { return m_keys; }
    void choose(int row);
    void take(); // the keys of the field
    void reset();
    void setSearch(const QString &search); // rows that do not fit are hidden
    bool matches(const QString &search) const;
    QString said() const;

private:
    void say(const QString &text, bool good);
    void updateButtons();

    ShortcutBook *m_book;
    QTableView *m_table;
    QLabel *m_name;
    QKeySequenceEdit *m_keys;
    QPushButton *m_take;
    QPushButton *m_reset;
    QPushButton *m_resetAll;
    QLabel *m_said;
};

} // namespace signalbox
