// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ranked_search.h"

#include "core/ledger/filter/filter_language.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QtTest>

#include <algorithm>

using namespace signalbox;
using namespace signalbox::test;
using Key = RequestOrder::Key;

Q_DECLARE_METATYPE(signalbox::RequestOrder)

namespace {

constexpr int64_t stepMs = 60'000;

std::optional<double> figureOf(const RequestRow &row, Key key)
{
    const auto maybe = [](const auto &value) { return value ? std::optional<double>(double(*value)) : std::nullopt; };
    switch (key) {
    case Key::Status:
        return row.status;
    case Key::Attempts:
        return row.attempts;
    case Key::FirstToken:
        return row.ttftMs;
    case Key::Duration:
        return row.durationMs;
    case Key::Input:
        return maybe(row.usage.input);
    case Key::Cached:
        return maybe(row.usage.cachedInput);
    case Key::Written:
        return maybe(row.usage.cacheWrite);
    case Key::Output:
        return maybe(row.usage.output);
    case Key::Reasoning:
        return maybe(row.usage.reasoning);
    case Key::Cost:
        return maybe(row.cost.nanoUsd);
    case Key::Losses:
        return row.lossCount;
    }
    return {};
}

} // namespace

class TstRankedSearch final : public QObject
{
    Q_OBJECT

private:
    const int64_t m_start = QDateTime(QDate(2026, 11, 20), QTime(7, 10), Qt::UTC).toMSecsSinceEpoch();
    std::unique_ptr<SpendLedger> m_ledger;
    std::unique_ptr<LedgerReader> m_reader;

    void fill(int64_t rows, int64_t after = 0) { m_ledger->fill(rows, m_start + after * stepMs, stepMs); }
    RankedRequests ranked(const RequestFilter &filter, const RequestOrder &order, int limit = 20'000)
    {
        for (;;) {
            const auto found = m_reader->ranked(filter, order, 0, limit, 1'000);
            if (!found || found->complete)
                return found ? *found : RankedRequests();
        }
    }
    static RequestFilter filterOf(const char *text)
    {
        RequestFilter filter;
        filter.terms = readFilter(text, {}).terms;
        return filter;
    }

private Q_SLOTS:
    void init()
    {
        m_ledger = std::make_unique<SpendLedger>();
        fill(600);
        m_reader = m_ledger->reader();
        QVERIFY(m_reader);
    }

    void everyOrderIsTheOneOfSorting_data()
    {
        QTest::addColumn<RequestOrder>("order");
        for (int key = 0; key <= int(Key::Losses); ++key) {
            for (const bool descending : {true, false})
                QTest::addRow("%d %d", key, descending) << RequestOrder{Key(key), descending};
        }
    }
    void everyOrderIsTheOneOfSorting()
    {
        QFETCH(RequestOrder, order);
        const RequestFilter filter = filterOf("model:model-2,model-3");
        auto wanted = *m_reader->window(filter, 0, 1'000);
        std::stable_sort(wanted.begin(), wanted.end(), [&order](const RequestRow &a, const RequestRow &b) {
            const auto one = figureOf(a, order.key);
            const auto other = figureOf(b, order.key);
            if (one.has_value() != other.has_value())
                return one.has_value();
            return one != other && (*one > *other) == order.descending;
        });
        const RankedRequests found = ranked(filter, order);
        QCOMPARE(found.matching, int64_t(wanted.size()));
        QCOMPARE(found.count, int64_t(wanted.size()));
        QCOMPARE(found.rows.size(), wanted.size());
        for (size_t i = 0; i < wanted.size(); ++i)
            QCOMPARE(found.rows[i].id, wanted[i].id);
    }

    void windowsAreParts()
    {
        const RequestOrder order{Key::Duration, true};
        const RankedRequests all = ranked({}, order);
        const auto part = m_reader->ranked({}, order, 100, 20, 0);
        QVERIFY(part);
        QCOMPARE(part->rows.size(), size_t(20));
        QCOMPARE(part->rows.front().id, all.rows[100].id);
        QCOMPARE(part->version, all.version);
    }

    void onlyTheBestAreKept()
    {
        auto database = Database::open(m_ledger->path(), Database::Mode::ReadOnly);
        QVERIFY(database);
        RankedSearch search({}, {Key::Output, true}, 50);
        QVERIFY(search.refresh(*database));
        QVERIFY(search.search(*database, 60'000));
        QVERIFY(search.isComplete());
        QCOMPARE(search.matching(), int64_t(600));
        QCOMPARE(search.entries().size(), size_t(50));
        QCOMPARE(search.entries().front().figure, int64_t(7 + 599));
        QCOMPARE(search.entries().back().figure, int64_t(7 + 550));
    }

    void growsALittleAtATime()
    {
        fill(3'000, 600);
        m_reader = m_ledger->reader();
        const RequestOrder order{Key::Input, false}; // the best are the oldest: found last
        int64_t before = 0;
        int64_t reached = INT64_MAX;
        int asked = 0;
        RankedRequests last;
        for (;; ++asked) {
            // No clock is quick enough for a step of none: it looks at a few rows.
            auto found = m_reader->ranked({}, order, 0, 5, 1);
            QVERIFY(found);
            QVERIFY(found->matching >= before && found->reachedMs <= reached);
            before = found->matching;
            reached = found->reachedMs;
            last = std::move(*found);
            if (last.complete)
                break;
        }
        QCOMPARE(before, int64_t(3'600));
        QCOMPARE(*last.rows.front().usage.input, int64_t(100));
        const auto again = m_reader->ranked({}, order, 0, 5, 1);
        QCOMPARE(again->version, last.version); // nothing to do
    }

    void whatComesFindsItsPlace()
    {
        const RequestOrder order{Key::Output, true};
        const RankedRequests before = ranked({}, order, 3);
        QCOMPARE(*before.rows.front().usage.output, int64_t(7 + 599));
        fill(620, 700); // 20 of them with more than there was
        const RankedRequests after = ranked({}, order, 3);
        QVERIFY(after.version != before.version);
        QCOMPARE(after.matching, int64_t(600 + 620));
        QCOMPARE(*after.rows.front().usage.output, int64_t(7 + 619));
    }

    void aRangeMovesOnWithoutBeginningAnew()
    {
        RequestFilter filter;
        filter.fromMs = m_start + 100 * stepMs;
        const RequestOrder order{Key::Input, false};
        const RankedRequests before = ranked(filter, order, 3);
        QCOMPARE(before.matching, int64_t(500));
        filter.fromMs = m_start + 200 * stepMs;
        const auto after = m_reader->ranked(filter, order, 0, 3, 0);
        QVERIFY(after);
        QVERIFY2(after->complete, "nothing was looked at again");
        QCOMPARE(after->matching, int64_t(400));
        QCOMPARE(after->count, int64_t(400));
        QCOMPARE(*after->rows.front().usage.input, int64_t(100 + 200));
    }

    void whatIsMissingAfterACutIsLookedForAgain()
    {
        auto database = Database::open(m_ledger->path(), Database::Mode::ReadOnly);
        QVERIFY(database);
        RequestFilter filter;
        filter.fromMs = m_start;
        RankedSearch search(filter, {Key::Input, false}, 50); // the oldest are the best
        QVERIFY(search.refresh(*database));
        QVERIFY(search.search(*database, 60'000));
        search.slideTo(m_start + 3 * stepMs);
        QCOMPARE(search.entries().size(), size_t(47)); // a few are missing: it is only shorter
        QVERIFY(search.refresh(*database));
        QVERIFY(search.isComplete());
        search.slideTo(m_start + 20 * stepMs);
        QVERIFY(search.refresh(*database));
        QVERIFY(!search.isComplete());
        QVERIFY(search.search(*database, 60'000));
        QCOMPARE(search.entries().size(), size_t(50));
        QCOMPARE(search.matching(), int64_t(580));
        QCOMPARE(search.entries().front().figure, int64_t(-120));
    }
};

QTEST_GUILESS_MAIN(TstRankedSearch)
#include "tst_ranked_search.moc"
