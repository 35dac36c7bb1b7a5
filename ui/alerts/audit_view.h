// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/audit.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace signalbox {

class AuditTableModel;
class EmptyState;
class LedgerFeed;

// The audit log with its filters and export. Asks the ledger when it is shown and when told that there is more. GUI
// thread.
class AuditView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AuditView)

public:
    explicit AuditView(LedgerFeed *feed, QWidget *parent = nullptr); // outlives it; may be null: nothing to show

    void setActive(bool active);
    void refresh();                     // at once or when it is shown
    void exportTo(const QString &path); // .json or CSV
    AuditFilter filter() const;
    AuditTableModel *model() const { return m_model; }
    QTableView *table() const { return m_table; }
    QLineEdit *searchField() const { return m_search; }
    QComboBox *kindBox() const { return m_kind; }
    QComboBox *rangeBox() const { return m_range; }
    QString said() const;

private:
    QWidget *makeTools();
    void chooseExport();
    void ask();

    LedgerFeed *m_feed;
    AuditTableModel *m_model;
    QLineEdit *m_search;
    QComboBox *m_kind;
    QComboBox *m_range;
    QPushButton *m_export;
    QLabel *m_said;
    QStackedWidget *m_stack;
    QTableView *m_table;
    EmptyState *m_empty;
    QTimer m_soon; // typing asks once
    quint64 m_round = 0;
    bool m_active = false;
    bool m_stale = true;
};

} // namespace signalbox
