// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/page.h"

#include "core/config/config.h"
#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger_reader.h"

#include <QtCore/QHash>

#include <functional>
#include <map>
#include <optional>

class QGridLayout;
class QLabel;
class QLineEdit;
class QScrollArea;
class QStackedWidget;
class QTimer;

namespace signalbox {

class EmptyState;
class GatewayControl;
class LedgerFeed;
class ProviderActions;
class ProviderCard;
class ProviderDrawer;
class ProviderKeys;
class RemovedKeys;

// The configured providers as cards, and the drawer that adds and edits them. GUI thread; asks the ledger only while
// it is shown.
class ProvidersPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProvidersPage)

public:
    // `feed` may be null (no ledger); both outlive the page.
    ProvidersPage(ProviderActions *actions, LedgerFeed *feed, QWidget *parent = nullptr);

    void setControl(GatewayControl *control); // for live states of keys and quotas; outlives the page

    QString title() const override { return tr("Providers"); }
    QString iconName() const override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    void addProvider(const QString &presetId = {});
    void editProvider(const QString &id);
    void removeProvider(const QString &id);
    void testAll();
    // The keys of removed providers go now, undo or not. `done` comes when the keychain has answered.
    void forgetRemoved(std::function<void()> done);
    void setToday(const std::map<std::string, LedgerReader::ProviderToday> &today);
    void setHealth(const std::vector<HealthBook::ProviderRow> &rows, int64_t nowNs);
    ProviderKeys *keys() const { return m_keys; }
    ProviderDrawer *drawer() const { return m_drawer; }
    QList<ProviderCard *> cards() const { return m_cards; }

Q_SIGNALS:
    void requestsRequested(const QString &providerId);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void rebuild(const ConfigPtr &config);
    void arrange();
    void applyWordFilter();
    QWidget *makePresetBar();
    void connectKeys();
    void takeSnapshot();
    void takeProbe(quint64 probe, const ProbeReport &report);
    void refresh();
    void refreshMonth();
    void testOne(const std::string &id);
    void closeDrawer();
    void showProblem(const QString &message);
    bool undoRemove(const ProviderConfig &provider, const Config &before, const Config &after);

    ProviderActions *m_actions;
    LedgerFeed *m_feed;
    QStackedWidget *m_stack;
    QWidget *m_list;
    QGridLayout *m_grid;
    QLineEdit *m_words;
    QLabel *m_problem;
    EmptyState *m_empty;
    ProviderDrawer *m_drawer;
    RemovedKeys *m_removedKeys;
    ProviderKeys *m_keys;
    GatewayControl *m_control = nullptr;
    bool m_shown = false;
    QTimer *m_timer;
    QList<ProviderCard *> m_cards;
    QHash<quint64, QString> m_probes; // running tests of cards
    std::map<std::string, LedgerReader::ProviderToday> m_today;
    std::map<std::string, std::pair<int64_t, int64_t>> m_month; // nano-USD, requests without a price
    int m_columns = 0;
};

} // namespace signalbox
