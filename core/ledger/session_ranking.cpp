// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/session_ranking.h"

#include "core/ledger/packed_text.h"
#include "core/ledger/session_places.h"
#include "core/ledger/session_rollup.h"

#include <algorithm>
#include <array>
#include <compare>
#include <numeric>
#include <set>
#include <unordered_map>

namespace signalbox {

namespace {

constexpr int64_t dayMs = 24 * 3'600'000;
constexpr int64_t daysReadWhole = 45;
constexpr size_t mostTopByLife = 1'000;
constexpr size_t fewestCandidates = 64;
constexpr size_t mostCandidates = 4'096;
constexpr size_t mostLivesPassed = 50'000; // of sessions that were not in the range
constexpr char others[] = "(others)";

// A number for each session: neighbours are asked for one after the other.
class GroupNumbers
{
public:
    static constexpr uint32_t none = UINT32_MAX;
    uint32_t &at(int64_t id)
    {
        const int64_t place = id / slots::idsTogether;
        if (!m_last || place != m_lastPlace) {
            const auto [found, isNew] = m_places.try_emplace(place);
            if (isNew)
                found->second.fill(none);
            m_last = &found->second;
            m_lastPlace = place;
        }
        return (*m_last)[static_cast<size_t>(id % slots::idsTogether)];
    }

private:
    using Numbers = std::array<uint32_t, slots::idsTogether>;
    std::unordered_map<int64_t, Numbers> m_places;
    Numbers *m_last = nullptr;
    int64_t m_lastPlace = 0;
};

// What the order of sessions goes by.
struct Rank {
    int64_t nanoUsd = 0;
    int64_t tokens = 0;
    // The tidy tool takes the zero that a defaulted comparison stands for for a pointer.
    auto operator<=>(const Rank &) const = default; // NOLINT(modernize-use-nullptr)
};

// One reading. A session is known by the first number that it has: others of it say how far before them that stands.
class SessionRanking
{
public:
    SessionRanking(Database &database, const SpendKeys &keys, const SessionRankRequest &request)
        : m_database(database), m_keys(keys), m_request(request)
    {
    }

    Result<std::vector<std::string>> whole()
    {
        auto done = prepare();
        for (const SpendPiece &piece : sessionPieces(m_request.fromMs, m_request.toMs)) {
            if (done)
                done = piece.source == SpendPiece::Source::Request ? readRequests(piece) : readSlots(piece);
        }
        return done ? dearest() : done.error();
    }

    // Nothing: others may be dearer than some of these.
    Result<std::optional<std::vector<std::string>>> ofCandidates(int64_t closedDay, size_t count)
    {
        auto done = prepare();
        const auto pieces = sessionPieces(m_request.fromMs, m_request.toMs);
        for (const SpendPiece &piece : pieces) {
            if (done && piece.source == SpendPiece::Source::Request)
                done = readRequests(piece);
        }
        if (done)
            done = chooseOpen(closedDay);
        const auto bound = done ? chooseByLife(count) : Result<std::optional<Rank>>(done.error());
        if (!bound)
            return bound.error();
        for (const SpendPiece &piece : pieces) {
            if (done && piece.source != SpendPiece::Source::Request)
                done = m_places.read(
                    piece, [](int64_t) { return true; },
                    [this](int64_t id, const SessionSums &sums) { addSlot(id, sums); });
        }
        if (!done)
            return done.error();
        auto found = dearest();
        if (!found)
            return found.error();
        const bool enough = !*bound || (found->size() >= m_request.top && m_lowest >= **bound);
        return enough ? std::optional(std::move(*found)) : std::nullopt;
    }

private:
    Result<void> prepare()
    {
        const std::pair<Statement *, const char *> wanted[] = {
            {&m_firstId, "SELECT min(id) FROM session_key WHERE session = ?"},
            {&m_nameOf, "SELECT session FROM session_key WHERE id = ?"},
            {&m_allOf, "SELECT id, first_day, last_day FROM session_key WHERE session = (SELECT session FROM "
                       "session_key WHERE id = ?)"},
        };
        for (const auto &[statement, sql] : wanted) {
            auto made = m_database.prepare(sql);
            if (!made)
                return made.error();
            *statement = std::move(*made);
        }
        return m_places.prepare(m_database);
    }

    Result<void> choose(int64_t firstId)
    {
        if (!m_chosen.insert(firstId).second)
            return {};
        m_allOf.bind(1, firstId);
        const auto done = forEachRow(
            m_allOf, [this](const Statement &row) { m_places.add(row.integer(0), row.integer(1), row.integer(2)); });
        m_allOf.reset();
        return done;
    }

    // All of days that no life has yet, and of the requests at the edges.
    Result<void> chooseOpen(int64_t closedDay)
    {
        Result<void> outcome;
        const std::vector<int64_t> named = m_ids;
        for (const int64_t id : named) {
            if (outcome && id > 0)
                outcome = choose(id);
        }
        const auto newestClosed = m_database.integer("SELECT max(id) FROM session_life");
        if (!outcome || !newestClosed)
            return !outcome ? outcome : newestClosed.error();
        const int64_t from = std::max((closedDay + 1) * dayMs, m_request.fromMs / dayMs * dayMs);
        const int64_t lastDay = (m_request.toMs - 1) / dayMs;
        return forEachSlot({SpendPiece::Source::Day, from, (lastDay + 1) * dayMs},
                           [&](int64_t id, const SessionSums &sums) {
                               if (id - sums.back > *newestClosed)
                                   m_places.add(id, closedDay + 1, lastDay);
                               else if (outcome)
                                   outcome = choose(id - sums.back);
                           });
    }

    // The rank that no other session is above.
    Result<std::optional<Rank>> chooseByLife(size_t count)
    {
        auto lives = m_database.prepare("SELECT id, nano_usd, tokens, first_day, last_day FROM session_life ORDER BY "
                                        "nano_usd DESC, tokens DESC");
        if (!lives)
            return lives.error();
        const int64_t firstDay = m_request.fromMs / dayMs;
        const int64_t lastDay = (m_request.toMs - 1) / dayMs;
        size_t taken = 0;
        for (size_t passed = 0;; ++passed) {
            const auto row = lives->step();
            if (!row)
                return row.error();
            if (!*row)
                return std::optional<Rank>();
            const Rank rank{lives->integer(1), lives->integer(2)};
            if (passed - taken >= mostLivesPassed)
                return std::optional(rank);
            if (lives->integer(3) > lastDay || lives->integer(4) < firstDay)
                continue;
            if (taken++ == count)
                return std::optional(rank);
            if (const auto chosen = choose(lives->integer(0)); !chosen)
                return chosen.error();
        }
    }

    void addSlot(int64_t id, const SessionSums &sums)
    {
        if (m_request.project) {
            const SpendKey *key = m_keys.find(sums.key);
            if (!key || key->values[SpendKey::Project] != *m_request.project)
                return;
        }
        addTo(groupOf(id, sums.back), sums.spend);
    }
    void addTo(uint32_t group, const SpendSums &sums)
    {
        m_ranks[group].nanoUsd += sums.nanoUsd;
        m_ranks[group].tokens += sums.tokens();
    }

    template<class Use>
    Result<void> forEachSlot(const SpendPiece &piece, Use use)
    {
        const auto [table, slotMs] = sessionLevelOf(piece.source);
        constexpr int64_t parts = SessionSums::partsPerSlot;
        auto rows = m_database.prepare(std::string("SELECT at, data FROM ") + table + " WHERE at >= ? AND at < ?");
        if (!rows)
            return rows.error();
        rows->bindAll(slots::placeOf(piece.fromMs / slotMs, 0, parts), slots::placeOf(piece.toMs / slotMs, 0, parts));
        return forEachRow(*rows,
                          [&](const Statement &row) { slots::forEach<SessionSums>(row.integer(0), row.view(1), use); });
    }
    Result<void> readSlots(const SpendPiece &piece)
    {
        return forEachSlot(piece, [this](int64_t id, const SessionSums &sums) { addSlot(id, sums); });
    }
    Result<void> readRequests(const SpendPiece &piece)
    {
        Result<void> outcome;
        const auto read =
            forEachOfSessions(m_database, m_keys, piece.fromMs, piece.toMs,
                              [&](const std::string &session, const std::string &project, const SpendSums &sums) {
                                  if (!outcome || (m_request.project && *m_request.project != project))
                                      return;
                                  const auto group = groupNamed(session);
                                  if (group)
                                      addTo(*group, sums);
                                  else
                                      outcome = group.error();
                              });
        return read ? outcome : read;
    }

    uint32_t add(int64_t id)
    {
        m_ranks.emplace_back();
        m_ids.push_back(id);
        return static_cast<uint32_t>(m_ids.size() - 1);
    }
    uint32_t groupOf(int64_t id, int64_t back)
    {
        uint32_t &number = m_numbers.at(id);
        if (number != GroupNumbers::none)
            return number;
        if (back == 0)
            return number = add(id);
        uint32_t &first = m_numbers.at(id - back);
        if (first == GroupNumbers::none)
            first = add(id - back);
        const uint32_t group = first;
        return m_numbers.at(id) = group;
    }
    Result<uint32_t> groupNamed(const std::string &name)
    {
        const auto [found, isNew] = m_named.try_emplace(name, GroupNumbers::none);
        if (!isNew)
            return found->second;
        const PackedText session = PackedText::ofKey(name);
        session.bindTo(m_firstId, 1);
        const auto there = m_firstId.step();
        const int64_t id = there && *there ? m_firstId.integer(0) : 0;
        m_firstId.reset();
        if (!there)
            return there.error();
        if (id > 0)
            return found->second = groupOf(id, 0);
        found->second = add(0);
        m_nameless.emplace(found->second, name);
        return found->second;
    }
    Result<std::string> nameOf(uint32_t group)
    {
        if (m_ids[group] == 0)
            return m_nameless.at(group);
        m_nameOf.bind(1, m_ids[group]);
        const auto there = m_nameOf.step();
        std::string name = there && *there ? PackedText::keyOf(m_nameOf, 0) : std::string();
        m_nameOf.reset();
        return there ? Result<std::string>(std::move(name)) : there.error();
    }

    Result<std::vector<std::string>> dearest()
    {
        static const std::string togetherKey = PackedText::ofUuid(others).key();
        std::vector<uint32_t> order(m_ids.size());
        std::iota(order.begin(), order.end(), 0U);
        const size_t wanted = m_request.top < order.size() ? m_request.top + 1 : order.size(); // one may be the others
        std::partial_sort(
            order.begin(), order.begin() + static_cast<ptrdiff_t>(wanted), order.end(),
            [this](uint32_t a, uint32_t b) { return m_ranks[a] != m_ranks[b] ? m_ranks[a] > m_ranks[b] : a < b; });
        std::vector<std::string> names;
        for (size_t i = 0; i < wanted && names.size() < m_request.top; ++i) {
            auto name = nameOf(order[i]);
            if (!name)
                return name.error();
            if (name->empty() || *name == togetherKey)
                continue;
            names.push_back(std::move(*name));
            m_lowest = m_ranks[order[i]];
        }
        return names;
    }

    Database &m_database;
    const SpendKeys &m_keys;
    const SessionRankRequest &m_request;
    Statement m_firstId, m_nameOf, m_allOf;
    SessionPlaces m_places;
    std::set<int64_t> m_chosen;
    GroupNumbers m_numbers;
    std::unordered_map<std::string, uint32_t> m_named;
    std::vector<Rank> m_ranks;  // these two by group
    std::vector<int64_t> m_ids; // 0: its name is in m_nameless
    std::unordered_map<uint32_t, std::string> m_nameless;
    Rank m_lowest;
};

} // namespace

Result<std::vector<std::string>> rankSessions(Database &database, const SpendKeys &keys,
                                              const SessionRankRequest &asked)
{
    const auto closed = database.integer("SELECT day FROM session_closed");
    const auto newest = database.integer("SELECT max(at) FROM rollup_session_day");
    if (!closed || !newest)
        return !closed ? closed.error() : newest.error();
    SessionRankRequest request = asked;
    request.toMs = std::min(asked.toMs, (slots::slotOf(*newest, SessionSums::partsPerSlot) + 1) * dayMs);
    if (request.toMs <= request.fromMs)
        return std::vector<std::string>();
    const int64_t lastDay = std::min(*closed, (request.toMs - 1) / dayMs);
    if (lastDay - request.fromMs / dayMs >= daysReadWhole && request.top <= mostTopByLife) {
        for (size_t count = std::max(fewestCandidates, 2 * request.top); count <= mostCandidates; count *= 4) {
            auto found = SessionRanking(database, keys, request).ofCandidates(*closed, count);
            if (!found)
                return found.error();
            if (*found)
                return std::move(**found);
        }
    }
    return SessionRanking(database, keys, request).whole();
}

Result<void> forEachOfSessions(
    Database &database, const SpendKeys &keys, int64_t fromMs, int64_t toMs,
    const std::function<void(const std::string &session, const std::string &project, const SpendSums &sums)> &use)
{
    auto rows = database.prepare(
        "SELECT x.key, x.session, 1, CASE WHEN x.status = 499 OR (x.status BETWEEN 1 AND 399 AND x.error IS NULL) "
        "THEN 0 ELSE 1 END, x.cost_nanousd IS NULL, x.cost_nanousd, x.input_tokens, x.cached_input_tokens, "
        "x.cache_write_tokens, x.output_tokens, x.reasoning_tokens FROM exchange_row x WHERE x.started_at >= ? AND "
        "x.started_at < ? AND x.session IS NOT NULL");
    if (!rows)
        return rows.error();
    rows->bindAll(fromMs, toMs);
    return forEachRow(*rows, [&](const Statement &row) {
        if (const SpendKey *key = keys.find(row.integer(0)))
            use(PackedText::keyOf(row, 1), key->values[SpendKey::Project], readSums(row, 2));
    });
}

} // namespace signalbox
