// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ids.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <set>

using namespace signalbox;

class TestIds final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void uuidHasVersionAndTime()
    {
        const QString id = QString::fromStdString(makeUuid7(0x0193'5555'aaaaLL));
        static const QRegularExpression shape(
            QStringLiteral("^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"));
        QVERIFY2(shape.match(id).hasMatch(), qPrintable(id));
        QVERIFY2(id.startsWith(QStringLiteral("01935555-aaaa-7")), qPrintable(id));
    }

    void uuidsGrowWithinOneMillisecondAndWhenTheClockGoesBack()
    {
        constexpr int64_t later = 0x0193'5555'bbbbLL;
        std::string last;
        std::set<std::string> seen;
        for (int i = 0; i < 10'000; ++i) {
            const std::string id = makeUuid7(i % 3 == 0 ? later - 1000 : later);
            QVERIFY2(id > last, id.c_str());
            QVERIFY(seen.insert(id).second);
            last = id;
        }
    }

    void traceIdsHaveTheirLengthAndDiffer()
    {
        QCOMPARE(makeTraceId().size(), size_t{32});
        QCOMPARE(makeSpanId().size(), size_t{16});
        QVERIFY(makeTraceId() != makeTraceId());
    }
};

QTEST_APPLESS_MAIN(TestIds)
#include "tst_ids.moc"
