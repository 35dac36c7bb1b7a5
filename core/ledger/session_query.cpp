// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/session_query.h"

#include "core/ledger/packed_text.h"
#include "core/ledger/session_places.h"
#include "core/ledger/session_ranking.h"

#include <algorithm>
#include <unordered_map>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr char others[] = "(others)";

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

// First which are shown, then what all come to in each bucket, then what each of the shown does.
class SessionReader
{
public:
    SessionReader(Database &database, const SpendKeys &keys, const SpendRequest &request,
                  const std::vector<int64_t> &starts)
        : m_database(database), m_keys(keys), m_request(request), m_starts(starts), m_rest(starts.size())
    {
    }

    Result<std::vector<SpendGroup>> run()
    {
        const OneMoment moment(m_database);
        auto done = moment.begun();
        if (done)
            done = m_places.prepare(m_database);
        if (done)
            done = chooseShown();
        if (done)
            done = readAll();
        for (size_t bucket = 0; bucket < m_starts.size() && done; ++bucket)
            done = readBucket(bucket);
        if (!done)
            return done.error();
        return take();
    }

private:
    int64_t endOf(size_t bucket) const { return bucket + 1 < m_starts.size() ? m_starts[bucket + 1] : m_request.toMs; }
    bool isWanted(const std::string &project) const
    {
        return !m_request.filter.project || *m_request.filter.project == project;
    }

    Result<void> chooseShown()
    {
        SessionRankRequest ranked{m_request.fromMs, m_request.toMs, m_request.filter.project, m_request.top};
        if (m_request.rankBucket && *m_request.rankBucket < m_starts.size()) {
            ranked.fromMs = m_starts[*m_request.rankBucket];
            ranked.toMs = endOf(*m_request.rankBucket);
        }
        const auto names = rankSessions(m_database, m_keys, ranked);
        if (!names)
            return names.error();
        auto ids = m_database.prepare("SELECT id, project, first_day, last_day FROM session_key WHERE session = ?");
        if (!ids)
            return ids.error();
        for (const std::string &name : *names) {
            const size_t group = m_groups.size();
            m_groups.push_back({PackedText::textOfKey(name), {}, std::vector<SpendSums>(m_starts.size())});
            m_byName.emplace(name, group);
            if (const auto known = placesOf(*ids, name, group); !known)
                return known;
        }
        // Requests of a shown session may have been put together with others.
        return placesOf(*ids, PackedText::ofUuid(others).key(), togetherGroup);
    }

    Result<void> placesOf(Statement &ids, const std::string &name, size_t group)
    {
        const PackedText session = PackedText::ofKey(name);
        session.bindTo(ids, 1);
        const auto done = forEachRow(ids, [&](const Statement &row) {
            if (!isWanted(row.text(1)))
                return;
            m_places.add(row.integer(0), row.integer(2), row.integer(3));
            m_byId.emplace(row.integer(0), group);
        });
        ids.reset();
        return done;
    }

    Result<void> readAll()
    {
        for (const SpendPiece &piece : spendPiecesOf(m_starts, m_request.toMs)) {
            const auto done =
                readSpendPiece(m_database, m_keys, piece, SpendTables::Named, [this](const SpendLine &line) {
                    if (!isWanted(line.key.values[SpendKey::Project]))
                        return;
                    const auto next = std::upper_bound(m_starts.begin(), m_starts.end(), line.startMs);
                    m_rest[static_cast<size_t>(next - m_starts.begin()) - 1].add(line.sums);
                });
            if (!done)
                return done;
        }
        return {};
    }

    Result<void> readBucket(size_t bucket)
    {
        const auto isShown = [this](int64_t id) { return m_byId.contains(id); };
        for (const SpendPiece &piece : sessionPieces(m_starts[bucket], endOf(bucket))) {
            auto done = piece.source == SpendPiece::Source::Request
                            ? readRequests(piece, bucket)
                            : m_places.read(piece, isShown, [&](int64_t id, const SessionSums &sums) {
                                  const auto at = m_byId.find(id);
                                  if (at != m_byId.end() && at->second != togetherGroup)
                                      add(at->second, bucket, sums.spend);
                              });
            if (!done)
                return done;
        }
        return {};
    }

    // A part of an hour is read where the hour has any of them.
    Result<void> readRequests(const SpendPiece &piece, size_t bucket)
    {
        bool any = false;
        const SpendPiece hours{SpendPiece::Source::Hour, piece.fromMs / hourMs * hourMs,
                               ((piece.toMs - 1) / hourMs + 1) * hourMs};
        const auto looked = m_places.read(
            hours, [this](int64_t id) { return m_byId.contains(id); },
            [&any](int64_t, const SessionSums &) { any = true; });
        if (!looked || !any)
            return looked;
        return forEachOfSessions(m_database, m_keys, piece.fromMs, piece.toMs,
                                 [&](const std::string &session, const std::string &project, const SpendSums &sums) {
                                     const auto at = m_byName.find(session);
                                     if (at != m_byName.end() && isWanted(project))
                                         add(at->second, bucket, sums);
                                 });
    }

    void add(size_t group, size_t bucket, const SpendSums &sums)
    {
        m_groups[group].buckets[bucket].add(sums);
        m_rest[bucket].takeAway(sums);
    }

    std::vector<SpendGroup> take()
    {
        if (std::any_of(m_rest.begin(), m_rest.end(), [](const SpendSums &sums) { return sums.requests > 0; }))
            m_groups.push_back({others, {}, std::move(m_rest)});
        for (SpendGroup &group : m_groups) {
            for (const SpendSums &sums : group.buckets)
                group.total.add(sums);
        }
        return std::move(m_groups);
    }

    static constexpr size_t togetherGroup = SIZE_MAX;

    Database &m_database;
    const SpendKeys &m_keys;
    const SpendRequest &m_request;
    const std::vector<int64_t> &m_starts;
    SessionPlaces m_places;
    std::unordered_map<int64_t, size_t> m_byId;
    std::unordered_map<std::string, size_t> m_byName;
    std::vector<SpendGroup> m_groups;
    std::vector<SpendSums> m_rest; // by bucket: all, then what is not shown
};

} // namespace

Result<std::vector<SpendGroup>> querySessions(Database &database, const SpendKeys &keys, const SpendRequest &request,
                                              const std::vector<int64_t> &starts)
{
    return SessionReader(database, keys, request, starts).run();
}

} // namespace signalbox
