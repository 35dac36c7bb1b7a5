// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/log_sink.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtTest/QTest>

#include <memory>
#include <vector>

using namespace signalbox;

class TestLogSink final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rotatesAndKeepsEveryLine()
    {
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("signalbox.log"));
        constexpr int lines = 20;
        constexpr qint64 lineBytes = 1024 * 1024;
        qint64 written = 0;
        {
            LogSink sink(folder.path());
            for (int i = 0; i < lines; ++i) {
                sink.write(std::string(lineBytes - 1, 'x') + "\n");
                written += lineBytes;
                // Below the limit of what may wait, so that nothing is dropped.
                const auto onDisk = [&] { return QFile(path).size() + QFile(path + QStringLiteral(".1")).size(); };
                QTRY_COMPARE_WITH_TIMEOUT(onDisk(), written, 5000);
            }
        }
        QVERIFY(QFile::exists(path + QStringLiteral(".1")));
        QVERIFY(!QFile::exists(path + QStringLiteral(".2")));
        QVERIFY(QFile(path).size() < 16 * lineBytes);
    }

    void linesOfManyThreadsStayWhole()
    {
        QTemporaryDir folder;
        {
            LogSink sink(folder.path());
            std::vector<std::unique_ptr<QThread>> threads;
            for (int t = 0; t < 4; ++t) {
                threads.emplace_back(QThread::create([&sink] {
                    for (int i = 0; i < 500; ++i)
                        sink.note("info", "event", "text");
                }));
                threads.back()->start();
            }
            for (const auto &thread : threads)
                thread->wait();
        }
        QFile file(folder.filePath(QStringLiteral("signalbox.log")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().split('\n');
        QCOMPARE(lines.size(), 4 * 500 + 1);
        for (int i = 0; i + 1 < lines.size(); ++i)
            QVERIFY(lines.at(i).startsWith("{\"time\":") && lines.at(i).endsWith("}"));
    }

    void timesAreIso()
    {
        QCOMPARE(isoTime(0), std::string("1970-01-01T00:00:00.000Z"));
        QCOMPARE(isoTime(1'795'352'700'123), std::string("2026-11-22T13:05:00.123Z"));
        QCOMPARE(isoTime(1'795'352'700'007), std::string("2026-11-22T13:05:00.007Z"));
    }
};

QTEST_GUILESS_MAIN(TestLogSink)
#include "tst_log_sink.moc"
