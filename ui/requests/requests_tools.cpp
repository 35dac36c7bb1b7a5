// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/gateway_control.h"
#include "ui/data/save_file.h"
#include "ui/inspector/capture_file.h"
#include "ui/inspector/request_actions.h"
#include "ui/inspector/request_gatherer.h"
#include "ui/inspector/request_inspector.h"
#include "ui/preferences/preferences.h"
#include "ui/requests/columns_panel.h"
#include "ui/requests/facet_panel.h"
#include "ui/requests/replay_panel.h"
#include "ui/requests/request_columns.h"
#include "ui/requests/request_export.h"
#include "ui/requests/request_filter_bar.h"
#include "ui/requests/request_order.h"
#include "ui/requests/request_selection.h"
#include "ui/requests/request_table_model.h"
#include "ui/requests/request_views.h"
#include "ui/requests/requests_page.h"
#include "ui/requests/row_actions.h"
#include "ui/requests/views_panel.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtCore/QTimer>
#include <QtGui/QAction>
#include <QtGui/QActionGroup>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

// What stands around the request table: the header's and the bar's tools, facets, views, export, the selection.
namespace signalbox {

namespace {

constexpr int facetsWidth = 194;
constexpr int smallPage = 1'000; // below, the facets are only there when asked for
const QString facetsKey = u"requests/facets"_s;
const QString facetsWidthKey = u"requests/facetsWidth"_s;
const QString folderKey = u"requests/exportFolder"_s;

void tell(const QWidget *page, Signal signal, const QString &text)
{
    if (ToastHost *host = ToastHost::of(page))
        host->show(signal, text);
}

} // namespace

void RequestsPage::makeTools()
{
    m_header = new QWidget(this); // until a header takes it
    m_header->hide();
    auto *row = new QHBoxLayout(m_header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_filter->rangeControl());
    m_pause = makeButton(tr("Pause"), u"pause"_s);
    m_pause->setCheckable(true);
    m_pause->setToolTip(tr("New requests are counted and wait"));
    connect(m_pause, &QPushButton::clicked, this, &RequestsPage::setPaused);
    row->addWidget(m_pause);
    row->addWidget(m_newRows);
    m_newRows->hide();

    m_facetsButton = makeIconButton(u"requests"_s, tr("Facets: values to filter by"), true);
    m_facetsButton->setCheckable(true);
    connect(m_facetsButton, &QToolButton::clicked, this, &RequestsPage::toggleFacets);
    QPushButton *views = makeButton(tr("&Views"));
    views->setToolTip(tr("Saved views"));
    QToolButton *columns = makeIconButton(u"settings"_s, tr("Columns"), true);
    for (QWidget *tool :
         {static_cast<QWidget *>(views), static_cast<QWidget *>(columns), static_cast<QWidget *>(m_facetsButton)})
        m_filter->addTool(tool);
    connect(views, &QPushButton::clicked, this, [this, views] { m_viewsPanel->openBelow(views); });
    connect(columns, &QToolButton::clicked, this, [this, columns] {
        if (!m_columnsPanel)
            m_columnsPanel = new ColumnsPanel(m_columns, this);
        m_columnsPanel->openBelow(columns);
    });

    m_facetsWanted = Preferences().value(facetsKey, true).toBool();
    m_facets->setMinimumWidth(150);
    m_outer->setSizes({Preferences().value(facetsWidthKey, facetsWidth).toInt(), 1'000});
    connect(m_outer, &QSplitter::splitterMoved, this,
            [this] { Preferences().setValue(facetsWidthKey, m_facets->width()); });
    connect(m_facets, &FacetPanel::textChosen, this, &RequestsPage::showFilter);
    connect(m_columns, &RequestColumns::menuOpens, this, [this](QMenu *menu) {
        QMenu *order = makeOrderMenu(menu);
        order->setTitle(tr("&Sort by"));
        menu->insertMenu(menu->actions().constFirst(), order);
        menu->insertSeparator(menu->actions().at(1));
    });
    updateFacets();
}

QWidget *RequestsPage::headerTools()
{
    return m_header;
}

QWidget *RequestsPage::headerActions()
{
    return m_exportButton;
}

void RequestsPage::setPaused(bool paused)
{
    m_paused = paused;
    m_pause->setChecked(paused);
    m_pause->setText(paused ? tr("Continue") : tr("Pause"));
    m_pause->setIcon(themeIcon(paused ? u"play"_s : u"pause"_s));
    updateFollowing();
}

void RequestsPage::toggleFacets()
{
    bool &wanted = width() < smallPage ? m_facetsWantedSmall : m_facetsWanted;
    wanted = !m_facets->isVisibleTo(m_outer);
    Preferences().setValue(facetsKey, m_facetsWanted);
    updateFacets();
}

void RequestsPage::updateFacets()
{
    const bool shown = width() < smallPage ? m_facetsWantedSmall : m_facetsWanted;
    m_facets->setVisible(shown);
    m_facetsButton->setChecked(shown);
    m_columns->setSharesRoom(m_inspector->isVisibleTo(m_splitter) || isTableSmall());
}

bool RequestsPage::isTableSmall() const
{
    const int beside = m_facets->isVisibleTo(m_outer) ? qMax(m_facets->width(), m_facets->minimumWidth()) : 0;
    return width() - beside < smallPage;
}

void RequestsPage::askValues()
{
    m_source->values(this, [this](const Result<RequestSource::Values> &values) {
        if (values)
            m_filter->setValues(*values);
    });
}

void RequestsPage::makeViews()
{
    m_viewsPanel = new ViewsPanel(m_views, this);
    connect(m_viewsPanel, &ViewsPanel::chosen, this, &RequestsPage::showView);
    connect(m_viewsPanel, &ViewsPanel::saveRequested, this, &RequestsPage::saveView);
    connect(m_viewsPanel, &ViewsPanel::removeRequested, this, &RequestsPage::removeView);
    connect(m_views, &RequestViews::viewsChanged, this, &RequestsPage::updateViewActions);
    updateViewActions();
}

void RequestsPage::updateViewActions()
{
    for (QAction *action : std::exchange(m_viewActions, {})) {
        removeAction(action);
        action->deleteLater();
    }
    for (int row = 0; row < m_views->rowCount(); ++row) {
        auto *action = new QAction(tr("View: %1").arg(m_views->at(row).name), this);
        if (row < RequestViews::shortcuts)
            action->setShortcut(QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + row)));
        connect(action, &QAction::triggered, this, [this, row] { showView(row); });
        addAction(action);
        m_viewActions += action;
    }
}

void RequestsPage::showView(int row)
{
    if (row < 0 || row >= m_views->rowCount())
        return;
    const RequestView view = m_views->at(row);
    if (!view.columns.isEmpty())
        m_columns->setState(view.columns);
    m_filter->setRange(RequestFilterBar::Range(qBound(0, view.range, int(RequestFilterBar::Range::Week))));
    showFilter(view.filter);
}

void RequestsPage::saveView(const QString &name)
{
    m_views->save({name, m_filter->text().trimmed(), int(m_filter->range()), m_columns->state()});
    tell(this, Signal::Clear, tr("View “%1” saved").arg(name));
}

void RequestsPage::removeView(int row)
{
    const RequestView view = m_views->remove(row);
    if (ToastHost *host = ToastHost::of(this))
        host->show(Signal::Off, tr("View “%1” deleted").arg(view.name), tr("Undo"),
                   [this, row, view] { m_views->insert(row, view); });
}

void RequestsPage::makeExport()
{
    m_exportButton = makeButton(tr("Export"), u"export"_s, this);
    m_exportButton->setToolTip(tr("Write the selected requests, or all that the filter shows, to a file"));
    m_exportButton->hide();
    connect(m_exportButton, &QPushButton::clicked, this, &RequestsPage::askExport);
    connect(m_export, &RequestExport::finished, this, [this](qint64 rows, const QString &file) {
        m_exportButton->setEnabled(true);
        tell(this, Signal::Clear,
             tr("%n requests written to %1", nullptr, pluralCount(rows)).arg(QFileInfo(file).fileName()));
    });
    connect(m_export, &RequestExport::failed, this, [this](const QString &message) {
        m_exportButton->setEnabled(true);
        tell(this, Signal::Stop, tr("The export failed: %1").arg(message));
    });
}

void RequestsPage::askExport()
{
    if (m_export->isRunning() || m_source->databasePath().isEmpty())
        return;
    const QString usual = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    const QString folder = Preferences().value(folderKey, usual).toString();
    const int rows = selectedCount();
    auto *dialog = new QFileDialog(
        this, rows > 1 ? tr("Export %n requests", nullptr, rows) : tr("Export what the filter shows"), folder);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("CSV (*.csv)"), tr("JSON lines (*.jsonl)"), tr("HTTP archive with bodies (*.har)")});
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(u"requests-"_s + QDate::currentDate().toString(Qt::ISODate) + u".csv"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.contains(u"jsonl"_s) ? u"jsonl"_s
                                 : filter.contains(u"har"_s) ? u"har"_s
                                                             : u"csv"_s);
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &file) {
        Preferences().setValue(folderKey, QFileInfo(file).absolutePath());
        exportTo(file);
    });
    dialog->open();
}

void RequestsPage::exportTo(const QString &file)
{
    if (m_export->isRunning())
        return;
    const int selected = selectedCount();
    const QStringList ids = selected > 1 ? selectedIds() : QStringList();
    const bool all = ids.size() < selected || selected <= 1; // more than a hand can gather means: all of it
    const RequestFilter filter =
        all ? m_filter->filter(QDateTime::currentMSecsSinceEpoch()) : RequestExport::ofIds(ids);
    if (file.endsWith(u".har"_s, Qt::CaseInsensitive))
        return exportCapture(file, filter);
    const bool lines = file.endsWith(u".jsonl"_s, Qt::CaseInsensitive);
    m_exportButton->setEnabled(false);
    m_export->start(m_source->databasePath(), filter, lines ? ExportFormat::JsonLines : ExportFormat::Csv, file);
}

int RequestsPage::selectedCount() const
{
    return m_selection->rows();
}

QStringList RequestsPage::selectedIds() const
{
    return m_selection->ids();
}

void RequestsPage::makeRowActions()
{
    m_rowActions =
        new RowActions({m_table, m_model, m_selection, m_source.get(), m_control, m_inspector->requestActions()}, this);
    addActions(m_rowActions->all());
    connect(m_rowActions, &RowActions::openRequested, this, [this] { openInspector(true); });
    connect(m_rowActions, &RowActions::exportRequested, this, &RequestsPage::askExport);
    connect(m_rowActions, &RowActions::filterRequested, this, [this](const CellFilter &cell, CellChoice choice) {
        showFilter(withCell(m_filter->text(), cell, choice));
    });
    connect(m_rowActions, &RowActions::replayRequested, this,
            [this](std::vector<RequestRecord> records, const QString &target, int leftOut) {
                m_replay->open(*m_inspector->requestActions()->sender(), std::move(records), target.toStdString(),
                               leftOut);
            });
    auto *sort = new QAction(tr("&Sort by…"), this);
    sort->setShortcut(Qt::Key_S);
    sort->setShortcutContext(Qt::WidgetShortcut);
    m_table->addAction(sort);
    addAction(sort);
    connect(sort, &QAction::triggered, this, [this] {
        QMenu *menu = makeOrderMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->popup(m_table->viewport()->mapToGlobal(QPoint(0, 0)));
    });
}

void RequestsPage::openRowMenu(const QPoint &globalPos, const QModelIndex &cell)
{
    QMenu *menu = m_rowActions->makeMenu(cell, this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->popup(globalPos);
}

void RequestsPage::sortBy(const std::optional<RequestOrder> &order)
{
    m_filter->setOrder(order ? orderName(order->key) : QString());
    m_model->setOrder(order);
    m_columns->showOrder(order);
    m_table->scrollToTop();
    updateRunning();
}

QMenu *RequestsPage::makeOrderMenu(QWidget *parent)
{
    auto *menu = new QMenu(parent);
    auto *group = new QActionGroup(menu);
    const auto now = m_model->order();
    const auto add = [&](const QString &text, const std::optional<RequestOrder> &order, bool checked) {
        QAction *action = menu->addAction(text);
        action->setCheckable(true);
        action->setChecked(checked);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, order] { sortBy(order); });
    };
    add(tr("&Time, the newest first"), std::nullopt, !now);
    for (int column = 0; column < RequestTableModel::columns; ++column) {
        if (const auto key = orderKeyOf(column))
            add(orderName(*key), RequestOrder{*key, !now || now->descending}, now && now->key == *key);
    }
    menu->addSeparator();
    QAction *smallest = menu->addAction(tr("The &smallest first"));
    smallest->setCheckable(true);
    smallest->setChecked(now && !now->descending);
    smallest->setEnabled(now.has_value());
    connect(smallest, &QAction::triggered, this, [this, now](bool on) {
        if (now)
            sortBy(RequestOrder{now->key, !on});
    });
    return menu;
}

// With bodies, so only so many: the newest.
void RequestsPage::exportCapture(const QString &file, const RequestFilter &filter)
{
    m_exportButton->setEnabled(false);
    const QString url = QString::fromStdString(m_control->snapshot()->url);
    const auto gathered = [this, file, url](RequestGatherer::Gathered found) {
        if (found.records.empty()) {
            m_exportButton->setEnabled(true);
            return tell(this, Signal::Stop, found.problem.isEmpty() ? tr("No request matches") : found.problem);
        }
        if (found.more)
            tell(this, Signal::Caution, tr("Only the newest %n are exported", nullptr, int(found.records.size())));
        const auto rows = qint64(found.records.size());
        const auto make = [records = std::move(found.records), url] {
            return QByteArray::fromStdString(exportAs(CaptureFormat::Har, records, url));
        };
        signalbox::saveFile(file, make, this, [this, rows, file](const QString &problem) {
            if (problem.isEmpty())
                Q_EMIT m_export->finished(rows, file);
            else
                Q_EMIT m_export->failed(problem);
        });
    };
    RequestGatherer::gather(*m_source, filter, this, gathered);
}

} // namespace signalbox
