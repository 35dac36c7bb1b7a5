// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/client_key.h"
#include "tests/ui/fake_maintenance.h"
#include "tests/ui/fake_pages.h"
#include "ui/preferences/preferences.h"
#include "ui/settings/data_panel.h"
#include "ui/settings/files_panel.h"
#include "ui/settings/prices_panel.h"
#include "ui/settings/redaction_panel.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_form.h"
#include "ui/settings/settings_page.h"
#include "ui/settings/shortcuts_panel.h"
#include "ui/settings/webhooks_panel.h"
#include "ui/settings/window_settings.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QtTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>

using namespace signalbox;
using namespace Qt::StringLiterals;

class tst_SettingsPage final : public QObject
{
    Q_OBJECT

    struct World {
        FakeActions actions;
        FakeMaintenance maintenance;
        SettingsPage page{&actions, &maintenance, u"/data"_s};

        void edit(const QString &key, const QVariant &value)
        {
            SettingRow *row = page.row(key);
            row->setValue(value);
            Q_EMIT row->edited();
        }
    };

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-test"_s);
        QCoreApplication::setApplicationName(u"settings-page"_s);
        theme().install();
    }
    void init() { Preferences().clear(); }

    void keysHaveTheirForm()
    {
        static const QRegularExpression form(u"^sb-[A-Za-z0-9_-]{43}$"_s);
        const QString key = QString::fromStdString(makeClientKey());
        QVERIFY(form.match(key).hasMatch());
        QVERIFY(key.toStdString() != makeClientKey());
        QCOMPARE(clientKeySha256("abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void changesAreADraftUntilApplied()
    {
        World world;
        world.edit(u"/listen/port"_s, 9000);
        QVERIFY(world.page.isChanged());
        QVERIFY(world.page.row(u"/listen/port"_s)->isPending());
        QVERIFY(world.actions.log.isEmpty());
        world.page.revert();
        QCOMPARE(world.page.row(u"/listen/port"_s)->value().toInt(), 8484);
        QVERIFY(!world.page.isChanged());
        world.edit(u"/listen/port"_s, 9001);
        world.page.apply();
        QCOMPARE(world.actions.now->listen.port, uint16_t(9001));
        QVERIFY(!world.page.isChanged());
        QVERIFY(!world.page.row(u"/listen/port"_s)->isPending());
    }

    void openDoorsAreWarnedAbout()
    {
        World world;
        QVERIFY(world.page.warning().isEmpty());
        world.edit(u"/listen/address"_s, u"0.0.0.0"_s);
        const QString wide = world.page.warning();
        QVERIFY(!wide.isEmpty());
        world.edit(u"/listen/auth"_s, int(AuthMode::None));
        QVERIFY(world.page.warning() != wide);
        world.edit(u"/listen/address"_s, u"127.0.0.1"_s);
        world.edit(u"/listen/auth"_s, int(AuthMode::Keys));
        QVERIFY(world.page.warning().isEmpty());
    }

    void errorsStandAtTheirField()
    {
        World world;
        world.edit(u"/listen/address"_s, u"not an address"_s);
        world.page.apply();
        QVERIFY(!world.page.errorAt(u"/listen/address"_s).isEmpty());
        QVERIFY(world.actions.log.isEmpty());
        world.actions.configError = Error{"config_invalid", "gateway.json: /store/keepDays: must be above 0"};
        world.edit(u"/listen/address"_s, u"127.0.0.2"_s);
        world.page.apply();
        QCOMPARE(world.page.errorAt(u"/store/keepDays"_s), u"must be above 0"_s);
        world.actions.configError = Error{"config_invalid", "gateway.json: /alerts/quietHours/days/1: is there twice"};
        world.page.apply();
        QCOMPARE(world.page.errorAt(u"/alerts/quietHours/days"_s), u"is there twice"_s);
        world.actions.configError = Error{"config_conflict", "gateway.json was changed on disk"};
        world.page.apply();
        QVERIFY(world.page.problem().contains(u"changed on disk"_s));
    }

    void clientKeysHaveTheirOwnPage()
    {
        World world;
        const QSignalSpy asked(&world.page, &SettingsPage::clientKeysRequested);
        for (QPushButton *button : world.page.findChildren<QPushButton *>()) {
            if (button->text().contains(u"client"_s))
                button->click();
        }
        QCOMPARE(asked.count(), 1);
    }

    void pricesAreCheckedAndApplied()
    {
        World world;
        PriceConfig price;
        price.model = "box/*";
        price.inputUsdPerMTok = 1.25;
        world.page.prices()->addRow(price);
        world.page.prices()->table()->item(0, 2)->setText(u"minus one"_s);
        world.page.apply();
        QVERIFY(world.actions.log.isEmpty());
        world.page.prices()->table()->item(0, 2)->setText(u"10"_s);
        world.page.apply();
        QCOMPARE(world.actions.now->prices.size(), 1u);
        QCOMPARE(*world.actions.now->prices[0].outputUsdPerMTok, 10.0);
        QVERIFY(!world.actions.now->prices[0].cacheReadUsdPerMTok);
    }

    void patternsAreCheckedTriedAndApplied()
    {
        World world;
        RedactionPanel *panel = world.page.redaction();
        panel->addRow({"account", "ACC-(\\d{4}"});
        QVERIFY(world.page.isChanged());
        world.page.apply();
        QVERIFY(world.actions.log.isEmpty());
        QVERIFY2(panel->said().contains(u"Row 1, character 11"_s), qPrintable(panel->said()));
        panel->table()->item(0, 1)->setText(u"ACC-\\d{4}"_s);
        QVERIFY(panel->said().isEmpty());
        panel->sample()->setPlainText(u"a@b.io pays ACC-1234"_s);
        QTRY_COMPARE(panel->shown(), u"«redacted:email» pays «redacted:account»"_s);
        world.edit(u"/store/redact/emails"_s, false);
        QTRY_COMPARE(panel->shown(), u"a@b.io pays «redacted:account»"_s);
        world.page.apply();
        QCOMPARE(world.actions.now->store.redact.patterns.size(), size_t(1));
        QVERIFY(!world.actions.now->store.redact.emails);
        QVERIFY(!world.page.isChanged());
        world.actions.configError =
            Error{"config_invalid", "gateway.json: /store/redact/patterns/0/name: is used twice"};
        panel->addRow({"other", "x+"});
        world.page.apply();
        QVERIFY(panel->said().contains(u"is used twice"_s));
    }

    void proxysPasswordGoesToTheKeychain()
    {
        World world;
        world.edit(u"/noProxy"_s, u"intern.example, 10.0.0.0/8"_s);
        world.edit(u"/proxy"_s, u"http://me:p%40ss@proxy.example:3128"_s);
        world.page.apply();
        QTRY_COMPARE(world.actions.now->proxy, std::string("http://me@proxy.example:3128"));
        QCOMPARE(world.actions.now->proxyPassword, std::string("keychain:signalbox/proxy"));
        QCOMPARE(world.actions.now->noProxy.size(), size_t(2));
        QCOMPARE(world.actions.secretReference, std::string("keychain:signalbox/proxy"));
        QCOMPARE(world.actions.secret, std::string("p@ss"));
        world.edit(u"/proxy"_s, u"http://proxy.example:3128"_s);
        world.page.apply();
        QVERIFY(world.actions.now->proxyPassword.empty());
        QTRY_COMPARE(world.actions.removed, QStringList{u"keychain:signalbox/proxy"_s});
        world.edit(u"/noProxy"_s, u"http://x"_s);
        world.page.apply();
        QVERIFY(!world.page.errorAt(u"/noProxy"_s).isEmpty());
    }

    void backupsByThemselves()
    {
        World world;
        world.edit(u"/backup/every"_s, 24);
        world.edit(u"/backup/keep"_s, 3);
        world.page.apply();
        QCOMPARE(world.actions.now->backup.every, Millis(86400000));
        QCOMPARE(world.actions.now->backup.keep, 3);
        world.edit(u"/backup/every"_s, 0);
        world.page.apply();
        QVERIFY(world.actions.now->backup == BackupConfig());
    }

    void editsElsewhereStay()
    {
        World world;
        world.edit(u"/store/keepDays"_s, 7);
        Config other = *world.actions.now;
        other.store.maxMiB = 99;
        ProviderConfig provider;
        provider.id = "box";
        other.providers.push_back(provider);
        (void)world.actions.apply(other, {});
        world.page.apply();
        QCOMPARE(world.actions.now->store.keepDays, 7);
        QCOMPARE(world.actions.now->store.maxMiB, 99);
        QCOMPARE(world.actions.now->providers.size(), 1u);
    }

    void everyFieldHasAName()
    {
        World world;
        for (const SettingRow *row : world.page.form()->rows()) {
            QVERIFY2(!row->editor()->accessibleName().isEmpty(), qPrintable(row->setting().key));
            QVERIFY2(!row->resetButton()->accessibleName().isEmpty(), qPrintable(row->setting().key));
            QCOMPARE(row->label()->buddy(), row->editor());
        }
    }

    void searchFindsAndMarks()
    {
        World world;
        world.page.setSearch(u"quiet"_s);
        QCOMPARE(world.page.shownSections(), QStringList{u"notifications"_s});
        QVERIFY(world.page.shownRows().contains(u"/alerts/quietHours/time"_s));
        QVERIFY(!world.page.shownRows().contains(u"/alerts/desktop"_s));
        QVERIFY(world.page.row(u"/alerts/quietHours/time"_s)->label()->text().contains(u"<span"_s));
        world.page.setSearch(u"PORT tcp"_s); // all words, in any case, also those that are not shown
        QCOMPARE(world.page.shownRows(), QStringList{u"/listen/port"_s});
        world.page.setSearch(u"restore"_s);
        QVERIFY(world.page.shownSections().contains(u"data"_s));
        world.page.setSearch(u"no such thing anywhere"_s);
        QVERIFY(world.page.shownSections().isEmpty());
        world.page.setSearch({});
        QVERIFY(world.page.shownSections().size() >= 10);
        QVERIFY(!world.page.row(u"/alerts/quietHours/time"_s)->label()->text().contains(u"<span"_s));
    }

    void whatDiffersIsMarkedAndResetWithUndo()
    {
        World world;
        ToastHost toasts(&world.page);
        world.page.show();
        QVERIFY(world.page.row(u"/store/keepDays"_s)->resetButton()->isHidden());
        world.edit(u"/store/keepDays"_s, 7);
        world.page.apply();
        SettingRow *row = world.page.row(u"/store/keepDays"_s);
        QVERIFY(!row->resetButton()->isHidden());
        world.page.setChangedOnly(true);
        QCOMPARE(world.page.shownRows(), QStringList{u"/store/keepDays"_s});
        world.page.setChangedOnly(false);
        row->resetButton()->click();
        QCOMPARE(row->value().toInt(), 30);
        QVERIFY(row->isPending());
        QTRY_COMPARE(toasts.count(), 1);
        QPushButton *undo = nullptr;
        for (QPushButton *button : toasts.findChildren<QPushButton *>()) {
            if (button->text() == u"Undo"_s)
                undo = button;
        }
        QVERIFY(undo);
        undo->click();
        QCOMPARE(row->value().toInt(), 7);
        QVERIFY(!world.page.isChanged());
    }

    void windowSettingsAreInForceAtOnce()
    {
        World world;
        const QSignalSpy told(&world.page, &SettingsPage::windowSettingChanged);
        world.edit(themeSetting, u"high-contrast"_s);
        QVERIFY(theme().isHighContrast());
        QCOMPARE(Preferences().value(themeSetting).toString(), u"high-contrast"_s);
        QVERIFY(!world.page.isChanged());
        QCOMPARE(told.count(), 1);
        world.edit(motionSetting, u"reduced"_s);
        QVERIFY(theme().reduceMotion());
        QCOMPARE(theme().motion(std::chrono::milliseconds(120)).count(), 0);
        world.edit(densitySetting, u"compact"_s);
        QCOMPARE(theme().rowHeight(), 24);
        theme().setMode(Theme::Mode::Dark); // by the view menu, which keeps it too
        Preferences().setValue(themeSetting, u"dark"_s);
        Q_EMIT theme().themeChanged();
        QCOMPARE(world.page.row(themeSetting)->value().toString(), u"dark"_s);
        Preferences().clear();
        WindowSettings::applyAppearance();
        QVERIFY(!theme().reduceMotion());
        QCOMPARE(theme().rowHeight(), 28);
    }

    void webhooksAreEditedAndTested()
    {
        World world;
        WebhooksPanel *panel = world.page.webhooks();
        WebhookConfig hook;
        hook.id = "chat";
        hook.url = "keychain:signalbox/chat";
        hook.kinds = {AlertKind::Budget};
        panel->addRow(hook);
        panel->table()->item(0, 3)->setText(u"budget, nonsense"_s);
        world.page.apply();
        QVERIFY(panel->said().contains(u"nonsense"_s));
        QVERIFY(world.actions.log.isEmpty());
        panel->table()->item(0, 3)->setText(u"budget, quota"_s);
        world.page.apply();
        QCOMPARE(world.actions.now->alerts.webhooks.size(), 1u);
        QCOMPARE(world.actions.now->alerts.webhooks[0].kinds,
                 (std::set<AlertKind>{AlertKind::Budget, AlertKind::Quota}));
        panel->testCurrent();
        QTRY_VERIFY(panel->said().contains(u"HTTP 204"_s));
        QCOMPARE(world.maintenance.tested.url, hook.url);
        world.maintenance.webhookAnswer = Error{"webhook_refused", "HTTP 404: no such hook"};
        panel->testCurrent();
        QTRY_VERIFY(panel->said().contains(u"404"_s));
    }

    void historyIsDeletedAfterAQuestion()
    {
        World world;
        DataPanel *data = world.page.data();
        data->ageBox()->setCurrentIndex(0);
        data->askToDelete();
        QTRY_VERIFY(!data->confirmButton()->parentWidget()->isHidden());
        QCOMPARE(world.maintenance.log, QStringList{u"count"_s});
        data->confirmButton()->click();
        QTRY_VERIFY(data->said().contains(u"12"_s) && data->said().contains(u"4"_s));
        QCOMPARE(world.maintenance.log, (QStringList{u"count"_s, u"delete"_s}));
        world.maintenance.count = int64_t(0);
        data->askToDelete();
        QTRY_VERIFY(data->said().contains(u"none"_s));
        QCOMPARE(world.maintenance.log.count(u"delete"_s), 1);
    }

    void aBackupIsCheckedBeforeItIsRestored()
    {
        World world;
        DataPanel *data = world.page.data();
        world.maintenance.backup = Error{"ledger_damaged", "/b: its ledger is damaged"};
        data->restoreFrom(u"/b"_s);
        QTRY_VERIFY(data->said().contains(u"damaged"_s));
        QCOMPARE(world.maintenance.log, QStringList{u"check"_s});
        world.maintenance.backup = BackupInfo{u"/b"_s, 1'700'000'000'000, 50, 1024, true, {}};
        data->restoreFrom(u"/b"_s);
        QTRY_VERIFY(!data->confirmButton()->parentWidget()->isHidden());
        QVERIFY(!world.maintenance.log.contains(u"restore"_s));
        data->confirmButton()->click();
        QTRY_COMPARE(world.maintenance.log.last(), u"restore"_s);
    }

    void reportIsWritten()
    {
        World world;
        world.page.files()->writeReport(u"/tmp/report.txt"_s);
        QTRY_VERIFY(world.page.files()->said().contains(u"/tmp/report.txt"_s));
    }
};

QTEST_MAIN(tst_SettingsPage)
#include "tst_settings_page.moc"
