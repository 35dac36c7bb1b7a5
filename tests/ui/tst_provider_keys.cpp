// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_pages.h"
#include "ui/preferences/preferences.h"
#include "ui/providers/key_rotation.h"
#include "ui/providers/keys_panel.h"
#include "ui/providers/provider_card.h"
#include "ui/providers/provider_drawer.h"
#include "ui/providers/provider_keys.h"
#include "ui/providers/provider_limits.h"
#include "ui/providers/providers_page.h"
#include "ui/providers/quirk_fields.h"
#include "ui/providers/quota_bar.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QtTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>

using namespace signalbox;

namespace {

ConfigPtr withKeys(std::vector<CredentialConfig> keys)
{
    Config config;
    ProviderConfig &box = config.providers.emplace_back();
    box.id = "box";
    box.baseUrl = "http://127.0.0.1:9100/v1";
    box.credentials = std::move(keys);
    return std::make_shared<const Config>(config);
}

HealthBook::ProviderRow health(std::vector<HealthBook::CredentialRow> keys)
{
    HealthBook::ProviderRow row;
    row.id = "box";
    row.credentials = std::move(keys);
    return row;
}

HealthBook::CredentialRow answered(const std::string &id)
{
    HealthBook::CredentialRow row;
    row.id = id;
    row.figures.attempts = 1;
    return row;
}

QStringList keysOf(const Config &config)
{
    QStringList all;
    for (const CredentialConfig &key : config.providers.at(0).credentials)
        all << QString::fromStdString(key.id + ' ' + key.secret) + QLatin1Char(' ') + QString::number(key.weight);
    return all;
}

// Texts in single quotes: moc loses count of the braces in raw strings.
std::string quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

QStringList list(const char *parted)
{
    return QString::fromUtf8(parted).split(QStringLiteral(" | "));
}

} // namespace

class TestProviderKeys final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("signalbox-test"));
        QCoreApplication::setApplicationName(QStringLiteral("provider-keys"));
        theme().install();
    }
    void init() { Preferences().clear(); }

    void aNewKeyTakesOverOnceItHasAnswered()
    {
        FakeActions actions;
        actions.now = withKeys({{"main", "keychain:box/main", 2}});
        ProvidersPage page(&actions, nullptr);
        ProviderKeys *keys = page.keys();
        bool done = false;
        keys->rotate("box", "main", "sk-new", {}, [&](const Result<void> &result) { done = result.has_value(); });
        QTRY_VERIFY(done);
        QCOMPARE(actions.secretReference, std::string("keychain:box/main-2"));
        QCOMPARE(keysOf(*actions.now), list("main-2 keychain:box/main-2 2 | main keychain:box/main 0.02"));
        QCOMPARE(keys->rotations().size(), size_t(1));
        // Nothing has been asked yet; then the old one answers; then the new one.
        keys->look({health({})});
        keys->look({health({answered("main")})});
        QCOMPARE(keysOf(*actions.now).size(), 2);
        {
            const ProvidersPage restarted(&actions, nullptr); // the rotation outlives the program
            QCOMPARE(restarted.keys()->rotations().size(), size_t(1));
        }
        keys->look({health({answered("main"), answered("main-2")})});
        QCOMPARE(keysOf(*actions.now), list("main-2 keychain:box/main-2 2"));
        QVERIFY(keys->rotations().empty());
        // Nobody offered to undo it, so the old key's secret goes.
        QTRY_COMPARE(actions.removed, list("keychain:box/main"));
    }

    void aRefusedKeyLeavesTheOldOne()
    {
        FakeActions actions;
        actions.now = withKeys({{"main", "env:KEY", 1}});
        ProvidersPage page(&actions, nullptr);
        ProviderKeys *keys = page.keys();
        QSignalSpy refused(keys, &ProviderKeys::refused);
        keys->rotate("box", "main", {}, "env:NEW", [](const Result<void> &) {});
        HealthBook::CredentialRow bad = answered("main-2");
        bad.block = Block::BadCredential;
        keys->look({health({bad})});
        keys->look({health({bad})});
        QCOMPARE(refused.count(), 1); // said once
        QCOMPARE(keysOf(*actions.now).size(), 2);
        const KeyRotation rotation = keys->rotations().front();
        QVERIFY(keys->giveUpRotation(rotation));
        QCOMPARE(keysOf(*actions.now), list("main env:KEY 1"));
    }

    void aRefusedConfigLeavesNoSecretBehind()
    {
        FakeActions actions;
        actions.now = withKeys({{"main", "env:KEY", 1}});
        actions.configError = Error{"config_invalid", "no"};
        ProvidersPage page(&actions, nullptr);
        bool refused = false;
        page.keys()->add("box", "second", "sk-2", {}, 1, [&](const Result<void> &result) { refused = !result; });
        QTRY_VERIFY(refused);
        QTRY_COMPARE(actions.removed, list("keychain:box/second"));
    }

    void removingCanBeUndone()
    {
        FakeActions actions;
        actions.now = withKeys({{"main", "keychain:box/main", 1}, {"spare", "keychain:box/spare", 3}});
        ProvidersPage page(&actions, nullptr);
        std::function<void()> undo;
        // In place of the page's own, which has no window to offer it in.
        page.keys()->disconnect(&page);
        connect(
            page.keys(), &ProviderKeys::tookAway, this,
            [&](const QString &, const std::function<void()> &back, const std::function<void()> &) { undo = back; });
        QVERIFY(page.keys()->remove("box", "spare"));
        QCOMPARE(keysOf(*actions.now), list("main keychain:box/main 1"));
        QVERIFY(undo);
        undo();
        QCOMPARE(keysOf(*actions.now), list("main keychain:box/main 1 | spare keychain:box/spare 3"));
        QVERIFY(actions.removed.isEmpty());
    }

    void thePanelAddsAndSays()
    {
        FakeActions actions;
        actions.now = withKeys({{"main", "env:KEY", 1}});
        ProvidersPage page(&actions, nullptr);
        page.show();
        page.editProvider(QStringLiteral("box"));
        KeysPanel *panel = page.drawer()->keysPanel();
        QVERIFY(panel);
        panel->startAdding();
        QCOMPARE(panel->nameField()->text(), QStringLiteral("main-2"));
        panel->submit();
        QVERIFY(!panel->problem().isEmpty());
        panel->nameField()->setText(QStringLiteral("main"));
        panel->secretField()->setText(QStringLiteral("Bearer sk-2"));
        panel->submit();
        QVERIFY(!panel->problem().isEmpty()); // another has this name
        panel->nameField()->setText(QStringLiteral("spare"));
        panel->submit();
        QTRY_COMPARE(keysOf(*actions.now), list("main env:KEY 1 | spare keychain:box/spare 1"));
        QCOMPARE(actions.secret, std::string("sk-2"));
        QVERIFY(panel->secretField()->text().isEmpty());
        HealthBook::CredentialRow held = answered("main");
        held.block = Block::CoolDown;
        held.untilNs = 9'000'000'000;
        held.quota.tokensLimit = 400'000;
        held.quota.tokensLeft = 48'000;
        held.quota.tokensResetMs = 8'000;
        page.setHealth({health({held})}, 1'000'000'000);
        QVERIFY2(panel->rows().at(0).startsWith(QStringLiteral("main: Held 8")), qPrintable(panel->rows().at(0)));
        QVERIFY(panel->rows().at(0).contains(QStringLiteral("48,000 tokens left")));
        const ProviderCard *card = page.cards().at(0);
        QVERIFY2(card->keyLines().at(0).contains(QStringLiteral("Held 8")), qPrintable(card->keyLines().at(0)));
        QVERIFY2(card->quotaText().contains(QStringLiteral("48,000 of 400,000 left")), qPrintable(card->quotaText()));
    }

    void quotasAddUp()
    {
        HealthBook::CredentialRow one;
        one.quota.requestsLimit = 100;
        one.quota.requestsLeft = 30;
        one.quota.requestsResetMs = 5'000;
        HealthBook::CredentialRow two = one;
        two.quota.requestsLeft = 250; // more than there is: as much as there is
        two.quota.requestsResetMs = 2'000;
        const QuotaSum sum = quotaOf({one, two, {}}, QuotaKind::Requests);
        QCOMPARE(sum.limit, int64_t(200));
        QCOMPARE(sum.left, int64_t(130));
        QCOMPARE(*sum.resetMs, int64_t(2'000));
        QVERIFY(!quotaOf({one}, QuotaKind::Tokens).known());
    }

    void quirksKeepWhatTheyDoNotKnow()
    {
        const std::string own = quoted("{'note':'ours','store':false,'temperature':[0,1]}");
        QuirkFields fields;
        fields.setQuirks(own);
        QCOMPARE(fields.quirks(), own); // nothing was touched
        auto *store = qobject_cast<QComboBox *>(fields.field(QStringLiteral("store")));
        QVERIFY(store);
        QCOMPARE(store->currentIndex(), 2);
        store->setCurrentIndex(0);
        auto *seed = qobject_cast<QLineEdit *>(fields.field(QStringLiteral("seedField")));
        seed->setText(QStringLiteral("random_seed"));
        const std::string changed = fields.quirks();
        QCOMPARE(quirkText(changed, "seedField"), std::string("random_seed"));
        QVERIFY(!quirkFlag(changed, "store"));
        QCOMPARE(quirkText(changed, "note"), std::string("ours"));
        QVERIFY(changed.find("temperature") != std::string::npos);
    }

    void limitsAreReadAndRefused()
    {
        FakeActions actions;
        actions.now = withKeys({});
        ProviderDrawer drawer(actions);
        drawer.startEditing("box");
        ProviderLimits *limits = drawer.limits();
        QCOMPARE(limits->field(QStringLiteral("connect"))->text(), QStringLiteral("2s"));
        limits->field(QStringLiteral("connect"))->setText(QStringLiteral("soon"));
        drawer.save();
        QVERIFY(actions.log.isEmpty());
        limits->field(QStringLiteral("connect"))->setText(QStringLiteral("750 ms"));
        limits->field(QStringLiteral("check"))->setText(QStringLiteral("60s"));
        drawer.save();
        QCOMPARE(actions.log, list("config"));
        QCOMPARE(actions.now->providers[0].timeouts.connect, Millis(750));
        QCOMPARE(actions.now->providers[0].checkEvery, Millis(60'000));
    }

    void aTestListsTheModels()
    {
        FakeActions actions;
        actions.now = withKeys({});
        ProviderDrawer drawer(actions);
        drawer.startEditing("box");
        drawer.test();
        ProbeReport report;
        report.finished = true;
        report.models = {"b", "a"};
        Q_EMIT actions.probeProgress(7, report);
        QVERIFY(!drawer.modelList()->isHidden());
        QCOMPARE(drawer.modelList()->count(), 2);
        QCOMPARE(drawer.modelList()->item(0)->text(), QStringLiteral("a"));
    }
};

QTEST_MAIN(TestProviderKeys)
#include "tst_provider_keys.moc"
