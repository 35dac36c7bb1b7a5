// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"
#include "ui/preferences/preferences.h"
#include "ui/settings/autostart.h"
#include "ui/settings/setting.h"
#include "ui/settings/shortcut_book.h"

#include <QtCore/QFile>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

// The table of settings as such, and what needs no page.
class tst_Setting final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-test"_s);
        QCoreApplication::setApplicationName(u"setting"_s);
        Preferences().clear();
    }

    void everyOneIsWhole()
    {
        QStringList sections;
        for (const SettingSection &section : settingSections())
            sections += section.id;
        QSet<QString> keys;
        for (const SettingEntry &setting : settingsTable()) {
            QVERIFY2(!keys.contains(setting.key), qPrintable(setting.key));
            keys.insert(setting.key);
            QVERIFY2(sections.contains(setting.section), qPrintable(setting.key));
            QVERIFY2(!setting.label.isEmpty() && !setting.words.isEmpty(), qPrintable(setting.key));
            QVERIFY2(setting.usual.isValid(), qPrintable(setting.key));
            QCOMPARE(setting.isOfConfig(), setting.key.startsWith(u'/'));
            QVERIFY2(!setting.check || setting.check(setting.usual).isEmpty(), qPrintable(setting.key));
            if (setting.type == SettingEntry::Type::Choice)
                QVERIFY2(std::any_of(setting.choices.begin(), setting.choices.end(),
                                     [&](const auto &choice) { return choice.second == setting.usual; }),
                         qPrintable(setting.key));
            if (setting.isOfConfig())
                QCOMPARE(setting.read(Config()), setting.usual);
        }
        QVERIFY(keys.size() > 25);
    }

    // What is written is read back, by the file too, and nothing else changes.
    void writtenAndReadBack()
    {
        for (const SettingEntry &setting : settingsTable()) {
            if (!setting.isOfConfig())
                continue;
            Config config;
            config.alerts.quietHours.time = "22:00-07:00"; // without it days and zone say nothing
            config.catalogue.url = "https://example.com/catalogue.json";
            config.backup.every = std::chrono::hours(24); // without it there are none to keep
            const QVariant value = another(setting);
            QVERIFY2(!setting.check || setting.check(value).isEmpty(), qPrintable(setting.key));
            setting.write(config, value);
            QVERIFY2(setting.read(config) == value, qPrintable(setting.key));
            const auto again = readConfig(writeConfig(config));
            QVERIFY2(again, again ? "" : again.error().message.c_str());
            QVERIFY2(setting.read(*again) == value, qPrintable(setting.key));
        }
    }

    void mistakes_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::newRow("address") << u"/listen/address"_s << u"here"_s;
        QTest::newRow("proxy") << u"/proxy"_s << u"ftp://x"_s;
        QTest::newRow("catalogue") << u"/catalogue/url"_s << u"catalogue.json"_s;
        QTest::newRow("shares fall") << u"/alerts/thresholds"_s << u"95, 80"_s;
        QTest::newRow("shares above") << u"/alerts/thresholds"_s << u"120"_s;
        QTest::newRow("quiet hours") << u"/alerts/quietHours/time"_s << u"at night"_s;
        QTest::newRow("days") << u"/alerts/quietHours/days"_s << u"mon, someday"_s;
        QTest::newRow("zone") << u"/alerts/quietHours/timeZone"_s << u"Mars/Olympus"_s;
    }
    void mistakes()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        for (const SettingEntry &setting : settingsTable()) {
            if (setting.key == key) {
                QVERIFY(!setting.check(value).isEmpty());
                return;
            }
        }
        QFAIL("no such setting");
    }

    void hitsDoNotOverlap()
    {
        QCOMPARE(searchHits(u"Start at start"_s, u"START"_s), (std::vector<SearchHit>{{0, 5}, {9, 5}}));
        QCOMPARE(searchHits(u"abcd"_s, u"abc bcd"_s), (std::vector<SearchHit>{{0, 4}}));
        QVERIFY(searchHits(u"abcd"_s, {}).empty());
        QCOMPARE(highlighted(u"a < b"_s, u"b"_s, u"#000"_s, u"#fff"_s),
                 u"a &lt; <span style=\"background-color:#000;color:#fff\">b</span>"_s);
        QVERIFY(textMatches(u"Keep requests for"_s, u"requests keep"_s));
        QVERIFY(!textMatches(u"Keep requests for"_s, u"requests forever"_s));
    }

    void startAtLogin()
    {
        const QTemporaryDir dir;
        Autostart start(dir.filePath(u"autostart"_s), u"/opt/my \"box\" 100%/signalbox"_s);
        QVERIFY(!start.isOn());
        QVERIFY(start.set(true));
        QVERIFY(start.isOn());
        QFile file(start.path());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray entry = file.readAll();
        QVERIFY(entry.startsWith("[Desktop Entry]\nType=Application\n"));
        QVERIFY2(entry.contains("Exec=\"/opt/my \\\\\"box\\\\\" 100%%/signalbox\" --minimized\n"), entry.constData());
        file.close();
        QVERIFY(file.open(QIODevice::Append));
        file.write("Hidden = true\n"); // another tool switched it off
        file.close();
        QVERIFY(!start.isOn());
        QVERIFY(start.set(false));
        QVERIFY(!QFile::exists(start.path()));
        QVERIFY(start.set(false));
    }

    void shortcuts()
    {
        QAction find(u"&Find"_s);
        find.setShortcut(QKeySequence(u"Ctrl+F"_s));
        QAction other(u"Other"_s);
        other.setShortcut(QKeySequence(u"Ctrl+F"_s)); // on another page: fine
        QAction quit(u"&Quit"_s);
        quit.setShortcut(QKeySequence(u"Ctrl+Q"_s));
        {
            ShortcutBook book;
            const QAbstractItemModelTester tester(&book);
            book.add(u"window.quit"_s, &quit, {});
            book.add(u"one.find"_s, &find, u"One"_s);
            book.add(u"two.other"_s, &other, u"Two"_s);
            const int row = book.rowOf(u"one.find"_s);
            QVERIFY(book.conflict(row, find.shortcut()).isEmpty());
            const QString taken = book.setKeys(row, QKeySequence(u"Ctrl+Q"_s));
            QVERIFY2(taken.contains(u"Quit"_s), qPrintable(taken));
            QCOMPARE(find.shortcut(), QKeySequence(u"Ctrl+F"_s));
            QVERIFY(book.setKeys(row, QKeySequence(u"Ctrl+Shift+F"_s)).isEmpty());
            QVERIFY(book.isChanged(row));
            QCOMPARE(book.changedCount(), 1);
            QVERIFY(book.setKeys(book.rowOf(u"two.other"_s), QKeySequence()).isEmpty());
        }
        find.setShortcut(QKeySequence(u"Ctrl+F"_s)); // as after a new start
        other.setShortcut(QKeySequence(u"Ctrl+F"_s));
        ShortcutBook book;
        book.add(u"one.find"_s, &find, u"One"_s);
        book.add(u"two.other"_s, &other, u"Two"_s);
        QCOMPARE(find.shortcut(), QKeySequence(u"Ctrl+Shift+F"_s));
        QVERIFY(other.shortcut().isEmpty());
        book.resetAll();
        QCOMPARE(find.shortcut(), QKeySequence(u"Ctrl+F"_s));
        QCOMPARE(book.changedCount(), 0);
        QVERIFY(!Preferences().contains(u"shortcuts/one.find"_s));
    }

private:
    static QVariant another(const SettingEntry &setting)
    {
        switch (setting.type) {
        case SettingEntry::Type::Number:
            return setting.usual.toInt() == setting.most ? setting.least : setting.usual.toInt() + 1;
        case SettingEntry::Type::Switch:
            return !setting.usual.toBool();
        case SettingEntry::Type::Choice:
            return setting.choices.front().second == setting.usual ? setting.choices.back().second
                                                                   : setting.choices.front().second;
        case SettingEntry::Type::Text:
            break;
        }
        static const QHash<QString, QString> texts{
            {u"/listen/address"_s, u"127.0.0.9"_s},        {u"/listen/hosts"_s, u"box.lan, gate.lan"_s},
            {u"/proxy"_s, u"socks5://127.0.0.1:1080"_s},   {u"/catalogue/url"_s, u"https://example.org/c.json"_s},
            {u"/alerts/thresholds"_s, u"50, 99.5"_s},      {u"/alerts/quietHours/time"_s, u"21:00-06:30"_s},
            {u"/alerts/quietHours/days"_s, u"mon, fri"_s}, {u"/alerts/quietHours/timeZone"_s, u"Europe/Berlin"_s}};
        return texts.value(setting.key);
    }
};

QTEST_MAIN(tst_Setting)
#include "tst_setting.moc"
