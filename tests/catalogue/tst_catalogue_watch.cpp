// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue_watch.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;

class TstCatalogueWatch final : public QObject
{
    Q_OBJECT

    static QByteArray document(const char *price)
    {
        return QByteArray("{'version':1,'sources':{'s':{'package':'p 1','licence':'MIT','asOf':'2026-01-02'}},"
                          "'providers':[{'id':'p','name':'P'}],'models':[{'provider':'p','model':'m','source':'s',"
                          "'asOf':'2026-01-02','inputUsdPerMTok':")
                   .replace('\'', '"') +
               price + ",\"outputUsdPerMTok\":1}]}";
    }

private Q_SLOTS:
    void tellsWhatOthersPutThere()
    {
        const QTemporaryDir dir;
        CatalogueFiles files(dir.path());
        CatalogueWatch watch(dir.path());
        watch.setCurrent(files.load().catalogue);
        QList<CatalogueFiles::Loaded> told;
        connect(&watch, &CatalogueWatch::changed, this,
                [&](const CatalogueFiles::Loaded &loaded) { told.append(loaded); });
        QVERIFY(files.apply(document("1"), true));
        QTRY_COMPARE(told.size(), 1);
        QVERIFY(told[0].catalogue->find("p", "m"));
        QVERIFY(!told[0].shipped);

        const QByteArray scores = "model,metric,score\nm,ours,5\n";
        QVERIFY(files.applyQuality(scores));
        QTRY_COMPARE(told.size(), 2);
        QVERIFY(!told[1].catalogue->quality().scoresOf("p", "m").empty());
    }

    void theOwnChangeIsNotNews()
    {
        const QTemporaryDir dir;
        CatalogueFiles files(dir.path());
        QVERIFY(files.apply(document("1"), true));
        CatalogueWatch watch(dir.path());
        QSignalSpy told(&watch, &CatalogueWatch::changed);
        QVERIFY(files.apply(document("1.5"), true));
        watch.setCurrent(files.load().catalogue); // as the program that did it says
        QVERIFY(files.apply(document("2"), true));
        watch.setCurrent(files.load().catalogue);
        QVERIFY(files.apply(document("2.5"), true)); // somebody else's
        QTRY_COMPARE(told.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TstCatalogueWatch)
#include "tst_catalogue_watch.moc"
