// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requests/request_source.h"
#include "ui/widgets/page.h"

#include <memory>

class QPushButton;
class QSplitter;
class QStackedWidget;
class QTableView;
class QTimer;

namespace signalbox {

class EmptyState;
class GatewayControl;
class Ledger;
class RequestColumns;
class RequestFilterBar;
class RequestInspector;
class RequestTableModel;

// The request log: filter, table, inspector. GUI thread. Asks the ledger only while it is shown.
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
    void activate() override;
    void deactivate() override;

    void showRequest(const QString &id); // opens the inspector on it
    void setFilterText(const QString &text);
    QTableView *table() const { return m_table; }
    RequestTableModel *model() const { return m_model; }
    RequestFilterBar *filterBar() const { return m_filter; }
    RequestInspector *inspector() const { return m_inspector; }

Q_SIGNALS:
    void settingsRequested(const QString &section);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeTable();
    void makeActions();
    void connectModel();
    bool handleKey(int key);
    void applyFilter();
    void refresh();
    void updateFollowing();
    void updateRunning();
    void currentChanged();
    void restoreSelection();
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
    QTimer *m_tick;
    QTimer *m_slide;
    QString m_selectedId;
    bool m_active = false;
    bool m_restoring = false;
};

} // namespace signalbox
