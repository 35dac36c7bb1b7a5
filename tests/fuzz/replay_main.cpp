// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/fuzz/fuzz_one.h"

#include <QtCore/QDir>
#include <QtTest/QtTest>

// Feeds each file of the corpus, and each beginning of it, to the fuzz target.
class ReplayCorpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void replay_data()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(SIGNALBOX_CORPUS));
        const QStringList names = folder.entryList(QDir::Files, QDir::Name);
        QVERIFY2(!names.isEmpty(), qPrintable(folder.path()));
        for (const QString &name : names)
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }

    void replay()
    {
        QFETCH(QString, path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        for (qsizetype size = 0; size <= bytes.size(); ++size) {
            // A copy of just this size: reading behind its end is seen by the address sanitizer.
            const std::vector<uint8_t> input(bytes.begin(), bytes.begin() + size);
            QCOMPARE(fuzzOne(input.data(), input.size()), 0);
        }
    }
};

QTEST_APPLESS_MAIN(ReplayCorpus)
#include "replay_main.moc"
