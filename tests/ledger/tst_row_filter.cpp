// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/row_filter.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QtTest>

#include <cctype>
#include <cmath>
#include <random>

using namespace signalbox;
using namespace signalbox::test;

namespace {

using Field = FilterTerm::Field;
using Flag = FilterTerm::Flag;

std::string lower(std::string text)
{
    for (char &c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

bool matches(std::string_view glob, std::string_view text)
{
    if (glob.empty())
        return text.empty();
    if (glob.front() == '*')
        return matches(glob.substr(1), text) || (!text.empty() && matches(glob, text.substr(1)));
    return !text.empty() && (glob.front() == '?' || glob.front() == text.front()) &&
           matches(glob.substr(1), text.substr(1));
}

bool inRange(const FilterTerm &term, const std::optional<int64_t> &value)
{
    return value && (!term.least || *value >= *term.least) && (!term.most || *value <= *term.most);
}

bool hasFlag(Flag flag, const RequestRecord &r)
{
    const RequestOutcome outcome = outcomeOf(r.status, r.error);
    switch (flag) {
    case Flag::Error:
        return outcome != RequestOutcome::Clear && outcome != RequestOutcome::Cancelled;
    case Flag::Stream:
        return r.stream;
    case Flag::Cached:
        return r.usage.cachedInput.value_or(0) > 0;
    case Flag::Fallback:
        return r.attempts.size() > 1;
    case Flag::Lossy:
        return r.lossCount > 0;
    case Flag::Unpriced:
        return !r.cost.nanoUsd;
    }
    return false;
}

bool holdsPlain(const FilterTerm &t, const RequestRecord &r)
{
    const auto glob = [&t](const std::string &text) { return matches(lower(t.glob), lower(text)); };
    const auto has = [&t](const std::string &text) { return lower(text).find(lower(t.glob)) != std::string::npos; };
    const auto &u = r.usage;
    switch (t.field) {
    case Field::Status:
        return inRange(t, r.status);
    case Field::Model:
        return glob(r.model);
    case Field::Provider:
        return glob(r.provider);
    case Field::Project:
        return glob(r.project);
    case Field::Client:
        return glob(r.client);
    case Field::User:
        return glob(r.user);
    case Field::Route:
        return glob(r.route);
    case Field::Tag:
        return glob(r.tag);
    case Field::Credential:
        return glob(r.credential);
    case Field::Asked:
        return glob(r.requestedModel);
    case Field::Error:
        return glob(r.error);
    case Field::Id:
        return glob(r.id);
    case Field::Body:
        return std::any_of(r.bodies.begin(), r.bodies.end(), [&t](const StoredBody &body) {
            return lower(body.bytes).find(lower(t.glob)) != std::string::npos;
        });
    case Field::Dialect:
        return glob(r.dialect);
    case Field::Session:
        return glob(r.session);
    case Field::Text:
        return has(r.id) || has(r.model) || has(r.provider) || has(r.client) || has(r.error);
    case Field::Cost:
        return inRange(t, r.cost.nanoUsd);
    case Field::Ttft:
        return inRange(t, r.ttftMs ? std::optional<int64_t>(std::llround(*r.ttftMs * 1'000)) : std::nullopt);
    case Field::Duration:
        return inRange(t, std::llround(r.durationMs * 1'000));
    case Field::Tokens:
        return inRange(t, u.input.value_or(0) + u.cachedInput.value_or(0) + u.cacheWrite.value_or(0) +
                              u.output.value_or(0));
    case Field::Is:
        return hasFlag(t.flag, r);
    }
    return false;
}

bool holds(const std::vector<FilterTerm> &terms, const RequestRecord &r)
{
    return std::all_of(terms.begin(), terms.end(), [&r](const FilterTerm &t) {
        const bool other = std::any_of(t.orElse.begin(), t.orElse.end(), [&](FilterTerm one) {
            one.field = t.field;
            return holdsPlain(one, r);
        });
        return (holdsPlain(t, r) || other) != t.negated;
    });
}

FilterTerm named(Field field, const char *glob)
{
    FilterTerm term;
    term.field = field;
    term.glob = glob;
    return term;
}

FilterTerm range(Field field, std::optional<int64_t> least, std::optional<int64_t> most)
{
    FilterTerm term;
    term.field = field;
    term.least = least;
    term.most = most;
    return term;
}

FilterTerm flagged(Flag flag)
{
    FilterTerm term;
    term.field = Field::Is;
    term.flag = flag;
    return term;
}

FilterTerm either(FilterTerm one, std::vector<FilterTerm> others)
{
    one.orElse = std::move(others);
    return one;
}

const std::vector<std::pair<const char *, FilterTerm>> &samples()
{
    static const std::vector<std::pair<const char *, FilterTerm>> all{
        {"status", range(Field::Status, 429, 429)},
        {"4xx", range(Field::Status, 400, 499)},
        {"5xx", range(Field::Status, 500, 599)},
        {"model", named(Field::Model, "MODEL-3")},
        {"models", named(Field::Model, "model-?")},
        {"no such model", named(Field::Model, "model_3")},
        {"provider", named(Field::Provider, "b*")},
        {"project", named(Field::Project, "team")},
        {"client", named(Field::Client, "lap*p")},
        {"rare user", named(Field::User, "rare-*")},
        {"route", named(Field::Route, "main")},
        {"tag", named(Field::Tag, "#c?de")},
        {"no tag", named(Field::Tag, "")},
        {"dialect", named(Field::Dialect, "openai-*")},
        {"odd dialect", named(Field::Dialect, "odd")},
        {"session", named(Field::Session, "s3")},
        {"sessions", named(Field::Session, "s*")},
        {"session of a uuid", named(Field::Session, "01934f5e-7b2a-7c3d-8e4f-0123456789ab")},
        {"no session", named(Field::Session, "")},
        {"text in errors", named(Field::Text, "IT BROKE")},
        {"text with a mark", named(Field::Text, "%")},
        {"text of an id", named(Field::Text, "-7")},
        {"cost", range(Field::Cost, 1'000'100, 1'000'300)},
        {"ttft", range(Field::Ttft, {}, 80'000)},
        {"duration", range(Field::Duration, 900'000, {})},
        {"tokens", range(Field::Tokens, 500, 900)},
        {"errors", flagged(Flag::Error)},
        {"streams", flagged(Flag::Stream)},
        {"cached", flagged(Flag::Cached)},
        {"fallbacks", flagged(Flag::Fallback)},
        {"lossy", flagged(Flag::Lossy)},
        {"unpriced", flagged(Flag::Unpriced)},
        {"credential", named(Field::Credential, "*a*")},
        {"asked", named(Field::Asked, "*1*")},
        {"error", named(Field::Error, "*broke*")},
        {"no error", named(Field::Error, "")},
        {"ids", named(Field::Id, "*7")},
        {"body", named(Field::Body, "SAY")},
        {"nowhere in a body", named(Field::Body, "not said by anybody")},
        {"either status", either(range(Field::Status, 429, 429), {range(Field::Status, 500, 599)})},
        {"either model", either(named(Field::Model, "model-1"), {named(Field::Model, "model-2")})},
        {"either user", either(named(Field::User, "rare-499"), {named(Field::User, "rare-999")})},
        {"either session", either(named(Field::Session, "s3"), {named(Field::Session, "")})},
        {"either flag", either(flagged(Flag::Lossy), {flagged(Flag::Cached)})},
        {"dear", range(Field::Cost, 1'000'300, {})},
        {"long", range(Field::Tokens, 800, {})},
    };
    return all;
}

} // namespace

class TstRowFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void terms_data();
    void terms();
    void manyTogether();
    void rareIsFoundByTheRollups();
    void statusIsLookedForByTheHour();
    void wholeIdIsThatRequest();

private:
    void compare(const std::vector<FilterTerm> &terms, int pageSize) const;

    SpendLedger m_ledger;
    std::unique_ptr<LedgerReader> m_reader;
    std::vector<RequestRecord> m_records; // oldest first
    const int64_t m_start = QDateTime(QDate(2026, 11, 20), QTime(17, 20), Qt::UTC).toMSecsSinceEpoch();
};

void TstRowFilter::initTestCase()
{
    for (int64_t i = 0; i < 1'500; ++i) {
        RequestRecord r = sampleRecord(i, m_start + i * 173'000); // three days
        if (i % 500 == 499)
            r.user = "rare-" + std::to_string(i);
        if (i % 7 == 0)
            r.losses.clear();
        r.lossCount = static_cast<int>(r.losses.size());
        if (i % 3 == 0)
            r.attempts.erase(r.attempts.begin());
        if (i % 11 == 0)
            r.usage.cachedInput.reset();
        if (i % 13 == 0)
            r.tag.clear();
        if (i % 17 == 0)
            r.session.clear();
        if (i % 19 == 0)
            r.session = "01934f5e-7b2a-7c3d-8e4f-0123456789ab";
        if (i == 1'000)
            r.dialect = "odd";
        if (i % 10 == 3)
            r.requestedModel = "alias-1";
        if (i % 23 == 0)
            r.bodies = {{StoredBody::Kind::ClientRequest, "application/json",
                         i % 2 == 0 ? R"({"say":"Hello"})" : R"({"ask":"why"})", false}};
        m_records.push_back(r);
    }
    auto ledger = Ledger::open({m_ledger.folder(), 36'500, 2048});
    QVERIFY(ledger);
    for (const RequestRecord &record : m_records)
        (*ledger)->record(record);
    ledger->reset();
    m_reader = m_ledger.reader();
    QVERIFY(m_reader);
}

// Pages that follow each other, the count and a window say what looking at each record says.
void TstRowFilter::compare(const std::vector<FilterTerm> &terms, int pageSize) const
{
    std::vector<std::string> wanted;
    for (auto record = m_records.rbegin(); record != m_records.rend(); ++record) {
        if (holds(terms, *record))
            wanted.push_back(record->id);
    }
    RequestFilter filter;
    filter.terms = terms;
    std::vector<std::string> found;
    int64_t beforeMs = 0;
    int64_t beforeRow = 0;
    for (;;) {
        const auto page = m_reader->page(filter, beforeMs, beforeRow, pageSize);
        QVERIFY2(page, page ? "" : page.error().message.c_str());
        for (const RequestRow &row : *page)
            found.push_back(row.id);
        if (static_cast<int>(page->size()) < pageSize)
            break;
        beforeMs = page->back().startedAtMs;
        beforeRow = page->back().rowid;
    }
    QCOMPARE(found.size(), wanted.size());
    QVERIFY(found == wanted);
    QCOMPARE(*m_reader->count(filter), static_cast<int64_t>(wanted.size()));
}

void TstRowFilter::terms_data()
{
    QTest::addColumn<int>("sample");
    QTest::addColumn<bool>("negated");
    for (size_t i = 0; i < samples().size(); ++i) {
        QTest::newRow(samples()[i].first) << static_cast<int>(i) << false;
        QTest::addRow("not: %s", samples()[i].first) << static_cast<int>(i) << true;
    }
}

void TstRowFilter::terms()
{
    QFETCH(int, sample);
    QFETCH(bool, negated);
    FilterTerm term = samples()[static_cast<size_t>(sample)].second;
    term.negated = negated;
    compare({term}, 97);
}

void TstRowFilter::manyTogether()
{
    std::mt19937 dice(7);
    for (int round = 0; round < 60; ++round) {
        std::vector<FilterTerm> terms;
        for (unsigned i = 0; i < 2 + dice() % 3; ++i) {
            terms.push_back(samples()[dice() % samples().size()].second);
            terms.back().negated = dice() % 2 == 0;
        }
        compare(terms, 40);
    }
}

// The walk asks the rollups where to look: with those of a time gone, its rows are not looked at.
void TstRowFilter::rareIsFoundByTheRollups()
{
    RequestFilter filter;
    filter.terms = {named(Field::User, "rare-*")};
    QCOMPARE(m_reader->page(filter, 0, 0, 10)->size(), size_t(3));
    {
        auto database = Database::open(m_ledger.path(), Database::Mode::ReadWrite);
        QVERIFY(database->exec("DELETE FROM rollup_quarter WHERE at >= (SELECT max(at) FROM rollup_quarter)"));
    }
    const auto without = m_reader->page(filter, 0, 0, 10);
    QCOMPARE(without->size(), size_t(2)); // the last request is a rare one
    QCOMPARE(without->front().id, m_records[999].id);
}

void TstRowFilter::statusIsLookedForByTheHour()
{
    RequestFilter filter;
    filter.terms = {range(Field::Status, 500, 599)};
    const auto all = m_reader->page(filter, 0, 0, 2'000);
    QVERIFY(all && !all->empty());
    {
        auto database = Database::open(m_ledger.path(), Database::Mode::ReadWrite);
        QVERIFY(database->exec("DELETE FROM rollup_target_hour WHERE at >= (SELECT max(at) FROM rollup_target_hour)"));
    }
    const auto without = m_reader->page(filter, 0, 0, 2'000);
    QVERIFY(without && without->size() < all->size());
    filter.terms = {range(Field::Status, 200, 599)}; // those are too many to be looked for
    QCOMPARE(m_reader->page(filter, 0, 0, 2'000)->front().id, m_reader->page({}, 0, 0, 1)->front().id);
}

void TstRowFilter::wholeIdIsThatRequest()
{
    RequestFilter filter;
    filter.text = m_records[17].id;
    const auto rows = m_reader->page(filter, 0, 0, 10);
    QCOMPARE(rows->size(), size_t(1));
    QCOMPARE(rows->front().id, filter.text);
    QCOMPARE(*m_reader->count(filter), int64_t(1));
}

QTEST_GUILESS_MAIN(TstRowFilter)
#include "tst_row_filter.moc"
