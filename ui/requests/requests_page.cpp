// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/requests_page.h"

#include "core/ledger/ledger.h"
#include "ui/data/gateway_control.h"
#include "ui/inspector/replay_request.h"
#include "ui/inspector/request_actions.h"
#include "ui/inspector/request_inspector.h"
#include "ui/requests/facet_panel.h"
#include "ui/requests/replay_panel.h"
#include "ui/requests/request_columns.h"
#include "ui/requests/request_export.h"
#include "ui/requests/request_filter_bar.h"
#include "ui/requests/request_order.h"
#include "ui/requests/request_selection.h"
#include "ui/requests/request_table_model.h"
#include "ui/requests/request_views.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDateTime>
#include <QtCore/QTimer>
#include <QtGui/QAction>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int tickMs = 1000;
constexpr int slideMs = 5000; // a range of an hour or more loses its oldest rows this often when none come in
constexpr int inspectorWidth = 476;
constexpr int narrow = 900; // below, the inspector takes the right half
} // namespace

RequestsPage::RequestsPage(GatewayControl *control, std::unique_ptr<RequestSource> source, Ledger *ledger,
                           QWidget *parent)
    : Page(parent),
      m_control(control),
      m_source(std::move(source)),
      m_model(new RequestTableModel(*m_source, this)),
      m_filter(new RequestFilterBar),
      m_splitter(new QSplitter),
      m_stack(new QStackedWidget),
      m_table(new QTableView),
      m_empty(new EmptyState(u"requests"_s, {}, {})),
      m_inspector(new RequestInspector),
      m_newRows(makeButton({}, ButtonKind::Link)),
      m_outer(new QSplitter),
      m_facets(new FacetPanel(*m_source)),
      m_views(new RequestViews(this)),
      m_export(new RequestExport(this)),
      m_tick(new QTimer(this)),
      m_slide(new QTimer(this)),
      m_replay(new ReplayPanel)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_filter);
    makeTable();
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_empty);
    auto *list = new QWidget;
    auto *below = new QVBoxLayout(list);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(0);
    below->addWidget(m_stack, 1);
    below->addWidget(m_replay);
    m_splitter->addWidget(list);
    m_splitter->addWidget(m_inspector);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setHandleWidth(1);
    m_outer->addWidget(m_facets);
    m_outer->addWidget(m_splitter);
    m_outer->setChildrenCollapsible(false);
    m_outer->setStretchFactor(1, 1);
    m_outer->setHandleWidth(1);
    column->addWidget(m_outer, 1);
    m_inspector->hide();
    makeTools();
    m_emptyButton = m_empty->addButton(tr("Clear the filter"));
    connect(m_emptyButton, &QPushButton::clicked, m_filter, &RequestFilterBar::clear);
    m_tick->setInterval(tickMs);
    connect(m_tick, &QTimer::timeout, this, &RequestsPage::updateRunning);
    m_slide->setInterval(slideMs);
    connect(m_slide, &QTimer::timeout, this, [this] {
        if (m_filter->range() != RequestFilterBar::Range::Live)
            refresh();
    });
    connectModel();
    makeActions();
    makeRowActions();
    makeViews();
    makeExport();
    connect(control, &GatewayControl::snapshotChanged, this, [this] {
        if (m_active)
            updateRunning();
    });
    if (ledger)
        connect(ledger, &Ledger::committed, this, [this] {
            if (m_active)
                refresh();
        });
}

RequestsPage::~RequestsPage() = default;

QString RequestsPage::iconName() const
{
    return u"requests"_s;
}

void RequestsPage::makeTable()
{
    m_table->setModel(m_model);
    setUpTable(m_table);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setAccessibleName(tr("Requests"));
    m_table->installEventFilter(this);
    m_table->viewport()->installEventFilter(this);
    m_columns = new RequestColumns(m_table);
    m_selection = new RequestSelection(m_table, m_model);
    connect(m_selection, &RequestSelection::currentChanged, this, [this] {
        if (m_inspector->isVisible())
            loadDetail();
    });
    connect(m_selection, &RequestSelection::changed, this, &RequestsPage::selectionChanged);
    connect(m_table->horizontalHeader(), &QHeaderView::sectionClicked, this, [this](int column) {
        sortBy(nextOrder(m_model->order(), column));
        m_columns->showOrder(m_model->order()); // the header turns its arrow at every click
    });
    connect(m_table->verticalScrollBar(), &QScrollBar::valueChanged, this, &RequestsPage::updateFollowing);
    connect(m_table, &QTableView::doubleClicked, this, [this] { openInspector(true); });
    connect(m_table, &QTableView::clicked, this, [this] {
        if (selectedCount() == 1) // the others are being gathered
            openInspector(true);
    });
}

void RequestsPage::makeActions()
{
    const auto add = [this](const QString &text, const QKeySequence &keys, auto slot) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        action->setShortcutContext(Qt::WindowShortcut);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
    };
    add(tr("&Find"), QKeySequence(QKeySequence::Find), [this] { m_filter->focusText(); });
    QAction *find = actions().constLast(); // its first keys are those that menus show
    find->setShortcuts({find->shortcut(), QKeySequence(Qt::Key_Slash)});
    add(tr("&Open the inspector"), {}, [this] { openInspector(true); });
    addActions(m_inspector->requestActions()->all());
    const auto exportAll = [this](CaptureFormat format) {
        m_inspector->setGatewayUrl(QString::fromStdString(m_control->snapshot()->url));
        m_inspector->requestActions()->exportMatching(*m_source, m_filter->filter(QDateTime::currentMSecsSinceEpoch()),
                                                      format);
    };
    add(tr("Export all that match as &HAR…"), {}, [exportAll] { exportAll(CaptureFormat::Har); });
    m_inspector->requestActions()->addExport(actions().last());
    add(tr("Export all that match as JSON &lines…"), {}, [exportAll] { exportAll(CaptureFormat::JsonLines); });
    m_inspector->requestActions()->addExport(actions().last());
    add(tr("C&olumns"), {}, [this] { m_columns->openMenu(m_table->mapToGlobal(QPoint(0, 26))); });
    add(tr("&Pause or continue"), {}, [this] { setPaused(!m_paused); });
    add(tr("Show or hide the &facets"), {}, [this] { toggleFacets(); });
}

void RequestsPage::connectModel()
{
    connect(m_filter, &RequestFilterBar::changed, this, &RequestsPage::applyFilter);
    connect(m_filter, &RequestFilterBar::left, this, [this] { m_table->setFocus(Qt::ShortcutFocusReason); });
    connect(m_model, &RequestTableModel::counted, this, [this](qint64 matching, qint64 total, double ms) {
        m_filter->setCounted(matching, total, ms);
        showEmpty();
    });
    connect(m_model, &RequestTableModel::loadingChanged, m_filter, &RequestFilterBar::setLoading);
    connect(m_model, &RequestTableModel::searching, this, [this](qint64 found, qint64 reachedMs) {
        m_filter->setSearching(found, reachedMs);
        if (found > 0)
            m_stack->setCurrentWidget(m_table);
    });
    connect(m_filter, &RequestFilterBar::cancelRequested, m_model, &RequestTableModel::cancelSearch);
    connect(m_model, &RequestTableModel::waitingChanged, this, [this](qint64 rows) {
        m_newRows->setText(tr("+%1 new").arg(formatCount(rows)));
        m_newRows->setVisible(rows > 0);
    });
    connect(m_model, &RequestTableModel::failed, this, [this](const QString &message) {
        m_empty->setTexts(tr("The ledger could not be read"), message);
        m_emptyButton->hide();
        m_stack->setCurrentWidget(m_empty);
    });
    connect(m_newRows, &QPushButton::clicked, this, [this] {
        setPaused(false);
        m_table->scrollToTop();
        m_model->setFollowing(true);
    });
    connect(m_inspector, &RequestInspector::closeRequested, this, [this] { openInspector(false); });
    connect(m_inspector, &RequestInspector::settingsRequested, this,
            [this] { Q_EMIT settingsRequested(u"privacy"_s); });
}

void RequestsPage::activate()
{
    m_active = true;
    m_tick->start();
    m_slide->start();
    askValues();
    if (!m_model->isLoading())
        applyFilter();
    updateRunning();
    // The keys of rows work at once; who goes through the navigation or writes a filter is left there.
    const QWidget *focus = QApplication::focusWidget();
    if (!focus || !focus->isVisible() || (isAncestorOf(focus) && !qobject_cast<const QLineEdit *>(focus)))
        m_table->setFocus(Qt::OtherFocusReason);
}

void RequestsPage::deactivate()
{
    m_active = false;
    m_tick->stop();
    m_slide->stop();
    m_model->cancelSearch();
}

void RequestsPage::applyFilter()
{
    const RequestFilter filter = m_filter->filter(QDateTime::currentMSecsSinceEpoch());
    m_model->setFilter(filter);
    m_facets->setFilter(m_filter->text(), filter);
    updateFollowing();
    updateRunning();
}

void RequestsPage::refresh()
{
    const int64_t fromMs = m_filter->filter(QDateTime::currentMSecsSinceEpoch()).fromMs;
    m_model->setRangeStart(fromMs);
    m_model->noteCommitted();
    m_facets->setRangeStart(fromMs);
    m_facets->noteCommitted();
}

void RequestsPage::updateFollowing()
{
    const bool top = m_table->verticalScrollBar()->value() == 0;
    m_model->setFollowing(top && !m_paused && !m_table->viewport()->underMouse());
}

void RequestsPage::updateRunning()
{
    const bool live = m_filter->range() == RequestFilterBar::Range::Live && m_filter->isPlain() && !m_model->order();
    m_model->setRunning(live ? m_control->snapshot()->running : std::vector<InFlightRow>(),
                        QDateTime::currentMSecsSinceEpoch());
    if (m_model->rowCount() > 0 && m_stack->currentWidget() == m_empty)
        m_stack->setCurrentWidget(m_table);
}

void RequestsPage::showEmpty()
{
    if (m_model->rowCount() > 0) {
        m_stack->setCurrentWidget(m_table);
        return;
    }
    const bool plain = m_filter->isPlain() && m_filter->range() == RequestFilterBar::Range::Live;
    if (plain) {
        const QString url = QString::fromStdString(m_control->snapshot()->url);
        m_empty->setTexts(tr("No request yet"), tr("Point a tool at the gateway and its requests appear here."));
        m_empty->setCode(url.isEmpty() ? QString() : url + u"/v1"_s);
    } else {
        m_empty->setTexts(tr("No request matches"), tr("The filter looked through the whole ledger."));
        m_empty->setCode({});
    }
    m_emptyButton->setVisible(!plain);
    m_stack->setCurrentWidget(m_empty);
}

void RequestsPage::loadDetail()
{
    if (m_selection->currentId().isEmpty())
        return;
    m_inspector->setGatewayUrl(QString::fromStdString(m_control->snapshot()->url));
    if (m_table->currentIndex().data(RequestTableModel::RunningRole).toBool()) {
        m_inspector->setMessage(tr(
            "This request is still running. It can be read here once it is in the ledger; X in the table cancels it."));
        return;
    }
    const auto done = [this, id = m_selection->currentId()](const Result<std::optional<RequestDetail>> &detail) {
        if (id != m_selection->currentId())
            return;
        if (!detail)
            m_inspector->setMessage(QString::fromStdString(detail.error().message));
        else if (!*detail)
            m_inspector->setMessage(tr("This request is no longer in the ledger."));
        else
            showDetail(**detail);
    };
    m_source->detail(m_selection->currentId().toStdString(), this, done);
}

void RequestsPage::showDetail(const RequestDetail &detail)
{
    const ProviderConfig *provider = m_control->config()->provider(detail.record.provider);
    m_inspector->setSimulated(provider && provider->simulated);
    m_inspector->requestActions()->setTargets(replayTargets(*m_control->config()));
    m_inspector->setDetail(detail);
}

void RequestsPage::openInspector(bool open)
{
    if (open && m_selection->currentId().isEmpty())
        return;
    const bool was = m_inspector->isVisible();
    m_inspector->setVisible(open);
    m_columns->setSharesRoom(open || isTableSmall());
    if (open && !was) {
        const int wide = width() < narrow ? width() / 2 : inspectorWidth;
        m_splitter->setSizes({qMax(1, width() - wide), wide});
    }
    if (open)
        loadDetail();
    else
        m_table->setFocus(Qt::ShortcutFocusReason);
}

void RequestsPage::showRequest(const QString &id)
{
    m_selection->setCurrentId(id);
    openInspector(true);
}

void RequestsPage::showFilter(const QString &text)
{
    m_filter->setText(text);
    m_table->scrollToTop();
}

void RequestsPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    updateFacets();
    if (m_inspector->isVisible() && width() < narrow)
        m_splitter->setSizes({width() / 2, width() - width() / 2});
}

} // namespace signalbox
