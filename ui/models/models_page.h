// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/model_rows.h"
#include "ui/widgets/page.h"

class QPushButton;
class QStackedWidget;
class QTableView;

namespace signalbox {

class Badge;
class CatalogueActions;
class CatalogueUpdatePanel;
class EmptyState;
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
    ModelsPage(ProviderActions *actions, CatalogueActions *catalogue, QWidget *parent = nullptr); // both outlive it
    ~ModelsPage() override;

    QString title() const override { return tr("Models"); }
    QString iconName() const override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    void showModel(const std::string &key); // provider/model, as configured; at once or when the rows are there
    void compareSelected();
    void chooseUpdate();
    void goBackToPrevious();
    ModelTableModel *model() const { return m_model; }
    ModelFilterBar *filters() const { return m_filters; }
    QTableView *table() const { return m_table; }
    ModelPanel *panel() const { return m_panel; }
    CatalogueUpdatePanel *updatePanel() const { return m_update; }
    ModelCompareModel *comparison() const { return m_compare; }
    QString ageText() const;

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
    void showView(View view);
    void updateActions();
    void updateAge();
    void say(bool good, const QString &text);

    ProviderActions *m_actions;
    CatalogueActions *m_catalogue;
    ModelTableModel *m_model;
    ModelCompareModel *m_compare;
    ModelFilterBar *m_filters;
    QTableView *m_table;
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
