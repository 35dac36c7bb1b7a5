// SPDX-License-Identifier: GPL-3.0-or-later
// The menus of the window; every action of theirs is also the window's, so that its keys work while the bar is hidden.
#include "ui/main_window/about_dialog.h"
#include "ui/main_window/main_window.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/theme.h"

#include <QtGui/QActionGroup>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMenu>
#include <QtWidgets/QMenuBar>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
const QString compactKey = u"window/compactNavigation"_s;
const QString themeKey = u"ui/theme"_s;
} // namespace

QAction *MainWindow::addMenuAction(QMenu *menu, const QString &text, const QKeySequence &keys)
{
    QAction *action = menu->addAction(text);
    action->setShortcut(keys);
    addAction(action); // shortcuts work while the menu bar is hidden
    return action;
}

void MainWindow::makeMenus()
{
    QMenu *file = m_menu->addMenu(tr("&File"));
    m_viewMenu = m_menu->addMenu(tr("&View"));
    m_pageMenu = m_menu->addMenu(tr("&Page"));
    QMenu *help = m_menu->addMenu(tr("&Help"));

    m_startStop = addMenuAction(file, tr("&Start the gateway"), tr("Ctrl+Shift+R"));
    m_startStop->setObjectName(u"startStop"_s); // its text changes, its kept keys must not
    connect(m_startStop, &QAction::triggered, this, &MainWindow::switchGateway);
    m_copy = addMenuAction(file, tr("&Copy the endpoint"), tr("Ctrl+Shift+C"));
    connect(m_copy, &QAction::triggered, this, &MainWindow::copyEndpoint);
    m_paletteAction = addMenuAction(file, tr("&All commands…"), tr("Ctrl+K"));
    connect(m_paletteAction, &QAction::triggered, this, &MainWindow::openPalette);
    file->addSeparator();
    QAction *quit = addMenuAction(file, tr("&Quit"), QKeySequence(QKeySequence::Quit));
    quit->setMenuRole(QAction::QuitRole);
    if (quit->shortcut().isEmpty())
        quit->setShortcut(tr("Ctrl+Q"));
    connect(quit, &QAction::triggered, this, &MainWindow::quitRequested);

    m_pageGroup = new QActionGroup(this);
    m_pagesEnd = m_viewMenu->addSeparator();
    makeThemeMenu(m_viewMenu);
    m_compactAction = addMenuAction(m_viewMenu, tr("&Compact navigation"), tr("Ctrl+B"));
    m_compactAction->setCheckable(true);
    m_compactAction->setChecked(Preferences().value(compactKey).toBool());
    connect(m_compactAction, &QAction::toggled, this, [this](bool on) {
        Preferences().setValue(compactKey, on);
        applyCompact();
    });
    QAction *bar = addMenuAction(m_viewMenu, tr("&Menu bar"), tr("Ctrl+M"));
    bar->setCheckable(true);

    m_aboutAction = addMenuAction(help, tr("&About Signalbox"), {});
    m_aboutAction->setIconText(tr("About"));
    m_aboutAction->setMenuRole(QAction::AboutRole);
    connect(m_aboutAction, &QAction::triggered, this, [this] {
        auto *dialog = new AboutDialog(this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    });
    QAction *aboutQt = addMenuAction(help, tr("About &Qt"), {});
    aboutQt->setMenuRole(QAction::AboutQtRole);
    connect(aboutQt, &QAction::triggered, qApp, &QApplication::aboutQt);

    for (QAction *action : m_menu->actions())
        menuBar()->addMenu(action->menu());
    menuBar()->setVisible(false);
    connect(bar, &QAction::toggled, menuBar(), &QWidget::setVisible);
}

void MainWindow::makeThemeMenu(QMenu *view)
{
    QMenu *menu = view->addMenu(tr("&Theme"));
    auto *group = new QActionGroup(this);
    const std::initializer_list<std::pair<Theme::Mode, QString>> modes{
        {Theme::Mode::System, tr("As the &system")},
        {Theme::Mode::Light, tr("&Light")},
        {Theme::Mode::Dark, tr("&Dark")},
        {Theme::Mode::HighContrast, tr("&High contrast")}};
    for (const auto &[mode, name] : modes) {
        QAction *action = addMenuAction(menu, name, {});
        action->setCheckable(true);
        action->setChecked(theme().mode() == mode);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [mode = mode] {
            Preferences().setValue(themeKey, Theme::modeName(mode));
            theme().setMode(mode);
        });
        connect(&theme(), &Theme::themeChanged, action,
                [action, mode = mode] { action->setChecked(theme().mode() == mode); });
    }
}

} // namespace signalbox
