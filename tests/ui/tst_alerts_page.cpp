// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger.h"
#include "tests/ui/fake_maintenance.h"
#include "tests/ui/fake_pages.h"
#include "ui/alerts/alert_rules_view.h"
#include "ui/alerts/alert_table_model.h"
#include "ui/alerts/alerts_page.h"
#include "ui/alerts/audit_table_model.h"
#include "ui/alerts/audit_view.h"
#include "ui/data/ledger_feed.h"
#include "ui/preferences/preferences.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_form.h"
#include "ui/settings/webhooks_panel.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>
#include <QtCore/QFile>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

Alert alert(const std::string &id, AlertKind kind, bool acknowledged = false)
{
    Alert one;
    one.id = id;
    one.kind = kind;
    one.text = "what happened to " + id;
    one.acknowledged = acknowledged;
    return one;
}

} // namespace

class tst_AlertsPage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-test"_s);
        theme().install();
    }
    void init() { Preferences().remove(u"alerts"_s); }

    void theTableFilters()
    {
        AlertTableModel model;
        const QAbstractItemModelTester tester(&model);
        model.setAlerts({alert("1", AlertKind::Budget), alert("2", AlertKind::Provider, true)});
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.alert(0)->id, std::string("2")); // the newest first
        QCOMPARE(model.unread(), std::vector<std::string>{"1"});
        model.setFilter({.unreadOnly = true, .kind = {}});
        QCOMPARE(model.rowOf("1"), 0);
        QCOMPARE(model.rowOf("2"), -1);
        model.setFilter({.unreadOnly = false, .kind = AlertKind::Provider});
        QCOMPARE(model.rowOf("2"), 0);
        QCOMPARE(model.rowCount(), 1);
        for (const AlertKind kind : allAlertKinds)
            QVERIFY(!alertKindWord(kind).isEmpty());
    }

    void rulesComeFromTheConfig()
    {
        Config config;
        BudgetRule rule;
        rule.id = "team";
        rule.usd = 5;
        rule.alertAt = {0.5, 1};
        config.budgets.push_back(rule);
        WebhookConfig hook;
        hook.id = "ops";
        config.alerts.webhooks.push_back(hook);
        config.alerts.desktop = false;
        const auto lines = alertRules(config);
        QCOMPARE(lines.size(), 3u);
        QVERIFY(lines[0].name.contains(u"team"_s) && lines[0].words.contains(u"50"_s));
        QCOMPARE(lines[1].words, u"off"_s);
        QVERIFY(lines[2].name.contains(u"ops"_s));
    }

    void thePageAcknowledges()
    {
        FakeControl control;
        FakeActions actions;
        AlertsPage page({&control, &actions});
        const std::unique_ptr<QWidget> tools(page.headerActions());
        const auto *header = tools->findChild<QPushButton *>();
        QVERIFY(header);
        QVERIFY(!header->isEnabled());
        QVERIFY(!page.rules()->ruleLines().isEmpty());
        const auto show = [&](std::vector<Alert> alerts, uint64_t changes) {
            GatewaySnapshot snapshot;
            snapshot.alerts = std::move(alerts);
            snapshot.alertChanges = changes;
            control.now = std::make_shared<const GatewaySnapshot>(snapshot);
            Q_EMIT control.snapshotChanged(control.now);
        };
        show({alert("a", AlertKind::Budget), alert("b", AlertKind::Quota), alert("c", AlertKind::Quota, true)}, 1);
        QCOMPARE(page.model()->rowCount(), 3);
        QVERIFY(header->isEnabled());
        QSignalSpy resets(page.model(), &QAbstractItemModel::modelReset);
        show({alert("a", AlertKind::Budget)}, 1); // the same number: nothing changed
        QCOMPARE(resets.count(), 0);
        page.table()->selectRow(0); // read already
        page.acknowledgeSelected();
        QVERIFY(control.acknowledged.empty());
        page.table()->selectRow(1);
        page.acknowledgeSelected();
        QCOMPARE(control.acknowledged, std::vector<std::string>{"b"});
        control.acknowledged.clear();
        page.acknowledgeAll();
        QCOMPARE(control.acknowledged, (std::vector<std::string>{"b", "a"}));
        show({alert("a", AlertKind::Budget, true), alert("b", AlertKind::Quota, true)}, 2);
        QCOMPARE(page.table()->currentIndex().row(), 0); // b stays chosen
        QVERIFY(!header->isEnabled());
        page.unreadBox()->setChecked(true);
        QCOMPARE(page.model()->rowCount(), 0);
    }

    void alertsLeadToTheirRequests_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("filter");
        const auto row = [](AlertKind kind, const char *key, const char *filter) {
            QTest::newRow(key) << int(kind) << QString::fromLatin1(key) << QString::fromLatin1(filter);
        };
        row(AlertKind::Provider, "down:box", "provider:box");
        row(AlertKind::Credential, "refused:box/main", "provider:box");
        row(AlertKind::Quota, "box/main", "provider:box");
        row(AlertKind::Failover, "box->cloud", "provider:cloud is:fallback");
        row(AlertKind::KeyExpiry, "laptop@2026-11-30:1", "client:laptop");
        row(AlertKind::Budget, "project:docs/docs@1:80", "project:docs");
        row(AlertKind::Budget, "team/all@1:80", "");
        row(AlertKind::Anomaly, "day:1", "");
    }
    void alertsLeadToTheirRequests()
    {
        QFETCH(int, kind);
        QFETCH(QString, key);
        QFETCH(QString, filter);
        Alert one = alert("1", AlertKind(kind));
        one.key = key.toStdString();
        QCOMPARE(requestsOfAlert(one), filter);
        FakeControl control;
        FakeActions actions;
        GatewaySnapshot snapshot;
        snapshot.alerts = {one};
        snapshot.alertChanges = 1;
        control.now = std::make_shared<const GatewaySnapshot>(snapshot);
        AlertsPage page({&control, &actions});
        const QSignalSpy asked(&page, &AlertsPage::requestsRequested);
        page.table()->selectRow(0);
        page.openCurrent();
        QCOMPARE(control.acknowledged, std::vector<std::string>{"1"});
        QCOMPARE(asked.count(), filter.isEmpty() ? 0 : 1);
        if (!filter.isEmpty())
            QCOMPARE(asked[0][0].toString(), filter);
    }

    void rulesAreEdited()
    {
        FakeActions actions;
        FakeMaintenance maintenance;
        AlertRulesView rules(&actions, &maintenance);
        const auto edit = [&](const QString &key, const QVariant &value) {
            SettingRow *row = rules.form()->row(key);
            row->setValue(value);
            Q_EMIT row->edited();
        };
        edit(u"/alerts/kinds/failover"_s, false);
        edit(u"/alerts/thresholds"_s, u"50, 40"_s);
        rules.apply();
        QVERIFY(actions.log.isEmpty());
        QVERIFY(!rules.form()->row(u"/alerts/thresholds"_s)->error().isEmpty());
        edit(u"/alerts/thresholds"_s, u"50, 90"_s);
        edit(u"/alerts/quietHours/time"_s, u"22:00 - 07:00"_s);
        edit(u"/alerts/quietHours/days"_s, u"Sat, sun"_s);
        rules.apply();
        const AlertsConfig &alerts = actions.now->alerts;
        QCOMPARE(alerts.off, std::set<AlertKind>{AlertKind::Failover});
        QCOMPARE(alerts.thresholds, (std::vector<double>{0.5, 0.9}));
        QCOMPARE(alerts.quietHours.time, std::string("22:00-07:00"));
        QCOMPARE(alerts.quietHours.days, (std::vector<std::string>{"sat", "sun"}));
        QVERIFY(!rules.isChanged());
        QVERIFY(!rules.ruleLines().filter(u"22:00"_s).isEmpty());
    }

    void auditIsShownFilteredAndWritten()
    {
        const QTemporaryDir dir;
        auto ledger = Ledger::open({dir.path(), 30, 64});
        QVERIFY(ledger);
        const int64_t now = QDateTime::currentMSecsSinceEpoch();
        constexpr int64_t dayMs = 86'400'000;
        QSignalSpy written(ledger->get(), &Ledger::auditWritten);
        (*ledger)->noteAudit({{0, now - 60 * dayMs, "ada", "file", "config", "file edited", "/listen/port", "1", "2"},
                              {0, now, "ada", "console", "key", "client key laptop rotated", "/clients/0", "", "x"}});
        QVERIFY(written.wait());
        LedgerFeed feed((*ledger)->databasePath());
        FakeControl control;
        FakeActions actions;
        AlertsPage page({&control, &actions, nullptr, &feed});
        AuditView *audit = page.audit();
        const QAbstractItemModelTester tester(audit->model());
        page.activate();
        QCOMPARE(audit->model()->rowCount(), 0); // nothing is asked until it is looked at
        page.showView(AlertsPage::Audit);
        QTRY_COMPARE(audit->model()->rowCount(), 1); // of the last 30 days
        QCOMPARE(audit->model()->index(0, AuditTableModel::What).data().toString(), u"client key laptop rotated"_s);
        audit->rangeBox()->setCurrentIndex(3);
        QTRY_COMPARE(audit->model()->rowCount(), 2);
        audit->kindBox()->setCurrentIndex(audit->kindBox()->findData(u"config"_s));
        QTRY_COMPARE(audit->model()->rowCount(), 1);
        QCOMPARE(audit->model()->index(0, AuditTableModel::Source).data().toString(), u"File"_s);
        const QString path = dir.filePath(u"audit.csv"_s);
        audit->exportTo(path);
        QTRY_VERIFY(audit->said().contains(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("/listen/port,1,2"));
        audit->searchField()->setText(u"nothing like this"_s);
        QTRY_COMPARE(audit->model()->rowCount(), 0);
    }
};

QTEST_MAIN(tst_AlertsPage)
#include "tst_alerts_page.moc"
