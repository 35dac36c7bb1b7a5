// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/gateway/kept_store.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

constexpr auto continuity = KeptItem::Kind::Continuity;
constexpr auto response = KeptItem::Kind::Response;

} // namespace

class TestKeptStore final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsByKindAndKey()
    {
        FakeClock clock;
        std::vector<KeptItem> written;
        KeptStore store(clock, [&](KeptItem item) { written.push_back(std::move(item)); });
        store.put(continuity, "k", "one", 1000);
        store.put(response, "k", "two", 1000);
        QCOMPARE(*store.find(continuity, "k"), std::string("one"));
        QCOMPARE(*store.find(response, "k"), std::string("two"));
        QVERIFY(!store.find(continuity, "other"));
        store.put(continuity, "k", "three", 1000);
        QCOMPARE(*store.find(continuity, "k"), std::string("three"));
        QCOMPARE(written.size(), size_t(3));
        QCOMPARE(written.back().expiresAtMs, clock.wallMs() + 1000);
        QCOMPARE(store.bytes(), size_t(1 + 5 + 1 + 3));
    }

    void forgetsWhatExpired()
    {
        FakeClock clock;
        KeptStore store(clock, nullptr);
        store.put(continuity, "k", "v", 1000);
        clock.advanceMs(1000);
        QVERIFY(store.find(continuity, "k"));
        clock.advanceMs(1);
        QVERIFY(!store.find(continuity, "k"));
        QCOMPARE(store.bytes(), size_t(0));
    }

    void leastRecentlyUsedGoesFirst()
    {
        FakeClock clock;
        KeptStore store(clock, nullptr);
        const std::string big(KeptStore::mostBytes / 3, 'x');
        store.put(continuity, "a", big, 1000);
        store.put(continuity, "b", big, 1000);
        QVERIFY(store.find(continuity, "a"));
        store.put(continuity, "c", big, 1000);
        QVERIFY(store.find(continuity, "a"));
        QVERIFY(!store.find(continuity, "b"));
        QVERIFY(store.find(continuity, "c"));
        QVERIFY(store.bytes() <= KeptStore::mostBytes);
    }

    void loadKeepsTheOrderGiven()
    {
        FakeClock clock;
        KeptStore store(clock, [](const KeptItem &) { QFAIL("loading must not write"); });
        store.load({{continuity, "new", "1", clock.wallMs() + 5}, {continuity, "old", "2", clock.wallMs() - 1}});
        QVERIFY(store.find(continuity, "new"));
        QVERIFY(!store.find(continuity, "old"));
    }
};

QTEST_APPLESS_MAIN(TestKeptStore)
#include "tst_kept_store.moc"
