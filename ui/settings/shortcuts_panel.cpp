// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/shortcuts_panel.h"

#include "ui/settings/setting.h"
#include "ui/settings/shortcut_book.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QPointer>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QKeySequenceEdit>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int shownRows = 9;
}

ShortcutsPanel::ShortcutsPanel(QWidget *parent)
    : QWidget(parent),
      m_book(new ShortcutBook(this)),
      m_table(new QTableView),
      m_name(makeLabel(tr("Choose an action above"), TextStyle::Body, Token::Text2)),
      m_keys(new QKeySequenceEdit),
      m_take(makeButton(tr("Set the keys"))),
      m_reset(makeButton(tr("Reset"), u"undo"_s)),
      m_resetAll(makeButton(tr("Reset all"), ButtonKind::Flat)),
      m_said(makeLabel({}, TextStyle::Small, Token::Text3))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    setUpTable(m_table);
    m_table->setModel(m_book);
    m_table->setAccessibleName(tr("Shortcuts"));
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionsClickable(false);
    header->setStretchLastSection(false);
    header->setSectionResizeMode(ShortcutBook::Action, QHeaderView::Stretch);
    header->resizeSection(ShortcutBook::Where, 150);
    header->resizeSection(ShortcutBook::Keys, 150);
    m_table->setFixedHeight(theme().rowHeight() * shownRows + 30);
    column->addWidget(m_table);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_name->setWordWrap(true);
    m_name->setBuddy(m_keys);
    m_keys->setAccessibleName(tr("New keys"));
    m_keys->setMinimumHeight(28);
    m_keys->setMaximumWidth(180);
    row->addWidget(m_name, 1);
    row->addWidget(m_keys);
    row->addWidget(m_take);
    row->addWidget(m_reset);
    row->addWidget(m_resetAll);
    column->addLayout(row);
    m_said->setWordWrap(true);
    m_said->hide();
    column->addWidget(m_said);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex &now) { choose(now.row()); });
    connect(m_keys, &QKeySequenceEdit::keySequenceChanged, this, [this](const QKeySequence &keys) {
        const int at = m_table->currentIndex().row();
        const QString taken = at < 0 ? QString() : m_book->conflict(at, keys);
        say(taken, false);
        m_take->setEnabled(at >= 0 && taken.isEmpty() && keys != m_book->keys(at));
    });
    connect(m_take, &QPushButton::clicked, this, &ShortcutsPanel::take);
    connect(m_reset, &QPushButton::clicked, this, &ShortcutsPanel::reset);
    connect(m_resetAll, &QPushButton::clicked, this, [this] {
        m_book->resetAll();
        choose(m_table->currentIndex().row());
        say(tr("All keys are the program's own again"), true);
    });
    updateButtons();
}

void ShortcutsPanel::choose(int row)
{
    if (row < 0)
        return;
    if (m_table->currentIndex().row() != row)
        m_table->setCurrentIndex(m_book->index(row, 0));
    m_name->setText(m_book->name(row));
    m_keys->setKeySequence(m_book->keys(row));
    say({}, true);
    updateButtons();
}

void ShortcutsPanel::take()
{
    const int row = m_table->currentIndex().row();
    if (row < 0)
        return;
    const QKeySequence keys = m_keys->keySequence();
    if (const QString taken = m_book->setKeys(row, keys); !taken.isEmpty())
        return say(taken, false);
    say(keys.isEmpty() ? tr("“%1” has no keys now").arg(m_book->name(row))
                       : tr("“%1” is %2 now").arg(m_book->name(row), keys.toString(QKeySequence::NativeText)),
        true);
    updateButtons();
}

void ShortcutsPanel::reset()
{
    const int row = m_table->currentIndex().row();
    if (row < 0)
        return;
    const QKeySequence before = m_book->keys(row);
    if (const QString taken = m_book->setKeys(row, m_book->usual(row)); !taken.isEmpty())
        return say(taken, false);
    choose(row);
    if (ToastHost *toasts = ToastHost::of(this)) {
        toasts->show(Signal::Clear, tr("Keys of “%1” reset").arg(m_book->name(row)), tr("Undo"),
                     [guard = QPointer(this), row, before] {
                         if (!guard)
                             return;
                         guard->m_book->setKeys(row, before);
                         guard->choose(row);
                     });
    }
}

void ShortcutsPanel::updateButtons()
{
    const int row = m_table->currentIndex().row();
    m_keys->setEnabled(row >= 0);
    m_take->setEnabled(false);
    m_reset->setEnabled(row >= 0 && m_book->isChanged(row));
    m_resetAll->setEnabled(m_book->changedCount() > 0);
}

bool ShortcutsPanel::matches(const QString &search) const
{
    for (int row = 0; row < m_book->rowCount(); ++row) {
        if (textMatches(m_book->name(row) + u' ' + m_book->index(row, ShortcutBook::Keys).data().toString(), search))
            return true;
    }
    return false;
}

void ShortcutsPanel::setSearch(const QString &search)
{
    const bool any = !search.isEmpty() && matches(search);
    for (int row = 0; row < m_book->rowCount(); ++row)
        m_table->setRowHidden(row, any && !textMatches(m_book->name(row) + u' ' +
                                                           m_book->index(row, ShortcutBook::Keys).data().toString(),
                                                       search));
}

void ShortcutsPanel::say(const QString &text, bool good)
{
    m_said->setText(text);
    setLabelToken(m_said, good ? Token::Text2 : Token::StopText);
    m_said->setVisible(!text.isEmpty());
}

QString ShortcutsPanel::said() const
{
    return m_said->text();
}

} // namespace signalbox
