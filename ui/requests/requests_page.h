// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requests/request_source.h"
#include "ui/widgets/page.h"

#include <memory>

class QMenu;
class QPushButton;
class QSplitter;
class QToolButton;
class QStackedWidget;
class QTableView;
class QTimer;

namespace signalbox {

class ColumnsPanel;
class EmptyState;
class FacetPanel;
class GatewayControl;
class Ledger;
class RequestColumns;
class RequestExport;
class RequestFilterBar;
class ReplayPanel;
class RequestInspector;
class RequestSelection;
class RequestTableModel;
class RequestViews;
class RowActions;
class ViewsPanel;

// The request log: facets, filter, table, inspector. GUI thread. Asks the ledger only while it is shown.
class RequestsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestsPage)

public:
    // `ledger` may be null (a test's source); both outlive the page.
    RequestsPage(GatewayControl *control, std::unique_ptr<RequestSource> source, Ledger *ledger,
                 QWidget *parent = nullptr);
    ~RequestsPage() override;

    QString title() const override { return tr("Requests"); }
    QString iconName() const override;
    QWidget *headerTools() override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    void showRequest(const QString &id);  // opens the inspector on it
    void showFilter(const QString &text); // in the filter language: what links of other pages mean
    QTableView *table() const { return m_table; }
    RequestTableModel *model() const { return m_model; }
    RequestFilterBar *filterBar() const { return m_filter; }
    RequestInspector *inspector() const { return m_inspector; }
    RequestColumns *columns() const { return m_columns; }
    FacetPanel *facets() const { return m_facets; }
    RequestViews *views() const { return m_views; }
    RequestExport *exporter() const { return m_export; }
    QPushButton *pauseButton() const { return m_pause; }
    QStringList selectedIds() const; // at most 10,000, of rows that are loaded
    int selectedCount() const;
    RequestSelection *selection() const { return m_selection; }
    RowActions *rowActions() const { return m_rowActions; }
    ReplayPanel *replayPanel() const { return m_replay; }
    void sortBy(const std::optional<RequestOrder> &order); // nothing: by time, live
    QMenu *makeOrderMenu(QWidget *parent);
    void showView(int row);
    void exportTo(const QString &file); // the rows selected, when there are several; else what the filter shows
    void setPaused(bool paused);

Q_SIGNALS:
    void selectionChanged(const QStringList &ids); // of rows that are loaded
    void settingsRequested(const QString &section);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeTable();
    void makeTools(); // these are in requests_tools.cpp
    void makeViews();
    void updateViewActions();
    void makeExport();
    void askExport();
    void saveView(const QString &name);
    void removeView(int row);
    void toggleFacets();
    void updateFacets();
    bool isTableSmall() const;
    void askValues();
    void makeActions();
    void makeRowActions();
    void openRowMenu(const QPoint &globalPos, const QModelIndex &cell);
    bool handleContextMenu(QObject *watched, QEvent *event);
    bool handleTableKey(QEvent *event);
    void exportCapture(const QString &file, const RequestFilter &filter);
    void connectModel();
    bool handleKey(int key);
    void applyFilter();
    void refresh();
    void updateFollowing();
    void updateRunning();
    void loadDetail();
    void showDetail(const RequestDetail &detail);
    void openInspector(bool open);
    void showEmpty();

    GatewayControl *m_control;
    std::unique_ptr<RequestSource> m_source;
    RequestTableModel *m_model;
    RequestFilterBar *m_filter;
    QSplitter *m_splitter;
    QStackedWidget *m_stack;
    QTableView *m_table;
    RequestColumns *m_columns = nullptr;
    EmptyState *m_empty;
    QPushButton *m_emptyButton = nullptr;
    RequestInspector *m_inspector;
    QPushButton *m_newRows;
    QSplitter *m_outer;
    FacetPanel *m_facets;
    QToolButton *m_facetsButton = nullptr;
    QWidget *m_header = nullptr;
    QPushButton *m_pause = nullptr;
    QPushButton *m_exportButton = nullptr;
    RequestViews *m_views;
    ViewsPanel *m_viewsPanel = nullptr;
    ColumnsPanel *m_columnsPanel = nullptr;
    RequestExport *m_export;
    QList<QAction *> m_viewActions;
    bool m_paused = false;
    bool m_facetsWanted = true;       // beside a wide table
    bool m_facetsWantedSmall = false; // beside a small one
    QTimer *m_tick;
    QTimer *m_slide;
    RequestSelection *m_selection = nullptr;
    RowActions *m_rowActions = nullptr;
    ReplayPanel *m_replay;
    bool m_active = false;
};

} // namespace signalbox
