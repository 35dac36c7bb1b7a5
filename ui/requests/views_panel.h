// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QFrame>

class QLineEdit;
class QListView;
class QPushButton;

namespace signalbox {

class RequestViews;

// The saved views below their button: a click or Enter shows one, F2 renames it, Del removes it (which can be undone),
// and what is shown now is saved under a name. GUI thread.
class ViewsPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ViewsPanel)

public:
    ViewsPanel(RequestViews *views, QWidget *parent); // `views` outlives it

    void openBelow(const QWidget *button);
    QListView *list() const { return m_list; }
    QLineEdit *nameField() const { return m_name; }
    QPushButton *saveButton() const { return m_save; }

Q_SIGNALS:
    void chosen(int row);
    void saveRequested(const QString &name);
    void removeRequested(int row);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void choose(const QModelIndex &index);

    RequestViews *m_views;
    QListView *m_list;
    QLineEdit *m_name;
    QPushButton *m_save;
};

} // namespace signalbox
