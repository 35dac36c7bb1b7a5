// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"
#include "core/tokens/calibration.h"
#include "ui/models/model_rows.h"
#include "ui/widgets/page.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace signalbox {

class Badge;
class CatalogueActions;
class CatalogueUpdatePanel;
class EmptyState;
class GatewayControl;
class LedgerFeed;
class ModelCompareModel;
class ModelFilterBar;
class ModelPanel;
class ModelTableModel;
class ProviderActions;

// The catalogue of models: table with filters, details with own facts, comparison, update. GUI thread; rows are made
// on another one, and only while the page is shown.
class ModelsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelsPage)

public:
    // All outlive it; without `feed` there is no price history.
    ModelsPage(ProviderActions *actions, CatalogueActions *catalogue, LedgerFeed *feed = nullptr,
               QWidget *parent = nullptr);
    ~ModelsPage() override;

    void setControl(GatewayControl *control) { m_control = control; } // outlives it; what counts have learnt

    QString title() const override { return tr("Models"); }
    QString iconName() const override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    void showModel(const std::string &key); // provider/model, as configured; at once or when the rows are there
    void compareSelected();
    void chooseUpdate();
    void goBackToPrevious();
    void importScores(const QByteArray &csv, const QString &name);
    ModelTableModel *model() const { return m_model; }
    ModelFilterBar *filters() const { return m_filters; }
    QTableView *table() const { return m_table; }
    ModelPanel *panel() const { return m_panel; }
    CatalogueUpdatePanel *updatePanel() const { return m_update; }
    ModelCompareModel *comparison() const { return m_compare; }
    QString ageText() const;
    QString notice() const; // above the table

private:
    enum View { List, Compare, Update };

    QWidget *makeList();
    QWidget *makeCompare();
    void makeActions();
    void setUpColumns();
    void openColumnMenu(const QPoint &at);
    void keepColumns() const;
    void reload();
    void takeRows(ModelRowsPtr rows);
    void applyFilter();
    void showCurrent();
    std::optional<Calibration::Factor> learntOf(const std::string &target) const;
    void askPrices();
    void chooseScores();
    void showNotice(const QString &text, bool good);
    void showView(View view);
    void updateActions();
    void updateAge();
    void say(bool good, const QString &text);

    ProviderActions *m_actions;
    CatalogueActions *m_catalogue;
    LedgerFeed *m_feed;
    GatewayControl *m_control = nullptr;
    std::vector<PriceNote> m_prices; // that requests were charged with
    ModelTableModel *m_model;
    ModelCompareModel *m_compare;
    ModelFilterBar *m_filters;
    QTableView *m_table;
    QLabel *m_notice;
    QStackedWidget *m_rowsOrEmpty;
    EmptyState *m_empty;
    ModelPanel *m_panel;
    CatalogueUpdatePanel *m_update;
    QStackedWidget *m_views;
    QTableView *m_compareTable = nullptr;
    Badge *m_age = nullptr;
    QPushButton *m_compareButton = nullptr;
    QAction *m_compareAction = nullptr;
    std::string m_wanted; // key to show once the rows are there
    quint64 m_generation = 0;
    bool m_shown = false;
    bool m_stale = true;
};

} // namespace signalbox
