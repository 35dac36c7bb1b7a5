// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/session_query.h"

#include "core/ledger/packed_text.h"
#include "core/ledger/session_rollup.h"

#include <algorithm>
#include <array>
#include <compare>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t dayMs = 24 * hourMs;
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

// What the order of groups goes by.
struct Rank {
    int64_t nanoUsd = 0;
    int64_t tokens = 0;
    // The tidy tool takes the zero that a defaulted comparison stands for for a pointer.
    auto operator<=>(const Rank &) const = default; // NOLINT(modernize-use-nullptr)
};

// All that is read comes from one moment of the file.
class OneMoment
{
public:
    explicit OneMoment(Database &database) : m_database(database), m_begun(database.exec("SAVEPOINT sessions")) {}
    ~OneMoment()
    {
        if (m_begun)
            m_database.exec("RELEASE sessions");
    }
    OneMoment(const OneMoment &) = delete;
    OneMoment &operator=(const OneMoment &) = delete;
    const Result<void> &begun() const { return m_begun; }

private:
    Database &m_database;
    Result<void> m_begun;
};

// Two readings: one for the order, which keeps 16 bytes a session, and one for what is shown, which leaves all out that
// has none of it.
class SessionReader
{
public:
    SessionReader(Database &database, const SpendKeys &keys, const SpendRequest &request,
                  const std::vector<int64_t> &starts)
        : m_database(database), m_keys(keys), m_request(request), m_starts(starts)
    {
    }

    Result<std::vector<SpendGroup>> run()
    {
        const OneMoment moment(m_database);
        const auto prepared = moment.begun() ? prepare() : moment.begun();
        if (!prepared)
            return prepared.error();
        m_rest.resize(m_starts.size());
        const auto ranked = readAll([this](uint32_t group, size_t bucket, const SpendSums &sums) {
            m_rest[bucket].add(sums);
            if (m_request.rankBucket && *m_request.rankBucket != bucket)
                return;
            m_ranks[group].nanoUsd += sums.nanoUsd;
            m_ranks[group].tokens += sums.tokens();
        });
        if (!ranked)
            return ranked.error();
        return show();
    }

private:
    Result<void> prepare()
    {
        const std::pair<Statement *, const char *> wanted[] = {
            {&m_firstId, "SELECT min(id) FROM session_key WHERE session = ?"},
            {&m_nameOf, "SELECT session FROM session_key WHERE id = ?"},
        };
        for (const auto &[statement, sql] : wanted) {
            auto made = m_database.prepare(sql);
            if (!made)
                return made.error();
            *statement = std::move(*made);
        }
        return {};
    }
    int64_t endOf(size_t bucket) const { return bucket + 1 < m_starts.size() ? m_starts[bucket + 1] : m_request.toMs; }

    // use(group, bucket, sums) for all there is.
    template<class Use>
    Result<void> readAll(Use use)
    {
        for (size_t bucket = 0; bucket < m_starts.size(); ++bucket) {
            for (const SpendPiece &piece : sessionPieces(m_starts[bucket], endOf(bucket))) {
                const auto useHere = [&](uint32_t group, const SpendSums &sums) { use(group, bucket, sums); };
                const auto done = piece.source == SpendPiece::Source::Request ? readRequests(piece, useHere)
                                                                              : readSlots(piece, useHere);
                if (!done)
                    return done;
            }
        }
        return {};
    }

    template<class Use>
    Result<void> readSlots(const SpendPiece &piece, Use use)
    {
        const bool days = piece.source == SpendPiece::Source::Day;
        const int64_t slotMs = days ? dayMs : hourMs;
        constexpr int64_t parts = SessionSums::partsPerSlot;
        auto rows =
            m_database.prepare(std::string("SELECT at, data FROM ") +
                               (days ? "rollup_session_day" : "rollup_session_hour") + " WHERE at >= ? AND at < ?");
        if (!rows)
            return rows.error();
        rows->bindAll(slots::placeOf(piece.fromMs / slotMs, 0, parts),
                      piece.toMs == INT64_MAX ? INT64_MAX : slots::placeOf(piece.toMs / slotMs, 0, parts));
        const auto &project = m_request.filter.project;
        return forEachRow(*rows, [&](const Statement &row) {
            if (m_onlyShown && !m_shownPlaces.contains(row.integer(0) % parts))
                return;
            slots::forEach<SessionSums>(row.integer(0), row.view(1), [&](int64_t id, const SessionSums &sums) {
                if (project) {
                    const SpendKey *key = m_keys.find(sums.key);
                    if (!key || key->values[SpendKey::Project] != *project)
                        return;
                }
                use(groupOf(id, sums.back), sums.spend);
            });
        });
    }

    template<class Use>
    Result<void> readRequests(const SpendPiece &piece, Use use)
    {
        auto rows = m_database.prepare(
            "SELECT x.key, x.session, 1, CASE WHEN x.status = 499 OR (x.status BETWEEN 1 AND 399 AND x.error IS NULL) "
            "THEN 0 ELSE 1 END, x.cost_nanousd IS NULL, x.cost_nanousd, x.input_tokens, x.cached_input_tokens, "
            "x.cache_write_tokens, x.output_tokens, x.reasoning_tokens FROM exchange_row x WHERE x.started_at >= ? AND "
            "x.started_at < ? AND x.session IS NOT NULL");
        if (!rows)
            return rows.error();
        rows->bindAll(piece.fromMs, piece.toMs);
        Result<void> outcome;
        const auto done = forEachRow(*rows, [&](const Statement &row) {
            const SpendKey *key = m_keys.find(row.integer(0));
            if (!outcome || !key ||
                (m_request.filter.project && key->values[SpendKey::Project] != *m_request.filter.project))
                return;
            const auto group = groupNamed(PackedText::keyOf(row, 1));
            if (group)
                use(*group, readSums(row, 2));
            else
                outcome = group.error();
        });
        return done ? outcome : done;
    }

    uint32_t add(int64_t id)
    {
        m_ranks.emplace_back();
        m_ids.push_back(id);
        return static_cast<uint32_t>(m_ids.size() - 1);
    }
    // A session that several projects use has several numbers, which are put together under the first.
    uint32_t groupOf(int64_t id, int64_t back)
    {
        uint32_t &number = m_numbers.at(id);
        if (number != GroupNumbers::none)
            return number;
        if (back == 0)
            return number = add(id);
        uint32_t &first = m_numbers.at(id - back);
        if (first == GroupNumbers::none)
            first = add(id); // by the later number: the first may be forgotten
        const uint32_t group = first;
        m_twins.emplace_back(id, group);
        m_twins.emplace_back(id - back, group);
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
            return PackedText::textOfKey(m_nameless.at(group));
        m_nameOf.bind(1, m_ids[group]);
        const auto there = m_nameOf.step();
        std::string name =
            there && *there ? PackedText::textOfKey(PackedText::keyOf(m_nameOf, 0)) : std::string(others);
        m_nameOf.reset();
        return there ? Result<std::string>(std::move(name)) : there.error();
    }

    // The dearest first; one more than is shown, since what was put together when it was written is not among them.
    std::vector<uint32_t> dearest() const
    {
        std::vector<uint32_t> order(m_ids.size());
        std::iota(order.begin(), order.end(), 0U);
        const size_t wanted = m_request.top < order.size() ? m_request.top + 1 : order.size();
        std::partial_sort(
            order.begin(), order.begin() + static_cast<ptrdiff_t>(wanted), order.end(),
            [this](uint32_t a, uint32_t b) { return m_ranks[a] != m_ranks[b] ? m_ranks[a] > m_ranks[b] : a < b; });
        order.resize(wanted);
        return order;
    }

    Result<std::vector<SpendGroup>> show()
    {
        std::vector<SpendGroup> groups;
        std::unordered_map<uint32_t, size_t> shown;
        for (const uint32_t group : dearest()) {
            auto name = groups.size() < m_request.top ? nameOf(group) : std::string(others);
            if (!name)
                return name.error();
            if (*name == others)
                continue;
            shown.emplace(group, groups.size());
            m_shownPlaces.insert(m_ids[group] / slots::idsTogether);
            groups.push_back({std::move(*name), {}, std::vector<SpendSums>(m_starts.size())});
        }
        for (const auto &[id, group] : m_twins) {
            if (shown.contains(group))
                m_shownPlaces.insert(id / slots::idsTogether);
        }
        m_onlyShown = true;
        const auto read = readAll([&](uint32_t group, size_t bucket, const SpendSums &sums) {
            const auto at = shown.find(group);
            if (at == shown.end())
                return;
            groups[at->second].buckets[bucket].add(sums);
            m_rest[bucket].takeAway(sums);
        });
        if (!read)
            return read.error();
        if (groups.size() < m_ids.size())
            groups.push_back({others, {}, m_rest});
        for (SpendGroup &group : groups) {
            for (const SpendSums &sums : group.buckets)
                group.total.add(sums);
        }
        return groups;
    }

    Database &m_database;
    const SpendKeys &m_keys;
    const SpendRequest &m_request;
    const std::vector<int64_t> &m_starts;
    Statement m_firstId, m_nameOf;
    GroupNumbers m_numbers;
    std::unordered_map<std::string, uint32_t> m_named;
    std::vector<Rank> m_ranks;  // these two by group
    std::vector<int64_t> m_ids; // 0: its name is in m_nameless
    std::unordered_map<uint32_t, std::string> m_nameless;
    std::vector<std::pair<int64_t, uint32_t>> m_twins; // all ids of groups that have several
    std::vector<SpendSums> m_rest;                     // by bucket: all, then what is not shown
    std::unordered_set<int64_t> m_shownPlaces;
    bool m_onlyShown = false;
};

} // namespace

Result<std::vector<SpendGroup>> querySessions(Database &database, const SpendKeys &keys, const SpendRequest &request,
                                              const std::vector<int64_t> &starts)
{
    return SessionReader(database, keys, request, starts).run();
}

} // namespace signalbox
