// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/data/gateway_control.h"
#include "ui/main_window/side_navigation.h"

#include <QtWidgets/QMainWindow>

#include <vector>

class QActionGroup;
class QMenu;
class QStackedWidget;

namespace signalbox {

class CommandPalette;
struct Command;
class LedgerFeed;
class Page;
class ProblemBanner;
class StatusBar;
class ToastHost;
class TodaySpend;
class TopBar;

// The console's window: navigation at the left, a header and the page that is shown, a status bar. Knows pages only as
// Page and the gateway only as GatewayControl. GUI thread. Geometry, page and navigation width are kept in Preferences.
class MainWindow final : public QMainWindow
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MainWindow)

public:
    // `feed` may be null (no ledger could be opened): the header then shows no spend. Both outlive the window.
    explicit MainWindow(GatewayControl *control, LedgerFeed *feed = nullptr, QWidget *parent = nullptr);
    ~MainWindow() override;

    // Takes ownership. Pages of the top get Ctrl+1, Ctrl+2, …; `id` is stable and names the page in showPage().
    void addPage(Page *page, const QString &id, SideNavigation::Place place = SideNavigation::Place::Top);
    void showPage(const QString &id);
    QString currentPage() const;
    QStringList pageIds() const; // in the order of the navigation
    Page *page(const QString &id) const;
    // Once all pages are there: geometry and the page of the last time.
    void restoreState();

    // Every action of menus and pages by a few letters.
    void openPalette();
    CommandPalette *palette() const { return m_palette; }

    ToastHost *toasts() const { return m_toasts; }
    ProblemBanner *banner() const { return m_banner; }
    SideNavigation *navigation() const { return m_navigation; }
    StatusBar *statusLine() const { return m_status; }

Q_SIGNALS:
    void quitRequested();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void changeEvent(QEvent *event) override;
    void closeEvent(QCloseEvent *event) override;

private:
    struct Entry {
        QString id;
        Page *page = nullptr;
        QAction *action = nullptr;
    };

    void makeMenus();
    void makeThemeMenu(QMenu *view);
    void makeLayout();
    void watchGateway();
    QAction *addMenuAction(QMenu *menu, const QString &text, const QKeySequence &keys);
    void showEntry(Entry &entry);
    std::vector<Command> commands();
    void addCommands(const QMenu *menu, const QString &group, std::vector<Command> &into) const;
    void updateActive();
    void orderTabs();
    void updateGateway();
    void updateProblem();
    void runProblemAction();
    void applyCompact();
    void copyEndpoint();
    void switchGateway();
    QString endpoint() const;

    GatewayControl *m_control;
    QMenu *m_menu;
    QMenu *m_viewMenu = nullptr;
    QMenu *m_pageMenu = nullptr;
    QAction *m_pagesEnd = nullptr;
    QAction *m_startStop = nullptr;
    QAction *m_copy = nullptr;
    QAction *m_compactAction = nullptr;
    QAction *m_paletteAction = nullptr;
    QAction *m_aboutAction = nullptr;
    QActionGroup *m_pageGroup = nullptr;
    SideNavigation *m_navigation = nullptr;
    TopBar *m_top = nullptr;
    ProblemBanner *m_banner = nullptr;
    QStackedWidget *m_stack = nullptr;
    StatusBar *m_status = nullptr;
    ToastHost *m_toasts = nullptr;
    CommandPalette *m_palette = nullptr;
    TodaySpend *m_spend = nullptr;
    std::vector<Entry> m_entries;
    Page *m_active = nullptr; // the one that was told activate()
    QString m_startError;
    enum class ProblemAction { None, TryAgain, Settings, Providers } m_problemAction = ProblemAction::None;
};

} // namespace signalbox
