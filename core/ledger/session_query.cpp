// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/session_query.h"

#include "core/ledger/packed_text.h"
#include "core/ledger/session_rollup.h"

#include <algorithm>
#include <array>
#include <unordered_map>

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

struct SessionGroup {
    int64_t id = 0; // 0: in `name`
    std::string name;
    SpendSums total;   // of the whole range
    SpendSums ranking; // what the order goes by
};

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
        const auto prepared = prepare();
        if (!prepared)
            return prepared.error();
        const auto summed = readAll([this](uint32_t group, size_t bucket, const SpendSums &sums) {
            m_groups[group].total.add(sums);
            if (ranks(bucket))
                m_groups[group].ranking.add(sums);
        });
        if (!summed)
            return summed.error();
        return take();
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
    bool ranks(size_t bucket) const { return !m_request.rankBucket || *m_request.rankBucket == bucket; }
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

    uint32_t add(SessionGroup group)
    {
        m_groups.push_back(std::move(group));
        return static_cast<uint32_t>(m_groups.size() - 1);
    }
    // A session that several projects use has several numbers, which are put together under the first.
    uint32_t groupOf(int64_t id, int64_t back)
    {
        uint32_t &number = m_numbers.at(id);
        if (number != GroupNumbers::none)
            return number;
        if (back == 0)
            return number = add({id, {}, {}, {}});
        uint32_t &first = m_numbers.at(id - back);
        if (first == GroupNumbers::none)
            first = add({id, {}, {}, {}}); // by the later number: the first may be forgotten
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
        return found->second = id > 0 ? groupOf(id, 0) : add({0, name, {}, {}});
    }
    Result<std::string> nameOf(const SessionGroup &group)
    {
        if (group.id == 0)
            return PackedText::textOfKey(group.name);
        m_nameOf.bind(1, group.id);
        const auto there = m_nameOf.step();
        std::string name =
            there && *there ? PackedText::textOfKey(PackedText::keyOf(m_nameOf, 0)) : std::string(others);
        m_nameOf.reset();
        return there ? Result<std::string>(std::move(name)) : there.error();
    }

    // The dearest with their names; what is not shown, and what has no name of its own, as one.
    Result<std::vector<SpendGroup>> take()
    {
        std::vector<uint32_t> order(m_groups.size());
        for (uint32_t i = 0; i < order.size(); ++i)
            order[i] = i;
        // One more than is shown: what was put together when it was written is not among them.
        const auto shown =
            order.begin() + static_cast<ptrdiff_t>(m_request.top < order.size() ? m_request.top + 1 : order.size());
        std::partial_sort(order.begin(), shown, order.end(), [this](uint32_t a, uint32_t b) {
            const auto rank = [](const SessionGroup &g) { return std::pair(g.ranking.nanoUsd, g.ranking.tokens()); };
            const auto ofA = rank(m_groups[a]);
            const auto ofB = rank(m_groups[b]);
            return ofA != ofB ? ofA > ofB : a < b;
        });
        std::vector<SpendGroup> groups;
        std::vector<uint32_t> into(m_groups.size(), GroupNumbers::none);
        for (auto at = order.begin(); at != shown && groups.size() < m_request.top; ++at) {
            auto name = nameOf(m_groups[*at]);
            if (!name)
                return name.error();
            if (*name == others)
                continue;
            into[*at] = static_cast<uint32_t>(groups.size());
            groups.push_back({std::move(*name), m_groups[*at].total, {}});
        }
        if (groups.size() < m_groups.size()) {
            SpendGroup rest{others, {}, {}};
            for (uint32_t i = 0; i < into.size(); ++i) {
                if (into[i] != GroupNumbers::none)
                    continue;
                into[i] = static_cast<uint32_t>(groups.size());
                rest.total.add(m_groups[i].total);
            }
            groups.push_back(std::move(rest));
        }
        return withBuckets(std::move(groups), into);
    }

    Result<std::vector<SpendGroup>> withBuckets(std::vector<SpendGroup> groups, const std::vector<uint32_t> &into)
    {
        for (SpendGroup &group : groups)
            group.buckets.resize(m_starts.size());
        if (m_starts.size() == 1) {
            for (SpendGroup &group : groups)
                group.buckets.front() = group.total;
            return groups;
        }
        for (SpendGroup &group : groups)
            group.total = {};
        // Requests that came since the first reading may be of sessions that it did not see.
        const auto read = readAll([&](uint32_t number, size_t bucket, const SpendSums &sums) {
            if (number >= into.size())
                return;
            groups[into[number]].buckets[bucket].add(sums);
            groups[into[number]].total.add(sums);
        });
        if (!read)
            return read.error();
        return groups;
    }

    Database &m_database;
    const SpendKeys &m_keys;
    const SpendRequest &m_request;
    const std::vector<int64_t> &m_starts;
    Statement m_firstId, m_nameOf;
    GroupNumbers m_numbers;
    std::unordered_map<std::string, uint32_t> m_named;
    std::vector<SessionGroup> m_groups;
};

} // namespace

Result<std::vector<SpendGroup>> querySessions(Database &database, const SpendKeys &keys, const SpendRequest &request,
                                              const std::vector<int64_t> &starts)
{
    return SessionReader(database, keys, request, starts).run();
}

} // namespace signalbox
