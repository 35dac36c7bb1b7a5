// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/models_page.h"

#include "core/catalogue/catalogue.h"
#include "ui/data/catalogue_actions.h"
#include "ui/data/gateway_control.h"
#include "ui/data/ledger_feed.h"
#include "ui/data/provider_actions.h"
#include "ui/models/catalogue_update_panel.h"
#include "ui/models/model_details.h"
#include "ui/models/model_filter_bar.h"
#include "ui/models/model_panel.h"
#include "ui/models/model_table_model.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QPointer>
#include <QtCore/QThreadPool>
#include <QtGui/QAction>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

const QString columnsKey = u"models/columns"_s;
constexpr std::array<int, ModelTableModel::ColumnCount> usualWidths{210, 124, 84, 92, 112, 58, 72, 72,
                                                                    72,  84,  86, 66, 90,  92, 88};
constexpr std::array hiddenAtFirst{ModelTableModel::CacheWrite, ModelTableModel::Source};
constexpr int comparedWidth = 170;

} // namespace

ModelsPage::ModelsPage(ProviderActions *actions, CatalogueActions *catalogue, LedgerFeed *feed, QWidget *parent)
    : Page(parent),
      m_actions(actions),
      m_catalogue(catalogue),
      m_feed(feed),
      m_model(new ModelTableModel(this)),
      m_compare(new ModelCompareModel(this)),
      m_filters(new ModelFilterBar),
      m_table(new QTableView),
      m_notice(makeLabel({}, TextStyle::Small, Token::Text2)),
      m_rowsOrEmpty(new QStackedWidget),
      m_empty(new EmptyState(u"model"_s, tr("No model fits"), tr("Fewer conditions show more of the catalogue."))),
      m_panel(new ModelPanel(actions)),
      m_update(new CatalogueUpdatePanel(catalogue)),
      m_views(new QStackedWidget)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_views->addWidget(makeList());
    m_views->addWidget(makeCompare());
    m_views->addWidget(m_update);
    column->addWidget(m_views);
    makeActions();
    setUpColumns();

    connect(m_filters, &ModelFilterBar::filterChanged, this, &ModelsPage::applyFilter);
    connect(m_panel, &ModelPanel::closeRequested, this, [this] { m_panel->hide(); });
    connect(m_update, &CatalogueUpdatePanel::closeRequested, this, [this] { showView(List); });
    connect(m_update, &CatalogueUpdatePanel::applied, this, [this] {
        showView(List);
        if (ToastHost *toasts = ToastHost::of(this))
            toasts->show(Signal::Clear, tr("Catalogue updated"), tr("Revert"), [this] { goBackToPrevious(); });
    });
    const auto stale = [this] {
        m_stale = true;
        if (m_shown)
            reload();
    };
    connect(m_actions, &ProviderActions::configChanged, this, stale);
    connect(m_catalogue, &CatalogueActions::catalogueChanged, this, [this, stale] {
        updateAge();
        stale();
    });
}

ModelsPage::~ModelsPage() = default;

QString ModelsPage::iconName() const
{
    return u"model"_s;
}

QWidget *ModelsPage::makeList()
{
    auto *list = new QWidget;
    auto *row = new QHBoxLayout(list);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto *column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(m_filters);
    m_notice->setContentsMargins(16, 0, 16, 6);
    m_notice->setWordWrap(true);
    m_notice->hide();
    column->addWidget(m_notice);
    setUpTable(m_table);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Models"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_rowsOrEmpty->addWidget(m_table);
    m_rowsOrEmpty->addWidget(m_empty);
    connect(m_empty->addButton(tr("Show all models")), &QPushButton::clicked, m_filters, &ModelFilterBar::clear);
    column->addWidget(m_rowsOrEmpty, 1);
    row->addLayout(column, 1);
    row->addWidget(m_panel);
    m_panel->hide();
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ModelsPage::updateActions);
    connect(m_table, &QTableView::clicked, this, &ModelsPage::showCurrent);
    connect(m_table, &QTableView::activated, this, &ModelsPage::showCurrent);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        if (!m_panel->isHidden())
            showCurrent();
    });
    return list;
}

QWidget *ModelsPage::makeCompare()
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(8);
    QPushButton *back = makeButton(tr("&Back to all models"));
    column->addWidget(back, 0, Qt::AlignLeft);
    m_compareTable = new QTableView;
    setUpTable(m_compareTable);
    m_compareTable->setModel(m_compare);
    m_compareTable->setAccessibleName(tr("Models side by side"));
    m_compareTable->horizontalHeader()->setDefaultSectionSize(comparedWidth);
    column->addWidget(m_compareTable, 1);
    connect(back, &QPushButton::clicked, this, [this] { showView(List); });
    return box;
}

void ModelsPage::makeActions()
{
    const auto add = [this](const QString &text, const QKeySequence &keys, auto run) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, run);
        addAction(action);
        return action;
    };
    add(tr("&Search models"), tr("Ctrl+F"), [this] {
        showView(List);
        m_filters->textField()->setFocus(Qt::ShortcutFocusReason);
        m_filters->textField()->selectAll();
    });
    m_compareAction = add(tr("&Compare the selected models"), tr("Ctrl+Shift+M"), [this] { compareSelected(); });
    add(tr("&Update the catalogue from a file…"), {}, [this] { chooseUpdate(); });
    add(tr("&Import own scores from a CSV file…"), {}, [this] { chooseScores(); });
    add(tr("Go back to the &previous catalogue"), {}, [this] { goBackToPrevious(); });
    add(tr("C&hoose columns…"), {},
        [this] { openColumnMenu(m_table->mapToGlobal(m_table->rect().topLeft() + QPoint(16, 24))); });
    updateActions();
}

QWidget *ModelsPage::headerActions()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_age = new Badge;
    m_compareButton = makeButton(tr("Compare"), u"compare"_s);
    QPushButton *update = makeButton(tr("Update…"), u"refresh"_s);
    update->setToolTip(tr("Take the catalogue from a file; shows first what changes"));
    row->addWidget(m_age);
    row->addWidget(m_compareButton);
    row->addWidget(update);
    connect(m_compareButton, &QPushButton::clicked, this, &ModelsPage::compareSelected);
    connect(update, &QPushButton::clicked, this, &ModelsPage::chooseUpdate);
    updateAge();
    updateActions();
    return box;
}

void ModelsPage::setUpColumns()
{
    QHeaderView *header = m_table->horizontalHeader();
    header->setStretchLastSection(false);
    header->setSectionsMovable(true);
    header->setContextMenuPolicy(Qt::CustomContextMenu);
    for (int i = 0; i < ModelTableModel::ColumnCount; ++i)
        header->resizeSection(i, qRound(usualWidths[size_t(i)] * theme().textScale() / 100.0));
    for (const int column : hiddenAtFirst)
        header->setSectionHidden(column, true);
    header->setSortIndicator(ModelTableModel::Provider, Qt::AscendingOrder);
    header->restoreState(Preferences().value(columnsKey).toByteArray());
    header->setSectionHidden(ModelTableModel::Model, false);
    m_table->setSortingEnabled(true);
    connect(header, &QHeaderView::customContextMenuRequested, this,
            [this, header](const QPoint &at) { openColumnMenu(header->mapToGlobal(at)); });
    connect(header, &QHeaderView::sectionMoved, this, &ModelsPage::keepColumns);
    connect(header, &QHeaderView::sectionResized, this, &ModelsPage::keepColumns);
    connect(header, &QHeaderView::sortIndicatorChanged, this, &ModelsPage::keepColumns);
}

void ModelsPage::openColumnMenu(const QPoint &at)
{
    auto *menu = new QMenu(m_table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int i = 0; i < ModelTableModel::ColumnCount; ++i) {
        QAction *action = menu->addAction(modelColumnTitle(i));
        action->setCheckable(true);
        action->setChecked(!m_table->isColumnHidden(i));
        action->setEnabled(i != ModelTableModel::Model);
        connect(action, &QAction::toggled, this, [this, i](bool on) {
            m_table->setColumnHidden(i, !on);
            keepColumns();
        });
    }
    menu->popup(at);
}

void ModelsPage::keepColumns() const
{
    Preferences().setValue(columnsKey, m_table->horizontalHeader()->saveState());
}

void ModelsPage::activate()
{
    m_shown = true;
    askPrices();
    updateAge();
    if (m_stale)
        reload();
}

void ModelsPage::deactivate()
{
    m_shown = false;
}

void ModelsPage::reload()
{
    m_stale = false;
    const quint64 generation = ++m_generation;
    QThreadPool::globalInstance()->start(
        [generation, guard = QPointer(this), catalogue = m_catalogue->catalogue(), config = m_actions->config()] {
            auto rows = std::make_shared<const ModelRows>(makeModelRows(catalogue, *config));
            QMetaObject::invokeMethod(
                qApp,
                [generation, guard, rows] {
                    if (guard && guard->m_generation == generation)
                        guard->takeRows(rows);
                },
                Qt::QueuedConnection);
        });
}

void ModelsPage::takeRows(ModelRowsPtr rows)
{
    const ModelRow *current = m_model->row(m_table->currentIndex().row());
    const std::string key = !m_wanted.empty() ? std::exchange(m_wanted, {}) : current ? current->key() : std::string();
    m_model->setRows(rows);
    m_filters->setProviders(*rows);
    applyFilter();
    if (const int row = m_model->rowOf(key); row >= 0) {
        m_table->setCurrentIndex(m_model->index(row, 0));
        if (!m_panel->isHidden())
            showCurrent();
    }
}

void ModelsPage::applyFilter()
{
    const ModelRow *current = m_model->row(m_table->currentIndex().row());
    const std::string key = current ? current->key() : std::string();
    m_model->setFilter(m_filters->filter());
    m_filters->setCount(m_model->rowCount(), m_model->total());
    m_rowsOrEmpty->setCurrentIndex(m_model->rows() && m_model->rowCount() == 0 ? 1 : 0);
    if (const int row = key.empty() ? -1 : m_model->rowOf(key); row >= 0)
        m_table->setCurrentIndex(m_model->index(row, 0));
    updateActions();
}

void ModelsPage::showModel(const std::string &key)
{
    m_wanted = key;
    m_filters->clear();
    m_panel->show();
    if (m_model->rows() && !m_stale)
        takeRows(m_model->rows());
}

void ModelsPage::showCurrent()
{
    const ModelRow *row = m_model->row(m_table->currentIndex().row());
    if (!row)
        return;
    m_panel->setModel(*row, m_catalogue->catalogue()->quality(), m_prices, learntOf(row->key()));
    m_panel->show();
}

void ModelsPage::showView(View view)
{
    m_views->setCurrentIndex(view);
}

void ModelsPage::updateActions()
{
    const auto chosen = m_table->selectionModel()->selectedRows().size();
    const bool can = chosen >= 2 && chosen <= ModelCompareModel::most;
    if (m_compareAction)
        m_compareAction->setEnabled(can);
    if (m_compareButton) {
        m_compareButton->setEnabled(can);
        m_compareButton->setToolTip(can ? tr("Side by side")
                                        : tr("Select two to four models, with Ctrl or Shift held down"));
    }
}

void ModelsPage::compareSelected()
{
    std::vector<ModelRow> models;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows()) {
        if (const ModelRow *row = m_model->row(index.row()))
            models.push_back(*row);
    }
    if (models.size() < 2 || models.size() > size_t(ModelCompareModel::most))
        return;
    m_compare->setModels(std::move(models));
    showView(Compare);
    m_compareTable->setFocus(Qt::OtherFocusReason);
}

QString ModelsPage::ageText() const
{
    return m_age ? m_age->text() : QString();
}

void ModelsPage::updateAge()
{
    if (!m_age)
        return;
    const Catalogue &catalogue = *m_catalogue->catalogue();
    const int days = ageInDays(catalogue, QDateTime::currentMSecsSinceEpoch());
    const QString date = QString::fromStdString(catalogue.asOf());
    if (days > staleAfterDays)
        m_age->setState(Signal::Caution, tr("Catalogue %n days old", nullptr, days));
    else
        m_age->setPlain(tr("Catalogue of %1").arg(date));
    m_age->setToolTip(m_catalogue->isShipped() ? tr("As of %1; it came with the program").arg(date)
                                               : tr("As of %1; taken from a file").arg(date));
}

} // namespace signalbox
