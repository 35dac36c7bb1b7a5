// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projects/edit_view.h"

#include "ui/data/provider_actions.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/toast.h"

#include <QtCore/QAbstractTableModel>
#include <QtCore/QPointer>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

namespace signalbox {

EditView::EditView(ProviderActions *actions, QAbstractTableModel *model, EmptyState *empty, const QString &name,
                   QWidget *parent)
    : QWidget(parent),
      m_actions(actions),
      m_table(new QTableView),
      m_stack(new QStackedWidget),
      m_column(new QVBoxLayout),
      m_form(new FormDrawer)
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_column->setSpacing(0);
    setUpTable(m_table);
    m_table->setModel(model);
    m_table->setAccessibleName(name);
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_stack->addWidget(m_table);
    m_stack->addWidget(empty);
    m_column->addWidget(m_stack, 1);
    row->addLayout(m_column, 1);
    row->addWidget(m_form);
    m_form->hide();
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex &index) { edit(index.row()); });
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex &index) { edit(index.row()); });
    for (QPushButton *button : empty->findChildren<QPushButton *>()) // the next step
        connect(button, &QPushButton::clicked, this, [this] { startNew(); });
    connect(m_form, &FormDrawer::closeRequested, this, &EditView::closeForm);
    connect(m_form, &FormDrawer::submitted, this, [this] { save(); });
}

void EditView::openForm(const QString &title)
{
    m_form->clearErrors();
    m_form->setTitle(title);
    m_form->show();
    m_form->focusFirst();
}

void EditView::closeForm()
{
    m_form->hide();
    m_table->setFocus(Qt::OtherFocusReason);
}

void EditView::showEmpty(bool empty)
{
    m_stack->setCurrentIndex(empty ? 1 : 0);
}

bool EditView::apply(const Change &change, const QString &why, const QString &pointer, const QString &said,
                     const Change &undone)
{
    const auto applied = m_actions->apply(change(*m_actions->config()), why);
    if (!applied) {
        m_form->placeProblem(QString::fromStdString(applied.error().message), pointer);
        return false;
    }
    ToastHost *toasts = ToastHost::of(this);
    if (!toasts || said.isEmpty())
        return true;
    if (!undone) {
        toasts->show(Signal::Clear, said);
        return true;
    }
    toasts->show(Signal::Clear, said, tr("Undo"), [guard = QPointer(this), undone, why] {
        if (!guard)
            return;
        const auto back = guard->m_actions->apply(undone(*guard->m_actions->config()), tr("undone: %1").arg(why));
        if (!back)
            Q_EMIT guard->problemFound(QString::fromStdString(back.error().message));
    });
    return true;
}

} // namespace signalbox
