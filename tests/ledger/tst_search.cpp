// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/filter/filter_language.h"
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/position_index.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QtTest>

using namespace signalbox;
using namespace signalbox::test;

// Searches and counts that go on a little at a time over a ledger that is written to meanwhile.
class TstSearch final : public QObject
{
    Q_OBJECT

private:
    static constexpr int64_t rows = 2'000;
    static constexpr int64_t stepMs = 60'000;
    const int64_t m_start = QDateTime(QDate(2026, 11, 20), QTime(7, 10), Qt::UTC).toMSecsSinceEpoch();
    std::unique_ptr<SpendLedger> m_ledger;
    std::unique_ptr<LedgerReader> m_reader;

    RequestFilter filterOf(const char *text) const
    {
        const FilterText read = readFilter(text, {m_start + rows * stepMs, QTimeZone::utc()});
        RequestFilter filter;
        filter.terms = read.terms;
        filter.fromMs = read.fromMs;
        filter.toMs = read.toMs;
        return filter;
    }
    int64_t counted(const char *text) { return *m_reader->count(filterOf(text)); }
    std::map<std::string, int64_t> facet(const FacetReport &report, const std::string &field) const
    {
        std::map<std::string, int64_t> values;
        for (const Facet &one : report.facets) {
            for (const FacetValue &value : one.values) {
                if (one.field == field)
                    values[value.value] = value.count;
            }
        }
        return values;
    }
    FacetReport allFacets(const RequestFilter &filter)
    {
        for (;;) {
            const auto report = m_reader->facets(filter, 0);
            if (!report || report->complete)
                return report ? *report : FacetReport();
        }
    }

private Q_SLOTS:
    void init()
    {
        m_ledger = std::make_unique<SpendLedger>();
        m_ledger->fill(rows, m_start, stepMs);
        m_reader = m_ledger->reader();
        QVERIFY(m_reader);
    }

    void growsUntilItIsComplete()
    {
        const RequestFilter filter = filterOf("status:429 model:model-3");
        const int64_t all = counted("status:429 model:model-3");
        QVERIFY(all > 20);
        m_reader = m_ledger->reader();
        int64_t before = 0;
        int64_t reached = INT64_MAX;
        int asked = 0;
        for (;; ++asked) {
            const auto found = m_reader->search(filter, 0, 10, 0);
            QVERIFY(found);
            QVERIFY(found->count >= before && found->reachedMs <= reached);
            QCOMPARE(found->rows.size(), size_t(std::min<int64_t>(10, found->count)));
            QCOMPARE(found->addedInFront, int64_t(0));
            before = found->count;
            reached = found->reachedMs;
            if (found->complete)
                break;
        }
        QVERIFY2(asked > 3, "no step looks through everything");
        QCOMPARE(before, all);
        const auto rest = m_reader->search(filter, all - 2, 10, 0);
        QCOMPARE(rest->rows.size(), size_t(2));
        QCOMPARE(rest->rows.back().status, 429);
    }

    void theFirstPageComesAtOnce()
    {
        const auto found = m_reader->search({}, 0, 25, 60'000);
        QCOMPARE(found->rows.size(), size_t(25));
        QCOMPARE(found->count, int64_t(25));
        QVERIFY(!found->complete);
        const auto all = m_reader->search({}, 0, 25, 60'000);
        QCOMPARE(all->count, rows);
        QVERIFY(all->complete);
        QCOMPARE(*m_reader->rows(), rows);
    }

    void whatComesMeanwhileStandsInFront()
    {
        const RequestFilter filter = filterOf("provider:box");
        const auto first = m_reader->search(filter, 0, 5, 0);
        QVERIFY(!first->complete);
        QCOMPARE(*m_reader->rows(), rows);
        m_ledger->fill(10, m_start + rows * stepMs, stepMs);
        auto found = m_reader->search(filter, 0, 5, 60'000);
        QCOMPARE(found->addedInFront, int64_t(5));
        QCOMPARE(found->search, first->search);
        QCOMPARE(found->rows.front().startedAtMs, m_start + (rows + 9) * stepMs);
        while (!found->complete)
            found = m_reader->search(filter, 0, 5, 60'000);
        QCOMPARE(found->count, (rows + 10) / 2);
        QCOMPARE(found->addedInFront, int64_t(5));
        QCOMPARE(*m_reader->rows(), rows + 10);
        // One that began before the newest stands at its place.
        m_ledger->fill(2, m_start + (rows + 3) * stepMs + 1, stepMs);
        found = m_reader->search(filter, 0, 20, 0);
        QCOMPARE(found->addedInFront, int64_t(6));
        for (size_t i = 1; i < found->rows.size(); ++i)
            QVERIFY(found->rows[i - 1].startedAtMs >= found->rows[i].startedAtMs);
    }

    void aRangeSlides()
    {
        RequestFilter filter;
        filter.fromMs = m_start + 500 * stepMs;
        QCOMPARE(m_reader->search(filter, 0, 5, 0)->complete, false);
        filter.fromMs = m_start + 1'500 * stepMs;
        auto found = m_reader->search(filter, 0, 5, 60'000);
        while (!found->complete)
            found = m_reader->search(filter, 0, 5, 60'000);
        QCOMPARE(found->count, int64_t(500));
        filter.fromMs = m_start + 1'990 * stepMs;
        found = m_reader->search(filter, 0, 50, 0);
        QCOMPARE(found->count, int64_t(10));
        QVERIFY(found->complete);
    }

    // However long it is left open, with rows that come late too.
    void whatIsFarDownIsForgottenAndFoundAgain()
    {
        constexpr size_t pauseAt = 400;
        auto database = Database::open(m_ledger->path(), Database::Mode::ReadOnly);
        PositionIndex index(filterOf("-status:429"), pauseAt);
        const auto isWhatTheFileSays = [&] {
            auto found = database->prepare("SELECT row FROM exchange_row WHERE ifnull(status, 0) <> 429 ORDER BY "
                                           "started_at DESC, row DESC LIMIT " +
                                           std::to_string(index.entries().size()));
            return std::all_of(index.entries().begin(), index.entries().end(), [&](const PositionIndex::Entry &entry) {
                return *found->step() && found->integer(0) == entry.rowid;
            });
        };
        QVERIFY(index.refresh(*database));
        while (!index.isPaused())
            QVERIFY(index.search(*database, 0));
        QCOMPARE(index.entries().size(), pauseAt);
        const uint64_t number = index.number();
        for (int64_t i = 0; i < 8; ++i) {
            m_ledger->fill(60, m_start + (rows + i * 60) * stepMs, stepMs);
            m_ledger->fill(6, m_start + (rows - 600 + i) * stepMs + 7, 9 * stepMs);
            QVERIFY(index.refresh(*database));
            QVERIFY(index.entries().size() <= pauseAt * 5 / 4);
            QVERIFY(isWhatTheFileSays());
        }
        QVERIFY(index.isPaused());
        QVERIFY(index.addedInFront() > 400);
        QCOMPARE(index.number(), number);
        while (!index.isComplete()) {
            index.noteLookedAt(static_cast<int64_t>(index.entries().size()));
            QVERIFY(index.search(*database, 0));
        }
        QCOMPARE(static_cast<int64_t>(index.entries().size()),
                 m_ledger->number("SELECT count(*) FROM exchange_row WHERE ifnull(status, 0) <> 429"));
        QVERIFY(isWhatTheFileSays());
    }

    void idsAreFoundAtOnce()
    {
        const auto some = m_reader->window({}, 1'000, 3);
        QCOMPARE(some->size(), size_t(3));
        const std::string text = "id:" + (*some)[0].id + ',' + (*some)[2].id;
        const auto found = m_reader->search(filterOf(text.c_str()), 0, 10, 0);
        QVERIFY(found->complete);
        QCOMPARE(found->rows.size(), size_t(2));
        QCOMPARE(found->rows[1].id, (*some)[2].id);
    }

    void facetsSayWhatTheFilterSays_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"", "provider:box", "status:4xx", "project:team is:stream", "model-2", "since:10h"})
            QTest::newRow(text) << QByteArray(text);
    }

    void facetsSayWhatTheFilterSays()
    {
        QFETCH(QByteArray, text);
        const FacetReport report = allFacets(filterOf(text.constData()));
        QVERIFY(report.complete);
        QCOMPARE(report.rows, counted(text.constData()));
        int checked = 0;
        for (const Facet &facet : report.facets) {
            for (const FacetValue &value : facet.values) {
                const bool itsOwn = facet.exact && text.startsWith(facet.field.c_str()); // its other values too
                const QByteArray term =
                    facet.field == "is" || facet.field == "status"
                        ? QByteArray((facet.field + ':' + value.value).c_str())
                        : QByteArray((facet.field + ':' + writeFilterValue(facet.field, value.value)).c_str());
                const QByteArray with = itsOwn ? term : text + ' ' + term;
                QVERIFY2(counted(with.constData()) == value.count, with.constData());
                ++checked;
            }
        }
        QVERIFY(checked > 15);
    }

    void facetsFollow()
    {
        RequestFilter filter;
        filter.fromMs = m_start + 1'000 * stepMs;
        QCOMPARE(allFacets(filter).rows, int64_t(1'000));
        m_ledger->fill(8, m_start + rows * stepMs, stepMs);
        auto report = *m_reader->facets(filter, 0);
        QCOMPARE(report.rows, int64_t(1'008));
        filter.fromMs += 8 * stepMs;
        report = *m_reader->facets(filter, 0);
        QVERIFY(report.complete);
        QCOMPARE(report.rows, int64_t(1'000));
        QCOMPARE(facet(report, "status")["429"], int64_t(125));
        QCOMPARE(facet(report, "project")["team"] + facet(report, "project")["default"], int64_t(1'000));
    }

    void partOfACountSaysSo()
    {
        const auto report = m_reader->facets(filterOf("is:stream"), 0);
        QVERIFY(!report->complete);
        QVERIFY(report->rows > 0 && report->rows < rows / 2);
        QVERIFY(report->reachedMs > m_start);
        for (const Facet &facet : report->facets)
            QVERIFY(!facet.exact);
        const auto named = m_reader->facets(filterOf("provider:box"), 0);
        QVERIFY(!named->complete);
        for (const Facet &one : named->facets) {
            if (one.field == "provider") {
                QVERIFY(one.exact);
                QCOMPARE(one.values.size(), size_t(2));
            }
        }
    }

    void valuesAreNamed()
    {
        const auto values = m_reader->filterValues();
        QVERIFY(values);
        QCOMPARE(values->at("provider"), (std::vector<std::string>{"box", "openai"}));
        QCOMPARE(values->at("model").size(), size_t(5));
    }
};

QTEST_GUILESS_MAIN(TstSearch)
#include "tst_search.moc"
