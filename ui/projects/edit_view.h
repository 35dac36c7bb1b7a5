// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "ui/widgets/form_drawer.h"

#include <QtWidgets/QWidget>

#include <functional>

class QAbstractTableModel;
class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace signalbox {

class EmptyState;
class ProviderActions;

// A table and, beside it, the form of the chosen row. What the page's three lists have in common. GUI thread.
class EditView : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EditView)

public:
    EditView(ProviderActions *actions, QAbstractTableModel *model, EmptyState *empty, const QString &name,
             QWidget *parent = nullptr);

    virtual void startNew() = 0;
    void closeForm();
    QTableView *table() const { return m_table; }
    FormDrawer *form() const { return m_form; }

Q_SIGNALS:
    void problemFound(const QString &message); // of an undo: no form is open that could show it

protected:
    virtual void edit(int row) = 0;
    virtual void save() = 0;
    void openForm(const QString &title);
    void showEmpty(bool empty);
    // Applies a config, or puts the problem into the form. `undone` is where an undo leads back to; empty: no toast.
    using Change = std::function<Config(Config)>;
    bool apply(const Change &change, const QString &why, const QString &pointer, const QString &said = {},
               const Change &undone = {});
    ProviderActions &actions() const { return *m_actions; }
    QVBoxLayout *column() const { return m_column; } // above the table

private:
    ProviderActions *m_actions;
    QTableView *m_table;
    QStackedWidget *m_stack;
    QVBoxLayout *m_column;
    FormDrawer *m_form;
};

} // namespace signalbox
