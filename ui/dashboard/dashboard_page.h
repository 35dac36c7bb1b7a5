// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/answers/answers_source.h"
#include "ui/dashboard/dashboard_series.h"
#include "ui/dashboard/dashboard_source.h"
#include "ui/data/gateway_control.h"
#include "ui/widgets/page.h"

class QComboBox;
class QGridLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QStackedLayout;
class QTableView;
class QToolButton;

namespace signalbox {

class AnswersPanel;
class CatalogueActions;
class ChartPanel;
class Crosshair;
class EmptyState;
class Panel;
class ReconcileDialog;
class SegmentedControl;
class SpanPanel;
class TargetsModel;
class Tile;
class TileStrip;

// What happens now and lately: tiles, charts over one common time, the targets, and answers in words. Numbers of this
// moment come from the gateway's snapshot, all others from the ledger. GUI thread; asks nothing while it is out of
// sight or held.
class DashboardPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DashboardPage)

public:
    // `feed` may be null: then only what is of the moment lives. Both outlive the page.
    DashboardPage(GatewayControl *control, LedgerFeed *feed, QWidget *parent = nullptr);

    void setCatalogue(CatalogueActions *catalogue); // for what caches save

    QString title() const override;
    QString iconName() const override;
    QWidget *headerTools() override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    void showData(const DashboardData &data); // without a period before
    void showAnswer(const DashboardAnswer &answer);
    void showAnswers(const AnswersData &data);
    void showSnapshot(const GatewaySnapshot &snapshot);
    void setRange(int index);
    int range() const { return m_range; }
    void setCustom(std::optional<TimeSpan> span); // chosen by zooming; nullopt: the range again
    std::optional<TimeSpan> custom() const { return m_custom; }
    void setCompare(bool compare);
    bool compares() const { return m_compareOn; }
    void setPaused(bool paused);
    bool isPaused() const { return m_paused; }
    std::vector<Tile *> tiles() const;
    std::vector<ChartPanel *> charts() const;
    AnswersPanel *answers() const { return m_answers; }
    EmptyState *emptyState() const { return m_empty; }
    bool showsEmptyState() const;
    ReconcileDialog *openReconciliation();
    SpanPanel *openSpanPanel(); // from and to

Q_SIGNALS:
    void openRequests(const QString &filter); // in the filter language of the list; may be empty
    void openProviders();
    void openProjects();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeHeader();
    void makeTiles();
    void makeCharts();
    void makeTargets();
    void makeAnswers();
    void makeEmptyState();
    void makeActions();
    void listen(ChartPanel *panel, ChartKind kind);
    void restoreState();

    void arrange();
    void arrangeHeader();
    void arrangeTargets(bool narrow);
    void ask();
    void setView(std::optional<TimeSpan> view);
    TimeSpan wantedSpan() const;
    void updateEmptyState();
    void updateHeader();
    void updateSpendChart();
    void updateLatencyChart();
    void updateWeightsChart();
    void updateLedgerTiles();
    void updateMonthTile();
    void pick(ChartKind kind, const TimeSpan &span, const QString &series, double value);
    TimeTable compared(TimeTable now, const std::function<TimeTable(const DashboardData &)> &make) const;

    GatewayControl *m_control;
    LedgerFeed *m_feed;
    DashboardSource m_source;
    AnswersSource m_answersSource;
    DashboardAnswer m_answer;
    std::optional<AnswersData> m_words;
    SeriesColors m_modelColors;
    SeriesColors m_groupColors;
    int m_range = 0;
    std::optional<TimeSpan> m_custom;
    bool m_compareOn = false;
    bool m_active = false;
    bool m_paused = false;
    bool m_haveData = false;
    int m_arrangement = 0;
    std::vector<std::string> m_nodes; // that the choice of the weights chart offers
    std::string m_node;               // chosen; empty: the first

    QStackedLayout *m_stack;
    QScrollArea *m_scroll;
    QWidget *m_content;
    QGridLayout *m_grid = nullptr;
    EmptyState *m_empty = nullptr;
    QPushButton *m_addProvider = nullptr;
    QWidget *m_tools = nullptr;
    SegmentedControl *m_ranges = nullptr;
    QPushButton *m_customRange = nullptr;
    SpanPanel *m_spanPanel = nullptr;
    QPushButton *m_customChip = nullptr;
    QToolButton *m_compare = nullptr;
    QPushButton *m_live = nullptr;
    QComboBox *m_spendBy = nullptr;
    QComboBox *m_latencyKind = nullptr;
    QComboBox *m_weightsOf = nullptr;
    QLabel *m_trouble = nullptr;
    TileStrip *m_strip = nullptr;
    Tile *m_spendTile = nullptr;
    Tile *m_monthTile = nullptr;
    Tile *m_rateTile = nullptr;
    Tile *m_errorTile = nullptr;
    Tile *m_firstTokenTile = nullptr;
    Tile *m_durationTile = nullptr;
    Tile *m_outputTile = nullptr;
    Tile *m_savedTile = nullptr;
    Crosshair *m_crosshair = nullptr;
    ChartPanel *m_spend = nullptr;
    ChartPanel *m_weights = nullptr;
    ChartPanel *m_latency = nullptr;
    ChartPanel *m_requests = nullptr;
    ChartPanel *m_errors = nullptr;
    ChartPanel *m_tokens = nullptr;
    Panel *m_targets = nullptr;
    QTableView *m_targetTable = nullptr;
    TargetsModel *m_targetModel = nullptr;
    Panel *m_wordsPanel = nullptr;
    AnswersPanel *m_answers = nullptr;
    ReconcileDialog *m_reconcile = nullptr;
};

} // namespace signalbox
