// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_pages.h"
#include "ui/providers/probe_view.h"
#include "ui/providers/provider_drawer.h"
#include "ui/providers/provider_edit.h"
#include "ui/providers/providers_page.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QtTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

using namespace signalbox;

class tst_ProviderDrawer final : public QObject
{
    Q_OBJECT

private:
    static ProviderConfig provider(const char *id)
    {
        ProviderConfig provider;
        provider.id = id;
        provider.dialect = "openai-chat";
        provider.baseUrl = "http://127.0.0.1:9100/v1";
        return provider;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("signalbox-test"));
        theme().install();
    }

    void pastedKeysAreCleaned_data()
    {
        QTest::addColumn<QString>("pasted");
        const QString key = QStringLiteral("sk-abc_123-XYZ==");
        for (const QString &form :
             {QStringLiteral("%1"), QStringLiteral("  %1\n"), QStringLiteral("\"%1\""), QStringLiteral("'%1'"),
              QStringLiteral("Bearer %1"), QStringLiteral("Authorization: Bearer %1"),
              QStringLiteral("OPENAI_API_KEY=%1"), QStringLiteral("export OPENAI_API_KEY=\"%1\";")})
            QTest::newRow(qPrintable(form)) << form.arg(key);
    }

    void pastedKeysAreCleaned()
    {
        QFETCH(QString, pasted);
        QCOMPARE(cleanPastedKey(pasted), QStringLiteral("sk-abc_123-XYZ=="));
    }

    void aPlainBase64KeyStays() { QCOMPARE(cleanPastedKey(QStringLiteral("abcd==")), QStringLiteral("abcd==")); }

    void idsAreSuggestedAndUnique()
    {
        Config config;
        config.providers.push_back(provider("my-box"));
        QCOMPARE(suggestProviderId(QStringLiteral("My  Box!"), config), QStringLiteral("my-box-2"));
        QCOMPARE(suggestProviderId(QStringLiteral("***"), config), QStringLiteral("provider"));
    }

    void routesFollowProviders()
    {
        Config config = withProvider({}, provider("a"), false);
        QCOMPARE(config.routes.size(), 1u);
        QCOMPARE(config.routes[0].to.provider, std::string("a"));
        const Config untouched = withProvider(config, provider("b"), false);
        QCOMPARE(untouched.routes, config.routes);
        const Config fallback = withProvider(config, provider("b"), true);
        QCOMPARE(fallback.routes[0].to.kind, PolicyNode::Kind::Fallback);
        QCOMPARE(fallback.routes[0].to.children[1].provider, std::string("b"));
        QCOMPARE(withoutProvider(fallback, "b").routes, config.routes);
        QVERIFY(withoutProvider(config, "a").routes.empty());
    }

    void secretIsWrittenBeforeTheConfig()
    {
        FakeActions actions;
        ProviderDrawer drawer(actions);
        QSignalSpy saved(&drawer, &ProviderDrawer::saved);
        drawer.startAdding(QStringLiteral("openai"));
        QCOMPARE(drawer.keyField()->echoMode(), QLineEdit::Password);
        QTest::keyClicks(drawer.keyField(), QStringLiteral("sk-test-key"));
        QTest::mouseClick(drawer.saveButton(), Qt::LeftButton);
        QTRY_COMPARE(saved.size(), 1);
        QCOMPARE(actions.log, QStringList({QStringLiteral("secret"), QStringLiteral("config")}));
        QCOMPARE(actions.secretReference, std::string("keychain:openai/main"));
        QCOMPARE(actions.secret, std::string("sk-test-key"));
        QCOMPARE(actions.now->providers[0].credentials[0].secret, std::string("keychain:openai/main"));
        QCOMPARE(actions.now->routes[0].to.provider, std::string("openai"));
        QVERIFY(drawer.keyField()->text().isEmpty());
    }

    void keychainFailureLeavesTheConfig()
    {
        FakeActions actions;
        actions.keychainError = Error{"keychain_locked", "The keychain is locked"};
        ProviderDrawer drawer(actions);
        drawer.startAdding(QStringLiteral("openai"));
        drawer.keyField()->setText(QStringLiteral("sk-test-key"));
        drawer.save();
        QTRY_VERIFY(drawer.problem().contains(QStringLiteral("The keychain is locked")));
        QCOMPARE(actions.log, QStringList({QStringLiteral("secret")}));
        QVERIFY(actions.now->providers.empty());
        QVERIFY(drawer.saveButton()->isEnabled());
    }

    void wrongFieldsAreNamed()
    {
        FakeActions actions;
        Config config;
        config.providers.push_back(provider("box"));
        actions.now = std::make_shared<const Config>(config);
        ProviderDrawer drawer(actions);
        drawer.startAdding(QStringLiteral("custom"));
        drawer.nameField()->setText(QStringLiteral("Box"));
        QCOMPARE(drawer.idField()->text(), QStringLiteral("box-2"));
        drawer.idField()->setText(QStringLiteral("box"));
        drawer.urlField()->setText(QStringLiteral("ftp://host"));
        drawer.save();
        QCOMPARE(drawer.idField()->accessibleDescription(), QStringLiteral("Another provider has this id"));
        QVERIFY(drawer.urlField()->accessibleDescription().contains(QStringLiteral("http://")));
        QVERIFY(actions.log.isEmpty());
    }

    void editingWithAnEmptyKeyKeepsTheStoredOne()
    {
        FakeActions actions;
        ProviderConfig box = provider("box");
        box.credentials.push_back({"main", "keychain:box/main", 2});
        actions.now = std::make_shared<const Config>(withProvider({}, box, false));
        ProviderDrawer drawer(actions);
        drawer.startEditing("box");
        drawer.nameField()->setText(QStringLiteral("My box"));
        drawer.save();
        QCOMPARE(actions.log, QStringList({QStringLiteral("config")}));
        QCOMPARE(actions.now->providers[0].name, std::string("My box"));
        QCOMPARE(actions.now->providers[0].credentials, box.credentials);
    }

    void configErrorsAreShownInPlace()
    {
        FakeActions actions;
        actions.configError = Error{"config_conflict", "The file changed on disk"};
        ProviderDrawer drawer(actions);
        drawer.startAdding(QStringLiteral("custom"));
        drawer.nameField()->setText(QStringLiteral("Box"));
        drawer.urlField()->setText(QStringLiteral("http://127.0.0.1:9100/v1/"));
        QCOMPARE(drawer.provider().baseUrl, std::string("http://127.0.0.1:9100/v1"));
        drawer.save();
        QCOMPARE(drawer.problem(), QStringLiteral("The file changed on disk"));
    }

    void testReportsItsSteps()
    {
        FakeActions actions;
        ProviderDrawer drawer(actions);
        drawer.startAdding(QStringLiteral("openai"));
        drawer.keyField()->setText(QStringLiteral("sk-test-key"));
        drawer.test();
        QCOMPARE(actions.probed.id, std::string("openai"));
        ProbeReport report;
        report.steps.push_back({ProbeStep::Name::Dns, ProbeStep::State::Passed, "3 addresses", 4});
        Q_EMIT actions.probeProgress(7, report);
        QCOMPARE(drawer.probeView()->summary(), QStringLiteral("1 of 4 passed"));
        QVERIFY(actions.log.isEmpty());
    }

    void removingTakesProviderAndRoute()
    {
        FakeActions actions;
        actions.now = std::make_shared<const Config>(withProvider({}, provider("box"), false));
        ProvidersPage page(&actions, nullptr);
        QCOMPARE(page.cards().size(), 1);
        page.removeProvider(QStringLiteral("box"));
        QVERIFY(actions.now->providers.empty());
        QVERIFY(actions.now->routes.empty());
        QCOMPARE(page.cards().size(), 0);
    }
};

QTEST_MAIN(tst_ProviderDrawer)
#include "tst_provider_drawer.moc"
