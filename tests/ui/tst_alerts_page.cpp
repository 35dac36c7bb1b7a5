// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_pages.h"
#include "ui/alerts/alert_table_model.h"
#include "ui/alerts/alerts_page.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
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
        AlertsPage page(&control);
        const std::unique_ptr<QWidget> header(page.headerActions());
        QVERIFY(!header->isEnabled());
        QVERIFY(!page.ruleLines().isEmpty());
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
};

QTEST_MAIN(tst_AlertsPage)
#include "tst_alerts_page.moc"
