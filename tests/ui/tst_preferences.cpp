// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/preferences/preference_writer.h"
#include "ui/preferences/preferences.h"

#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThreadPool>
#include <QtTest/QtTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TstPreferences : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_dir.isValid());
        QCoreApplication::setOrganizationName(u"tst"_s);
        QCoreApplication::setApplicationName(u"preferences"_s);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_dir.path());
        QSettings().setValue(u"old/size"_s, 7);
    }
    void init() { QVERIFY(QThreadPool::globalInstance()->waitForDone(10'000)); }

    void readsWhatTheFileHeld();
    void everyObjectSeesTheSame();
    void groups();
    void comesToTheFile();
    void removesAGroupWhole();
    void clears();
    void lastOfManyWins();
    void anotherApplication(); // the last: it changes the name

private:
    static bool inFile(const QString &key, const QVariant &value)
    {
        return QThreadPool::globalInstance()->waitForDone(10'000) &&
               QSettings().value(key).toString() == value.toString();
    }

    QTemporaryDir m_dir;
};

void TstPreferences::readsWhatTheFileHeld()
{
    QCOMPARE(Preferences().value(u"old/size"_s).toInt(), 7);
    QVERIFY(Preferences().contains(u"old/size"_s));
    QVERIFY(!Preferences().contains(u"old"_s));
    QCOMPARE(Preferences().value(u"none"_s, 3).toInt(), 3);
}

void TstPreferences::everyObjectSeesTheSame()
{
    Preferences first;
    first.setValue(u"a"_s, 1);
    QCOMPARE(Preferences().value(u"a"_s).toInt(), 1);
    Preferences().setValue(u"a"_s, 2);
    QCOMPARE(first.value(u"a"_s).toInt(), 2);
}

void TstPreferences::groups()
{
    Preferences group;
    group.beginGroup(u"page"_s);
    group.setValue(u"width"_s, 300);
    QCOMPARE(Preferences().value(u"page/width"_s).toInt(), 300);
    QVERIFY(inFile(u"page/width"_s, 300));
    group.remove(u"width"_s);
    QVERIFY(!Preferences().contains(u"page/width"_s));
}

void TstPreferences::comesToTheFile()
{
    Preferences().setValue(u"list"_s, QStringList{u"x"_s, u"y"_s});
    QVERIFY(QThreadPool::globalInstance()->waitForDone(10'000));
    QCOMPARE(QSettings().value(u"list"_s).toStringList(), (QStringList{u"x"_s, u"y"_s}));
    Preferences().setValue(u"list"_s, QStringList{u"z"_s});
    QVERIFY(QThreadPool::globalInstance()->waitForDone(10'000));
    QCOMPARE(QSettings().value(u"list"_s).toStringList(), QStringList{u"z"_s});
}

void TstPreferences::removesAGroupWhole()
{
    Preferences().setValue(u"views/one"_s, 1);
    Preferences().setValue(u"views/two"_s, 2);
    Preferences().setValue(u"viewsOther"_s, 3);
    Preferences().remove(u"views"_s);
    QVERIFY(!Preferences().contains(u"views/one"_s));
    QCOMPARE(Preferences().value(u"viewsOther"_s).toInt(), 3);
    QVERIFY(inFile(u"viewsOther"_s, 3));
    QVERIFY(!QSettings().contains(u"views/two"_s));
}

void TstPreferences::clears()
{
    Preferences().setValue(u"gone"_s, 1);
    Preferences().clear();
    QVERIFY(!Preferences().contains(u"gone"_s));
    Preferences().setValue(u"after"_s, 1);
    QVERIFY(inFile(u"after"_s, 1));
    QCOMPARE(QSettings().allKeys(), QStringList{u"after"_s});
}

void TstPreferences::lastOfManyWins()
{
    PreferenceWriter writer;
    for (int i = 0; i <= 5'000; ++i) {
        writer.set(u"many"_s, i);
        if (i == 2'500)
            writer.remove(u"many"_s);
    }
    QVERIFY(inFile(u"many"_s, 5'000));
}

void TstPreferences::anotherApplication()
{
    Preferences().setValue(u"mine"_s, 1);
    QVERIFY(inFile(u"mine"_s, 1));
    QCoreApplication::setApplicationName(u"other"_s);
    Preferences::reload();
    QVERIFY(!Preferences().contains(u"mine"_s));
    Preferences().setValue(u"its"_s, 2);
    QVERIFY(inFile(u"its"_s, 2));
    QVERIFY(!QSettings().contains(u"mine"_s));
}

QTEST_GUILESS_MAIN(TstPreferences)
#include "tst_preferences.moc"
