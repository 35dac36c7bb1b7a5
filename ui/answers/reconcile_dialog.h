// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/reconciliation/reconcile.h"

#include <QtWidgets/QDialog>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace signalbox {

class EmptyState;
class LedgerFeed;
class ReconcileModel;

// A provider's own report, chosen as a file, against the ledger, by day and model. The file is read and compared on the
// feed's thread; the window does not hold others up. GUI thread.
class ReconcileDialog final : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ReconcileDialog)

public:
    // `feed` may be null: then there is nothing to compare with. It outlives the dialog.
    explicit ReconcileDialog(LedgerFeed *feed, QWidget *parent = nullptr);

    void setProviders(const std::vector<ProviderConfig> &providers);
    void chooseFile();
    void compare(const QString &path);
    ReconcileModel *model() const { return m_model; }
    QString message() const;
    bool isBusy() const { return m_busy; }

private:
    void showResult(Reconciliation result);
    void showProblem(const QString &problem);
    void setBusy(bool busy);

    LedgerFeed *m_feed;
    ReconcileModel *m_model;
    QComboBox *m_provider;
    QComboBox *m_tolerance;
    QPushButton *m_choose;
    QCheckBox *m_only;
    QLabel *m_file;
    QLabel *m_message;
    QLabel *m_totals;
    QStackedWidget *m_stack;
    EmptyState *m_empty;
    QTableView *m_table;
    QString m_path;
    bool m_busy = false;
};

} // namespace signalbox
