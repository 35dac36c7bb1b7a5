// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/main_window.h"
#include "ui/palette/command_palette.h"
#include "ui/widgets/page.h"

#include <QtCore/QPointer>
#include <QtGui/QActionGroup>
#include <QtWidgets/QMenu>

namespace signalbox {

namespace {

// Without the mark of the mnemonic; "&&" is one "&".
QString plainText(QString text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == u'&')
            text.remove(i, 1);
    }
    return text;
}

Command commandOf(QAction *action, const QString &group, const QString &icon = {})
{
    return {plainText(action->text()), group, action->shortcut().toString(QKeySequence::NativeText),
            [guard = QPointer(action)] {
                if (guard)
                    guard->trigger();
            },
            icon};
}

} // namespace

void MainWindow::addCommands(const QMenu *menu, const QString &group, std::vector<Command> &into) const
{
    for (QAction *action : menu->actions()) {
        if (action->menu() == m_pageMenu || action->isSeparator())
            continue;
        if (action->menu())
            addCommands(action->menu(), plainText(action->text()), into);
        else if (action->isEnabled() && !m_pageGroup->actions().contains(action))
            into.push_back(commandOf(action, group));
    }
}

std::vector<Command> MainWindow::commands()
{
    std::vector<Command> all;
    for (const Entry &entry : m_entries) {
        Command go = commandOf(entry.action, tr("Go to"), entry.page->iconName());
        go.run = [this, id = entry.id] { showPage(id); };
        all.push_back(std::move(go));
    }
    // A page's commands need the page: it is shown first, which may also tell whether they can be run.
    for (const Entry &entry : m_entries) {
        for (QAction *action : entry.page->actions()) {
            if (action->isSeparator() || (!action->isEnabled() && entry.page == m_active))
                continue;
            Command command = commandOf(action, entry.page->title(), entry.page->iconName());
            command.run = [this, id = entry.id, guard = QPointer(action)] {
                showPage(id);
                if (guard)
                    guard->trigger();
            };
            all.push_back(std::move(command));
        }
    }
    addCommands(m_menu, {}, all);
    return all;
}

void MainWindow::openPalette()
{
    if (m_palette->isHidden())
        m_palette->open(commands());
    else
        m_palette->dismiss();
}

} // namespace signalbox
