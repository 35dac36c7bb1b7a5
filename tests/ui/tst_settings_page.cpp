// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/client_key.h"
#include "tests/ui/fake_pages.h"
#include "ui/settings/prices_panel.h"
#include "ui/settings/settings_page.h"
#include "ui/widgets/theme.h"

#include <QtCore/QSettings>
#include <QtCore/QStandardPaths>
#include <QtTest/QtTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTableWidget>

using namespace signalbox;

class tst_SettingsPage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("signalbox-test"));
        theme().install();
    }

    void keysHaveTheirForm()
    {
        static const QRegularExpression form(QStringLiteral("^sb-[A-Za-z0-9_-]{43}$"));
        const QString key = QString::fromStdString(makeClientKey());
        QVERIFY(form.match(key).hasMatch());
        QVERIFY(key.toStdString() != makeClientKey());
        QCOMPARE(clientKeySha256("abc"),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void changesAreADraftUntilApplied()
    {
        FakeActions actions;
        SettingsPage page(&actions, QStringLiteral("/data"));
        page.portField()->setValue(9000);
        QVERIFY(page.isChanged());
        QVERIFY(actions.log.isEmpty());
        page.revert();
        QCOMPARE(page.portField()->value(), 8484);
        QVERIFY(!page.isChanged());
        page.portField()->setValue(9001);
        page.apply();
        QCOMPARE(actions.now->listen.port, uint16_t(9001));
        QVERIFY(!page.isChanged());
    }

    void openDoorsAreWarnedAbout()
    {
        FakeActions actions;
        SettingsPage page(&actions, QStringLiteral("/data"));
        QVERIFY(page.warning().isEmpty());
        page.addressField()->setText(QStringLiteral("0.0.0.0"));
        const QString wide = page.warning();
        QVERIFY(!wide.isEmpty());
        page.authBox()->setCurrentIndex(1);
        QVERIFY(page.warning() != wide);
        page.addressField()->setText(QStringLiteral("127.0.0.1"));
        page.authBox()->setCurrentIndex(0);
        QVERIFY(page.warning().isEmpty());
    }

    void errorsStandAtTheirField()
    {
        FakeActions actions;
        SettingsPage page(&actions, QStringLiteral("/data"));
        page.addressField()->setText(QStringLiteral("not an address"));
        page.apply();
        QVERIFY(!page.errorAt(QStringLiteral("/listen/address")).isEmpty());
        QVERIFY(actions.log.isEmpty());
        actions.configError = Error{"config_invalid", "gateway.json: /store/keepDays: must be above 0"};
        page.addressField()->setText(QStringLiteral("127.0.0.2"));
        page.apply();
        QCOMPARE(page.errorAt(QStringLiteral("/store/keepDays")), QStringLiteral("must be above 0"));
    }

    void clientKeysHaveTheirOwnPage()
    {
        FakeActions actions;
        SettingsPage page(&actions, QStringLiteral("/data"));
        const QSignalSpy asked(&page, &SettingsPage::clientKeysRequested);
        for (QPushButton *button : page.findChildren<QPushButton *>()) {
            if (button->text().contains(QStringLiteral("client")))
                button->click();
        }
        QCOMPARE(asked.count(), 1);
    }

    void pricesAreCheckedAndApplied()
    {
        FakeActions actions;
        SettingsPage page(&actions, QStringLiteral("/data"));
        PriceConfig price;
        price.model = "box/*";
        price.inputUsdPerMTok = 1.25;
        page.prices()->addRow(price);
        page.prices()->table()->item(0, 2)->setText(QStringLiteral("minus one"));
        page.apply();
        QVERIFY(actions.log.isEmpty());
        page.prices()->table()->item(0, 2)->setText(QStringLiteral("10"));
        page.apply();
        QCOMPARE(actions.now->prices.size(), 1u);
        QCOMPARE(*actions.now->prices[0].outputUsdPerMTok, 10.0);
        QVERIFY(!actions.now->prices[0].cacheReadUsdPerMTok);
    }

    void editsElsewhereStay()
    {
        FakeActions actions;
        SettingsPage page(&actions, QStringLiteral("/data"));
        page.daysField()->setValue(7);
        Config other = *actions.now;
        other.listen.hosts.push_back("box.lan");
        ProviderConfig provider;
        provider.id = "box";
        other.providers.push_back(provider);
        (void)actions.apply(other, {});
        page.apply();
        QCOMPARE(actions.now->store.keepDays, 7);
        QCOMPARE(actions.now->providers.size(), 1u);
        QCOMPARE(actions.now->listen.hosts.size(), 1u);
    }

    void everyFieldHasAName()
    {
        FakeActions actions;
        SettingsPage page(&actions, QStringLiteral("/data"));
        for (const QWidget *widget :
             {static_cast<QWidget *>(page.addressField()), static_cast<QWidget *>(page.portField()),
              static_cast<QWidget *>(page.authBox()), static_cast<QWidget *>(page.bodiesBox())})
            QVERIFY(!widget->accessibleName().isEmpty());
    }
};

QTEST_MAIN(tst_SettingsPage)
#include "tst_settings_page.moc"
