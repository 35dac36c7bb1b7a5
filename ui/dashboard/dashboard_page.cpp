// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboard_page.h"

#include "ui/answers/answers_panel.h"
#include "ui/answers/reconcile_dialog.h"
#include "ui/dashboard/chart_panel.h"
#include "ui/dashboard/crosshair.h"
#include "ui/dashboard/dashboard_ranges.h"
#include "ui/dashboard/span_panel.h"
#include "ui/dashboard/targets_model.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/tile.h"

#include <QtCore/QDateTime>
#include <QtGui/QAction>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedLayout>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

using dashboard::ranges;

namespace {

const QString rangeKey = u"dashboard/span"_s; // in milliseconds: the list of ranges may change
const QString customKey = u"dashboard/zoom"_s;
const QString compareKey = u"dashboard/compare"_s;
constexpr int narrow = 1000; // below, charts stand two by two and the page scrolls
constexpr int pageMargin = 16;
constexpr int panelGap = 12;

} // namespace

DashboardPage::DashboardPage(GatewayControl *control, LedgerFeed *feed, QWidget *parent)
    : Page(parent),
      m_control(control),
      m_feed(feed),
      m_source(feed),
      m_answersSource(control, feed),
      m_stack(new QStackedLayout(this)),
      m_scroll(new QScrollArea),
      m_content(new QWidget),
      m_crosshair(new Crosshair(this))
{
    m_scroll->setWidgetResizable(true);
    m_scroll->setWidget(m_content);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_stack->addWidget(m_scroll);
    m_grid = new QGridLayout(m_content);
    m_grid->setContentsMargins(pageMargin, 12, pageMargin, 12);
    m_grid->setSpacing(panelGap);
    m_trouble = makeLabel({}, TextStyle::Body, Token::StopText);
    m_trouble->setWordWrap(true);
    m_trouble->hide();
    makeTiles();
    makeCharts();
    makeTargets();
    makeAnswers();
    makeEmptyState();
    makeHeader();
    makeActions();
    arrange();
    restoreState();

    connect(&m_source, &DashboardSource::answered, this, &DashboardPage::showAnswer);
    const auto tell = [this](const QString &message) {
        m_trouble->setText(tr("The ledger could not be read: %1").arg(message));
        m_trouble->show();
        for (Tile *tile : tiles())
            tile->setStale(true);
    };
    connect(&m_source, &DashboardSource::failed, this, tell);
    connect(&m_answersSource, &AnswersSource::failed, this, tell);
    connect(&m_answersSource, &AnswersSource::answered, this, &DashboardPage::showAnswers);
    connect(control, &GatewayControl::snapshotChanged, this, [this](const SnapshotPtr &snapshot) {
        if (m_active && !m_paused)
            showSnapshot(*snapshot);
    });
    connect(control, &GatewayControl::configChanged, this, [this] { updateEmptyState(); });
}

void DashboardPage::restoreState()
{
    const Preferences settings;
    const qint64 span = settings.value(rangeKey, ranges[dashboard::usualRange].range.spanMs).toLongLong();
    int index = dashboard::usualRange;
    for (size_t i = 0; i < ranges.size(); ++i)
        index = ranges[i].range.spanMs == span ? int(i) : index;
    const QVariantList zoom = settings.value(customKey).toList();
    const bool compare = settings.value(compareKey).toBool();
    for (ChartPanel *panel : charts())
        panel->restoreState();
    setRange(index);
    setCompare(compare);
    if (zoom.size() == 2 && zoom[0].toLongLong() > 0 && zoom[1].toLongLong() > zoom[0].toLongLong())
        setCustom(TimeSpan{zoom[0].toLongLong(), zoom[1].toLongLong()});
}

void DashboardPage::setCatalogue(CatalogueActions *catalogue)
{
    m_answersSource.setCatalogue(catalogue);
}

QString DashboardPage::title() const
{
    return tr("Dashboard");
}

QString DashboardPage::iconName() const
{
    return u"dashboard"_s;
}

QWidget *DashboardPage::headerTools()
{
    return m_tools;
}

QWidget *DashboardPage::headerActions()
{
    return m_live;
}

std::vector<Tile *> DashboardPage::tiles() const
{
    return {m_spendTile,      m_monthTile,    m_rateTile,   m_errorTile,
            m_firstTokenTile, m_durationTile, m_outputTile, m_savedTile};
}

std::vector<ChartPanel *> DashboardPage::charts() const
{
    return {m_spend, m_weights, m_latency, m_requests, m_errors, m_tokens};
}

bool DashboardPage::showsEmptyState() const
{
    return m_stack->currentWidget() == m_empty;
}

void DashboardPage::activate()
{
    m_active = true;
    showSnapshot(*m_control->snapshot());
    if (m_paused)
        return;
    m_source.start();
    m_answersSource.start();
}

void DashboardPage::deactivate()
{
    m_active = false;
    m_source.stop();
    m_answersSource.stop();
}

void DashboardPage::setPaused(bool paused)
{
    m_paused = paused;
    updateHeader();
    if (!m_active)
        return;
    if (paused) {
        m_source.stop();
        m_answersSource.stop();
    } else {
        activate();
    }
}

TimeSpan DashboardPage::wantedSpan() const
{
    if (m_custom)
        return *m_custom;
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    return {now - ranges[size_t(m_range)].range.spanMs, now};
}

void DashboardPage::ask()
{
    if (m_paused && m_active)
        setPaused(false); // another time is a question, and wants an answer
    DashboardQuestion question;
    question.range = ranges[size_t(m_range)].range;
    question.custom = m_custom;
    question.compare = m_compareOn;
    question.spendBy = SpendBy(m_spendBy->currentIndex());
    m_source.setQuestion(question);
}

// What is there is shown in the new time at once; finer numbers come with the answer.
void DashboardPage::setView(std::optional<TimeSpan> view)
{
    for (ChartPanel *panel : charts())
        panel->chart()->setView(view);
}

void DashboardPage::setRange(int index)
{
    m_range = qBound(0, index, int(ranges.size()) - 1);
    Preferences().setValue(rangeKey, ranges[size_t(m_range)].range.spanMs);
    m_custom.reset();
    Preferences().remove(customKey);
    if (m_haveData)
        setView(wantedSpan());
    updateHeader();
    ask();
}

void DashboardPage::setCustom(std::optional<TimeSpan> span)
{
    if (!span) {
        setRange(m_range);
        return;
    }
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const qint64 length = span->toMs - span->fromMs;
    if (span->toMs > now + length / 4) { // nothing is known of the future
        span->toMs = now + length / 4;
        span->fromMs = span->toMs - length;
    }
    if (span->fromMs < 0)
        *span = {0, qMax<qint64>(1, length)};
    m_custom = span;
    Preferences().setValue(customKey, QVariantList{span->fromMs, span->toMs});
    setView(span);
    updateHeader();
    ask();
}

void DashboardPage::setCompare(bool compare)
{
    m_compareOn = compare;
    Preferences().setValue(compareKey, compare);
    updateHeader();
    ask();
}

void DashboardPage::updateHeader()
{
    m_ranges->setCurrent(m_custom ? -1 : m_range);
    for (QAction *action : actions()) {
        if (action->shortcut() == QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + m_range)))
            action->setChecked(!m_custom);
    }
    m_customChip->setVisible(m_custom.has_value());
    if (m_custom) {
        m_customChip->setText(spanText(*m_custom));
        m_customChip->setAccessibleName(tr("Reset the zoom, %1").arg(spanText(*m_custom)));
        m_customChip->setToolTip(
            tr("Chosen by zooming. Click to go back to the last %1.").arg(tr(ranges[size_t(m_range)].name)));
    }
    m_compare->setChecked(m_compareOn);
    Q_EMIT subtitleChanged(!m_compareOn ? QString()
                           : m_custom   ? tr("faded: as long before")
                                        : tr("faded: the %1 before").arg(tr(ranges[size_t(m_range)].name)));
    m_live->setText(m_paused ? tr("Held") : tr("Live"));
    m_live->setIcon(themeIcon(m_paused ? u"play"_s : u"pause"_s));
    m_live->setToolTip(m_paused ? tr("The numbers are held. Click to let them follow again.")
                                : tr("Numbers follow by themselves. Click to hold them."));
    arrangeHeader();
}

void DashboardPage::pick(ChartKind kind, const TimeSpan &span, const QString &series, double value)
{
    Q_EMIT openRequests(filterFor({kind, span, series, value}, SpendBy(m_spendBy->currentIndex()),
                                  LatencyKind(m_latencyKind->currentIndex())));
}

ReconcileDialog *DashboardPage::openReconciliation()
{
    if (!m_reconcile)
        m_reconcile = new ReconcileDialog(m_feed, this);
    m_reconcile->setProviders(m_control->config()->providers);
    m_reconcile->show();
    m_reconcile->raise();
    m_reconcile->activateWindow();
    return m_reconcile;
}

SpanPanel *DashboardPage::openSpanPanel()
{
    if (!m_spanPanel) {
        m_spanPanel = new SpanPanel(this);
        connect(m_spanPanel, &SpanPanel::chosen, this, [this](const TimeSpan &span) { setCustom(span); });
    }
    m_spanPanel->openBelow(m_customRange, wantedSpan());
    return m_spanPanel;
}

void DashboardPage::arrangeTargets(bool isNarrow)
{
    const int rows = m_targetModel->rowCount();
    const int rowHeight = m_targetTable->verticalHeader()->defaultSectionSize();
    m_targetTable->setMinimumHeight(m_targetTable->horizontalHeader()->sizeHint().height() +
                                    rowHeight * qBound(isNarrow ? 4 : 6, rows, 12) + 2);
    constexpr std::array widths{0, 100, 68, 76, 88, 64, 104, 88, 132}; // the first takes what is left
    constexpr int leastName = 150;
    static_assert(widths.size() == TargetsModel::ColumnCount);
    int left = m_targetTable->viewport()->width();
    std::array<bool, widths.size()> shown{};
    shown.fill(true);
    shown[TargetsModel::Quota] = m_targetModel->knowsQuotas();
    for (size_t column = 1; column < widths.size(); ++column)
        left -= shown[column] ? widths[column] : 0;
    for (const TargetsModel::Column column : {TargetsModel::Cost, TargetsModel::Share, TargetsModel::Quota}) {
        if (left >= leastName || !shown[column])
            continue;
        shown[column] = false;
        left += widths[column];
    }
    for (int column = 1; column < TargetsModel::ColumnCount; ++column) {
        m_targetTable->setColumnHidden(column, !shown[size_t(column)]);
        m_targetTable->setColumnWidth(column, widths[size_t(column)]);
    }
    if (left > leastName + 166) // longer marks where there is room
        m_targetTable->setColumnWidth(TargetsModel::Strip, widths[TargetsModel::Strip] + 66);
}

void DashboardPage::arrange()
{
    const int columns = width() < narrow ? 2 : 12;
    arrangeTargets(columns == 2);
    arrangeHeader();
    if (m_arrangement == columns)
        return;
    m_arrangement = columns;
    while (QLayoutItem *item = m_grid->takeAt(0))
        delete item;
    for (int row = 0; row < 8; ++row)
        m_grid->setRowStretch(row, 0);
    for (int column = 0; column < 12; ++column)
        m_grid->setColumnStretch(column, column < columns ? 1 : 0);
    m_grid->addWidget(m_trouble, 0, 0, 1, columns);
    m_grid->addWidget(m_strip, 1, 0, 1, columns);
    for (ChartPanel *chart : charts())
        chart->setMinimumHeight(164);
    if (columns == 2) {
        m_grid->addWidget(m_spend, 2, 0);
        m_grid->addWidget(m_latency, 2, 1);
        m_grid->addWidget(m_targets, 3, 0, 1, 2);
        m_grid->addWidget(m_weights, 4, 0);
        m_grid->addWidget(m_errors, 4, 1);
        m_grid->addWidget(m_requests, 5, 0);
        m_grid->addWidget(m_tokens, 5, 1);
        m_grid->addWidget(m_wordsPanel, 6, 0, 1, 2);
    } else {
        m_spend->setMinimumHeight(208);
        m_grid->addWidget(m_spend, 2, 0, 1, 7);
        m_grid->addWidget(m_weights, 2, 7, 1, 5);
        m_grid->addWidget(m_latency, 3, 0, 1, 3);
        m_grid->addWidget(m_requests, 3, 3, 1, 3);
        m_grid->addWidget(m_errors, 3, 6, 1, 3);
        m_grid->addWidget(m_tokens, 3, 9, 1, 3);
        m_grid->addWidget(m_targets, 4, 0, 1, 8);
        m_grid->addWidget(m_wordsPanel, 4, 8, 1, 4);
        m_grid->setRowStretch(2, 12);
        m_grid->setRowStretch(3, 9);
        m_grid->setRowStretch(4, 4);
    }
}

void DashboardPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrange();
}

} // namespace signalbox
