// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

namespace signalbox {

class ChartPanel;
class Crosshair;
class EmptyState;
class Panel;
class SegmentedControl;
class TargetsModel;
class Tile;
class TileStrip;

// What happens now and lately: tiles, charts over one common time axis, and the targets. Numbers of this moment come
// from the gateway's snapshot, all others from the ledger. GUI thread; asks nothing while it is out of sight or paused.
class DashboardPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DashboardPage)

public:
    struct Range {
        const char *name;
        DashboardRange range;
        const char *unit; // of one bucket
    };

    // `feed` may be null: then only the tiles of the moment live.
    DashboardPage(GatewayControl *control, LedgerFeed *feed, QWidget *parent = nullptr);

    QString title() const override;
    QString iconName() const override;
    QWidget *headerTools() override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    void showData(const DashboardData &data);
    void showSnapshot(const GatewaySnapshot &snapshot);
    void setRange(int index);
    void setPaused(bool paused);
    bool isPaused() const { return m_paused; }
    std::vector<Tile *> tiles() const;
    std::vector<ChartPanel *> charts() const;
    EmptyState *emptyState() const { return m_empty; }
    bool showsEmptyState() const;

Q_SIGNALS:
    void openRequests();
    void openProviders();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void makeHeader();
    void makeTiles();
    void makeCharts();
    void makeTargets();
    void makeEmptyState();
    void makeActions();
    void arrange();
    void updateEmptyState();
    void updateSpendChart();
    void updateLedgerTiles();

    GatewayControl *m_control;
    DashboardSource m_source;
    DashboardData m_data;
    SeriesColors m_modelColors;
    int m_range = 1;
    bool m_active = false;
    bool m_paused = false;
    bool m_haveData = false;
    int m_arrangement = 0;

    QStackedLayout *m_stack;
    QScrollArea *m_scroll;
    QWidget *m_content;
    QGridLayout *m_grid = nullptr;
    EmptyState *m_empty = nullptr;
    QPushButton *m_addProvider = nullptr;
    SegmentedControl *m_ranges = nullptr;
    QPushButton *m_live = nullptr;
    QComboBox *m_spendBy = nullptr;
    QLabel *m_trouble = nullptr;
    TileStrip *m_strip = nullptr;
    Tile *m_spendTile = nullptr;
    Tile *m_rateTile = nullptr;
    Tile *m_errorTile = nullptr;
    Tile *m_firstTokenTile = nullptr;
    Tile *m_durationTile = nullptr;
    Tile *m_outputTile = nullptr;
    Tile *m_flightTile = nullptr;
    Tile *m_overheadTile = nullptr;
    Crosshair *m_crosshair = nullptr;
    ChartPanel *m_spend = nullptr;
    ChartPanel *m_share = nullptr;
    ChartPanel *m_firstToken = nullptr;
    ChartPanel *m_requests = nullptr;
    ChartPanel *m_errors = nullptr;
    Panel *m_targets = nullptr;
    QTableView *m_targetTable = nullptr;
    TargetsModel *m_targetModel = nullptr;
};

} // namespace signalbox
