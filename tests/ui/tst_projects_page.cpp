// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/client_key.h"
#include "tests/ui/fake_pages.h"
#include "ui/preferences/preferences.h"
#include "ui/projects/budget_rows.h"
#include "ui/projects/burn_down.h"
#include "ui/projects/client_edit.h"
#include "ui/projects/client_keys_view.h"
#include "ui/projects/project_models.h"
#include "ui/projects/project_views.h"
#include "ui/projects/projects_page.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QDateTime>
#include <QtCore/QStandardPaths>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr int64_t dayMs = 86'400'000;

BudgetRow monthRow(const std::string &rule, int64_t spent, int64_t cap)
{
    BudgetRow row;
    row.rule = rule;
    row.period = BudgetPeriod::Month;
    row.periodStartMs = 0;
    row.periodEndMs = 30 * dayMs;
    row.capNanoUsd = cap;
    row.nanoUsd = spent;
    row.share = double(spent) / double(cap);
    return row;
}

void pressUndo(ToastHost &toasts)
{
    for (QPushButton *button : toasts.findChildren<QPushButton *>()) {
        if (button->text().contains(u"Undo"_s))
            button->click();
    }
}

} // namespace

class tst_ProjectsPage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-test"_s);
        Preferences().clear();
        theme().install();
    }

    void keysHaveAState_data()
    {
        QTest::addColumn<ClientConfig>("client");
        QTest::addColumn<int>("state");
        ClientConfig client;
        QTest::newRow("plain") << client << int(KeyState::Active);
        client.expiresAtMs = 1'000 * dayMs + 1;
        QTest::newRow("about to expire") << client << int(KeyState::Expiring);
        client.expiresAtMs = 1'000 * dayMs;
        QTest::newRow("expired to the moment") << client << int(KeyState::Expired);
        client.expiresAtMs = 1'100 * dayMs;
        QTest::newRow("long to go") << client << int(KeyState::Active);
        client.disabled = true;
        QTest::newRow("off") << client << int(KeyState::Disabled);
        client.revokedAtMs = 5;
        QTest::newRow("revoked") << client << int(KeyState::Revoked);
    }

    void keysHaveAState()
    {
        QFETCH(ClientConfig, client);
        QFETCH(int, state);
        QCOMPARE(int(keyState(client, 1'000 * dayMs)), state);
    }

    void aKeyIsShownOnceAndKeptAsAHash()
    {
        FakeActions actions;
        ClientKeysView view(&actions);
        connect(&actions, &ProviderActions::configChanged, &view, &ClientKeysView::setConfig);
        const QAbstractItemModelTester tester(view.model());
        view.startNew();
        view.form()->setText(u"id"_s, u"My Laptop"_s);
        Q_EMIT view.form()->submitted();
        QVERIFY(!view.form()->errorAt(u"id"_s).isEmpty());
        QVERIFY(actions.log.isEmpty());
        view.form()->setText(u"id"_s, u"my-laptop"_s);
        view.form()->setText(u"models"_s, u"gpt-*, claude-*"_s);
        view.form()->setText(u"expiresAt"_s, u"soon"_s);
        Q_EMIT view.form()->submitted();
        QVERIFY(!view.form()->errorAt(u"expiresAt"_s).isEmpty());
        view.form()->setText(u"expiresAt"_s, u"2100-01-31"_s);
        view.form()->setChecked(u"admin"_s, true);
        Q_EMIT view.form()->submitted();
        const QString key = view.shownKey();
        QVERIFY(key.startsWith(u"sb-"_s));
        QCOMPARE(actions.now->clients.size(), 1u);
        const ClientConfig made = actions.now->clients[0];
        QCOMPARE(made.keySha256, clientKeySha256(key.toStdString()));
        QVERIFY(made.admin && made.createdAtMs);
        QCOMPARE(made.models, (std::vector<std::string>{"gpt-*", "claude-*"}));
        QCOMPARE(instantText(made.expiresAtMs), u"2100-01-31"_s);
        for (int column = 0; column < ClientTableModel::ColumnCount; ++column)
            QVERIFY(!view.model()->index(0, column).data().toString().contains(key));
        for (QPushButton *button : view.findChildren<QPushButton *>()) {
            if (button->text().contains(u"Done"_s))
                button->click();
        }
        QVERIFY(view.shownKey().isEmpty());
        view.startNew();
        view.form()->setText(u"id"_s, u"my-laptop"_s);
        Q_EMIT view.form()->submitted();
        QVERIFY(view.form()->errorAt(u"id"_s).contains(u"name"_s)); // taken
    }

    void rotationLeavesTheOldKeyItsGrace()
    {
        FakeActions actions;
        Config config;
        ClientConfig client;
        client.id = "ci";
        client.keySha256 = clientKeySha256("old");
        config.clients.push_back(client);
        actions.now = std::make_shared<const Config>(config);
        ClientKeysView view(&actions);
        connect(&actions, &ProviderActions::configChanged, &view, &ClientKeysView::setConfig);
        view.editClient("ci");
        view.graceBox()->setCurrentIndex(1);
        const int64_t before = QDateTime::currentMSecsSinceEpoch();
        view.rotate();
        const ClientConfig now = actions.now->clients.at(0);
        QCOMPARE(now.previousKeySha256, client.keySha256);
        QVERIFY(*now.previousValidUntilMs >= before + 3'600'000);
        QCOMPARE(now.keySha256, clientKeySha256(view.shownKey().toStdString()));
        view.editClient("ci");
        view.graceBox()->setCurrentIndex(0);
        view.rotate();
        QVERIFY(actions.now->clients.at(0).previousKeySha256.empty());
        QVERIFY(!actions.now->clients.at(0).previousValidUntilMs);
    }

    void revokingCanBeUndone()
    {
        FakeActions actions;
        Config config;
        ClientConfig client;
        client.id = "ci";
        client.keySha256 = clientKeySha256("key");
        config.clients.push_back(client);
        actions.now = std::make_shared<const Config>(config);
        QWidget window;
        ToastHost toasts(&window);
        auto *view = new ClientKeysView(&actions, &window);
        connect(&actions, &ProviderActions::configChanged, view, &ClientKeysView::setConfig);
        view->editClient("ci");
        view->revoke();
        QVERIFY(actions.now->clients.at(0).revokedAtMs);
        pressUndo(toasts);
        QCOMPARE(*actions.now, config);
    }

    void problemsStandAtTheirField()
    {
        FakeActions actions;
        ClientKeysView view(&actions);
        view.startNew();
        view.form()->setText(u"id"_s, u"a"_s);
        actions.configError = Error{"config_invalid", "gateway.json: /clients/0/routes/0: there is no route `x`"};
        Q_EMIT view.form()->submitted();
        QCOMPARE(view.form()->errorAt(u"routes"_s), u"there is no route `x`"_s);
        QVERIFY(view.shownKey().isEmpty());
        actions.configError = Error{"config_conflict", "the file changed"};
        Q_EMIT view.form()->submitted();
        QCOMPARE(view.form()->problem(), u"the file changed"_s);
    }

    void projectsAreMadeEditedAndRemoved()
    {
        FakeActions actions;
        QWidget window;
        ToastHost toasts(&window);
        auto *view = new ProjectsView(&actions, &window);
        connect(&actions, &ProviderActions::configChanged, view, &ProjectsView::setConfig);
        const QAbstractItemModelTester tester(view->model());
        view->startNew();
        view->form()->setText(u"id"_s, u"lab"_s);
        view->form()->setText(u"limitUsd"_s, u"-1"_s);
        Q_EMIT view->form()->submitted();
        QVERIFY(!view->form()->errorAt(u"limitUsd"_s).isEmpty());
        view->form()->setText(u"limitUsd"_s, u"20"_s);
        view->form()->setText(u"regions"_s, u"eu"_s);
        Q_EMIT view->form()->submitted();
        QCOMPARE(actions.now->projects.at(0).budget->limitUsd, 20.0);
        QCOMPARE(actions.now->projects.at(0).constraints.regions, std::vector<std::string>{"eu"});
        GatewaySnapshot snapshot;
        snapshot.budgets = {monthRow("project:lab", 5'000'000'000, 20'000'000'000)};
        view->setSnapshot(snapshot);
        QCOMPARE(view->model()->index(0, ProjectTableModel::Spent).data().toString(),
                 formatMoney(5'000'000'000, Places::Tile));
        const Config before = *actions.now;
        view->editProject("lab");
        view->removeEdited();
        QVERIFY(actions.now->projects.empty());
        pressUndo(toasts);
        QCOMPARE(*actions.now, before);
    }

    void theTightestLimitIsTold()
    {
        BudgetRow row = monthRow("r", 1, 10);
        row.capRequests = 4;
        row.requests = 3;
        const auto meter = tightMeter(row);
        QCOMPARE(int(meter->unit), int(TightMeter::Unit::Requests));
        QCOMPARE(meter->left(), int64_t(1));
        QVERIFY(!tightMeter(BudgetRow{}));
    }

    void theFuturePaysThePresentPace()
    {
        const BudgetRow row = monthRow("r", 6'000'000'000, 10'000'000'000);
        const auto meter = tightMeter(row);
        QCOMPARE(paceForecast(row, *meter, 15 * dayMs), std::optional<int64_t>(12'000'000'000));
        QVERIFY(!paceForecast(row, *meter, dayMs / 2)); // too early to say
        BurnDown burn;
        burn.setRow(row, 12'000'000'000, 15 * dayMs);
        QVERIFY(burn.words().contains(formatMoney(4'000'000'000, Places::Tile))); // left
        QVERIFY(burn.words().contains(u"more than the limit"_s));
    }

    void theLedgerIsAskedForWhomTheRuleNames()
    {
        BudgetRule rule;
        rule.id = "r";
        rule.timeZone = "UTC";
        rule.scope.model = "openai/gpt-5";
        BudgetRow row = monthRow("r", 1, 10);
        const int64_t now = 1'790'000'000'000;
        auto question = monthQuestion(rule, row, now);
        QVERIFY(question);
        QCOMPARE(question->filter.provider, std::optional<std::string>("openai"));
        QCOMPARE(question->filter.model, std::optional<std::string>("gpt-5"));
        QCOMPARE(question->bucketStarts.size(), 28u);
        rule.scope.model = "openai/*";
        QVERIFY(!monthQuestion(rule, row, now));
        rule.scope.model.clear();
        rule.scope.user = "*";
        rule.each = "user";
        row.account = "ann";
        question = monthQuestion(rule, row, now);
        QVERIFY(question);
        QCOMPARE(question->filter.user, std::optional<std::string>("ann"));
        SpendReport report; // a dollar each day
        report.groups.resize(1);
        report.groups[0].buckets.resize(29);
        for (SpendSums &day : report.groups[0].buckets)
            day.nanoUsd = 1'000'000'000;
        row.nanoUsd = 20'000'000'000;
        const MonthForecast forecast = monthForecast(rule, row, *question, report, now);
        QVERIFY(forecast.expectedNanoUsd > row.nanoUsd);
        QVERIFY(forecast.expectedNanoUsd <= row.nanoUsd + 31'000'000'000);
    }

    void rowsStayWhereTheyAre()
    {
        BudgetTableModel model;
        const QAbstractItemModelTester tester(&model);
        Config config;
        BudgetRule rule;
        rule.id = "unused";
        rule.usd = 3;
        config.budgets.push_back(rule);
        model.setConfig(std::make_shared<const Config>(config));
        QCOMPARE(model.rowCount(), 1); // also before anybody used it
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setRows({monthRow("a", 9, 10), monthRow("b", 1, 10)}, dayMs);
        QCOMPARE(model.rowCount(), 3);
        QCOMPARE(resets.count(), 1);
        model.setRows({monthRow("b", 10, 10), monthRow("a", 9, 10)}, dayMs);
        QCOMPARE(resets.count(), 1);
        QCOMPARE(model.row(0)->rule, std::string("a"));
        QCOMPARE(model.row(1)->nanoUsd, int64_t(10));
    }

    void budgetsAreCheckedAndSaved()
    {
        FakeActions actions;
        BudgetsView view(&actions, nullptr);
        connect(&actions, &ProviderActions::configChanged, &view, &BudgetsView::setConfig);
        view.startNew();
        view.form()->setText(u"id"_s, u"team"_s);
        Q_EMIT view.form()->submitted();
        QVERIFY(!view.form()->errorAt(u"usd"_s).isEmpty()); // no limit at all
        view.form()->setText(u"tokens"_s, u"many"_s);
        Q_EMIT view.form()->submitted();
        QVERIFY(!view.form()->errorAt(u"tokens"_s).isEmpty());
        view.form()->setText(u"tokens"_s, u"5000"_s);
        view.form()->setText(u"client"_s, u"ci-*"_s);
        view.form()->setChoice(u"each"_s, u"client"_s);
        Q_EMIT view.form()->submitted();
        const BudgetRule &made = actions.now->budgets.at(0);
        QCOMPARE(made.tokens, std::optional<int64_t>(5000));
        QCOMPARE(made.scope.client, std::string("ci-*"));
        QCOMPARE(made.each, std::string("client"));
        view.editRule("team");
        QCOMPARE(view.form()->text(u"tokens"_s), u"5000"_s);
        view.removeEdited();
        QVERIFY(actions.now->budgets.empty());
    }

    void aProjectsBudgetLeadsToTheProject()
    {
        FakeActions actions;
        FakeControl control;
        Config config;
        ProjectConfig project;
        project.id = "lab";
        project.budget = BudgetConfig{};
        project.budget->limitUsd = 10;
        config.projects.push_back(project);
        actions.now = std::make_shared<const Config>(config);
        ProjectsPage page(&control, &actions, nullptr);
        GatewaySnapshot snapshot;
        snapshot.budgets = {monthRow("project:lab", 1, 10)};
        control.now = std::make_shared<const GatewaySnapshot>(snapshot);
        page.activate();
        page.showView(ProjectsPage::Budgets);
        page.budgets()->editRule("project:lab");
        QCOMPARE(page.projects()->form()->text(u"id"_s), u"lab"_s);
        QVERIFY(!page.projects()->form()->isHidden());
    }
};

Q_DECLARE_METATYPE(signalbox::ClientConfig)
QTEST_MAIN(tst_ProjectsPage)
#include "tst_projects_page.moc"
