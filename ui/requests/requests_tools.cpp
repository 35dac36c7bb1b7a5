// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/gateway_control.h"
#include "ui/inspector/request_inspector.h"
#include "ui/preferences/preferences.h"
#include "ui/requests/columns_panel.h"
#include "ui/requests/facet_panel.h"
#include "ui/requests/request_columns.h"
#include "ui/requests/request_export.h"
#include "ui/requests/request_filter_bar.h"
#include "ui/requests/request_table_model.h"
#include "ui/requests/request_views.h"
#include "ui/requests/requests_page.h"
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
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
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
constexpr int mostSelected = 10'000;
constexpr int mostReselected = 200;
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
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RequestsPage::noteSelection);
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
    dialog->setNameFilters({tr("CSV (*.csv)"), tr("JSON lines (*.jsonl)")});
    dialog->setDefaultSuffix(u"csv"_s);
    dialog->selectFile(u"requests-"_s + QDate::currentDate().toString(Qt::ISODate) + u".csv"_s);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.contains(u"jsonl"_s) ? u"jsonl"_s : u"csv"_s);
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
    const bool lines = file.endsWith(u".jsonl"_s, Qt::CaseInsensitive);
    m_exportButton->setEnabled(false);
    m_export->start(m_source->databasePath(), filter, lines ? ExportFormat::JsonLines : ExportFormat::Csv, file);
}

int RequestsPage::selectedCount() const
{
    int rows = 0;
    for (const QItemSelectionRange &range : m_table->selectionModel()->selection())
        rows += range.height();
    return rows;
}

QStringList RequestsPage::selectedIds() const
{
    QStringList ids;
    for (const QItemSelectionRange &range : m_table->selectionModel()->selection()) {
        for (int row = range.top(); row <= range.bottom() && row - range.top() < mostSelected; ++row) {
            if (const QString id = m_model->loadedId(row); !id.isEmpty() && ids.size() < mostSelected)
                ids += id;
        }
    }
    return ids;
}

void RequestsPage::noteSelection()
{
    if (m_restoring)
        return;
    m_selectedIds = selectedIds();
    Q_EMIT selectionChanged(m_selectedIds);
}

// Several rows that were gathered stay gathered, wherever they are now.
bool RequestsPage::reselect()
{
    if (m_selectedIds.size() < 2 || m_selectedIds.size() > mostReselected)
        return false;
    QItemSelection rows;
    for (const QString &id : m_selectedIds) {
        if (const int row = m_model->rowOf(id); row >= 0)
            rows.select(m_model->index(row, 0), m_model->index(row, RequestTableModel::columns - 1));
    }
    if (rows.isEmpty())
        return false;
    m_restoring = true;
    const int current = m_model->rowOf(m_selectedId);
    QItemSelectionModel *model = m_table->selectionModel();
    if (current >= 0)
        model->setCurrentIndex(m_model->index(current, 0), QItemSelectionModel::NoUpdate);
    model->select(rows, QItemSelectionModel::ClearAndSelect);
    m_restoring = false;
    return true;
}

} // namespace signalbox
