// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/spend_query.h"

#include "core/ledger/session_query.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace signalbox {

namespace {

constexpr size_t mostBuckets = 20'000;
constexpr char others[] = "(others)";

std::string nameOf(const SpendKey &key, SpendDimension by)
{
    switch (by) {
    case SpendDimension::Nothing:
    case SpendDimension::Session:
        return {};
    case SpendDimension::Project:
        return key.values[SpendKey::Project];
    case SpendDimension::Client:
        return key.values[SpendKey::Client];
    case SpendDimension::User:
        return key.values[SpendKey::User];
    case SpendDimension::Provider:
        return key.values[SpendKey::Provider];
    case SpendDimension::Model:
        return key.values[SpendKey::Model];
    case SpendDimension::Credential:
        return key.values[SpendKey::Provider] + '/' + key.values[SpendKey::Credential];
    case SpendDimension::Route:
        return key.values[SpendKey::Route];
    case SpendDimension::Tag:
        return key.values[SpendKey::Tag];
    case SpendDimension::Target:
        return key.values[SpendKey::Provider] + '/' + key.values[SpendKey::Model];
    }
    return {};
}

// Groups while they are filled: many of them, few of which are shown.
class Collector
{
public:
    explicit Collector(size_t buckets) : m_buckets(buckets) {}

    size_t groupOf(std::string name)
    {
        const auto [at, isNew] = m_places.try_emplace(std::move(name), m_names.size());
        if (isNew) {
            m_names.push_back(&at->first);
            m_sums.resize(m_sums.size() + m_buckets);
        }
        return at->second;
    }
    void add(size_t group, size_t bucket, const SpendSums &sums) { m_sums[group * m_buckets + bucket].add(sums); }

    // The dearest, then by tokens; the rest as one.
    std::vector<SpendGroup> take(size_t top, std::optional<size_t> rankBucket) const
    {
        struct Rank {
            int64_t nanoUsd, tokens;
            size_t group;
        };
        std::vector<Rank> ranks;
        ranks.reserve(m_names.size());
        for (size_t i = 0; i < m_names.size(); ++i) {
            const SpendSums total = rankBucket ? m_sums[i * m_buckets + *rankBucket] : totalOf(i);
            ranks.push_back({total.nanoUsd, total.tokens(), i});
        }
        const auto shown = ranks.begin() + static_cast<ptrdiff_t>(std::min(top, ranks.size()));
        std::partial_sort(ranks.begin(), shown, ranks.end(), [this](const Rank &a, const Rank &b) {
            if (a.nanoUsd != b.nanoUsd || a.tokens != b.tokens)
                return std::pair(a.nanoUsd, a.tokens) > std::pair(b.nanoUsd, b.tokens);
            return *m_names[a.group] < *m_names[b.group];
        });
        std::vector<SpendGroup> groups;
        for (auto rank = ranks.begin(); rank != shown; ++rank)
            groups.push_back({*m_names[rank->group], totalOf(rank->group), bucketsOf(rank->group)});
        if (shown == ranks.end())
            return groups;
        SpendGroup rest{others, {}, std::vector<SpendSums>(m_buckets)};
        for (auto rank = shown; rank != ranks.end(); ++rank) {
            for (size_t b = 0; b < m_buckets; ++b)
                rest.buckets[b].add(m_sums[rank->group * m_buckets + b]);
        }
        for (const SpendSums &sums : rest.buckets)
            rest.total.add(sums);
        groups.push_back(std::move(rest));
        return groups;
    }

private:
    std::vector<SpendSums> bucketsOf(size_t group) const
    {
        const auto from = m_sums.begin() + static_cast<ptrdiff_t>(group * m_buckets);
        return {from, from + static_cast<ptrdiff_t>(m_buckets)};
    }
    SpendSums totalOf(size_t group) const
    {
        SpendSums total;
        for (size_t b = 0; b < m_buckets; ++b)
            total.add(m_sums[group * m_buckets + b]);
        return total;
    }

    size_t m_buckets;
    std::unordered_map<std::string, size_t> m_places;
    std::vector<const std::string *> m_names; // of m_places
    std::vector<SpendSums> m_sums;            // by group and bucket
};

Result<void> collectKeys(Database &database, const SpendKeys &keys, const SpendRequest &request,
                         const std::vector<int64_t> &starts, Collector &groups)
{
    constexpr size_t unknown = SIZE_MAX;
    constexpr size_t left = SIZE_MAX - 1;
    std::vector<size_t> groupById;
    size_t bucket = 0;
    int64_t bucketFrom = 0;
    int64_t bucketTo = 0;
    const auto groupOf = [&](const SpendKey &key) {
        return request.filter.holds(key) ? groups.groupOf(nameOf(key, request.by)) : left;
    };
    for (const SpendPiece &piece : spendPiecesOf(starts, request.toMs)) {
        const auto done = readSpendPiece(database, keys, piece, SpendTables::All, [&](const SpendLine &line) {
            const auto id = static_cast<size_t>(line.keyId);
            if (id >= groupById.size())
                groupById.resize(id + 1, unknown);
            if (groupById[id] == unknown)
                groupById[id] = groupOf(line.key);
            if (groupById[id] == left)
                return;
            if (line.startMs < bucketFrom || line.startMs >= bucketTo) { // lines of one time follow each other
                const auto next = std::upper_bound(starts.begin(), starts.end(), line.startMs);
                bucket = static_cast<size_t>(next - starts.begin()) - 1;
                bucketFrom = starts[bucket];
                bucketTo = next == starts.end() ? INT64_MAX : *next;
            }
            groups.add(groupById[id], bucket, line.sums);
        });
        if (!done)
            return done;
    }
    return {};
}

Result<void> checkRequest(const SpendRequest &request)
{
    const auto &starts = request.bucketStarts;
    const bool ordered = std::adjacent_find(starts.begin(), starts.end(), std::greater_equal<>()) == starts.end();
    if (request.toMs <= request.fromMs || starts.size() >= mostBuckets || !ordered ||
        (!starts.empty() && (starts.front() <= request.fromMs || starts.back() >= request.toMs)))
        return Error{"range_invalid",
                     "The range must not be empty; its buckets must ascend inside it and be at most 20000.", 400};
    const SpendFilter &f = request.filter;
    if (request.by == SpendDimension::Session &&
        (f.client || f.user || f.provider || f.model || f.credential || f.route || f.tag))
        return Error{"filter_unsupported", "Spend by session can be narrowed to a project only.", 400};
    return {};
}

} // namespace

const char *spendByName(SpendDimension by)
{
    constexpr std::array<const char *, 11> names{"nothing",    "project", "client", "user",   "provider", "model",
                                                 "credential", "route",   "tag",    "target", "session"};
    return names[static_cast<size_t>(by)];
}

bool SpendFilter::holds(const SpendKey &key) const
{
    const std::optional<std::string> *const wanted[] = {&project, &client,     &user,  &provider,
                                                        &model,   &credential, &route, &tag};
    for (size_t i = 0; i < SpendKey::parts; ++i) {
        if (*wanted[i] && **wanted[i] != key.values[i])
            return false;
    }
    return true;
}

Result<SpendReport> querySpend(Database &database, SpendKeys &keys, const SpendRequest &request)
{
    if (const auto good = checkRequest(request); !good)
        return good.error();
    if (const auto known = keys.refresh(database); !known)
        return known.error();
    SpendReport report;
    report.bucketStarts = request.bucketStarts;
    report.bucketStarts.insert(report.bucketStarts.begin(), request.fromMs);
    if (request.by == SpendDimension::Session) {
        auto sessions = querySessions(database, keys, request, report.bucketStarts);
        if (!sessions)
            return sessions.error();
        report.groups = std::move(*sessions);
    } else {
        Collector groups(report.bucketStarts.size());
        const auto done = collectKeys(database, keys, request, report.bucketStarts, groups);
        if (!done)
            return done.error();
        report.groups = groups.take(request.top, request.rankBucket);
    }
    for (const SpendGroup &group : report.groups)
        report.total.add(group.total);
    return report;
}

Result<std::vector<CostDriver>> queryCostDrivers(Database &database, SpendKeys &keys, int64_t fromMs, int64_t toMs,
                                                 SpendDimension by, size_t top)
{
    SpendRequest request;
    request.fromMs = fromMs - (toMs - fromMs);
    request.toMs = toMs;
    request.bucketStarts = {fromMs};
    request.by = by;
    request.top = top;
    request.rankBucket = 1;
    const auto report = querySpend(database, keys, request);
    if (!report)
        return report.error();
    std::vector<CostDriver> drivers;
    for (const SpendGroup &group : report->groups) {
        if (drivers.size() == top || (by == SpendDimension::Session && group.name == others))
            break; // what is put together drives nothing
        CostDriver driver{group.name, group.buckets[1], group.buckets[0], 0, {}};
        driver.changeNanoUsd = driver.now.nanoUsd - driver.before.nanoUsd;
        if (driver.before.nanoUsd > 0)
            driver.changeShare = static_cast<double>(driver.changeNanoUsd) / static_cast<double>(driver.before.nanoUsd);
        drivers.push_back(std::move(driver));
    }
    return drivers;
}

Result<CacheSavings> queryCacheSavings(Database &database, SpendKeys &keys, int64_t fromMs, int64_t toMs,
                                       const SpendFilter &filter, const PriceOf &price)
{
    if (const auto known = keys.refresh(database); !known)
        return known.error();
    std::map<std::pair<std::string, std::string>, SpendSums> targets;
    const auto read = forEachSpend(database, keys, fromMs, toMs, [&](const SpendKey &key, const SpendSums &sums) {
        if (filter.holds(key))
            targets[{key.values[SpendKey::Provider], key.values[SpendKey::Model]}].add(sums);
    });
    if (!read)
        return read.error();
    CacheSavings savings;
    for (const auto &[target, sums] : targets) {
        savings.inputTokens += sums.input + sums.cachedInput + sums.cacheWrite;
        savings.cachedTokens += sums.cachedInput;
        if (sums.cachedInput == 0 && sums.cacheWrite == 0)
            continue;
        TokenUsage with;
        with.cachedInput = sums.cachedInput;
        with.cacheWrite = sums.cacheWrite;
        TokenUsage without;
        without.input = sums.cachedInput + sums.cacheWrite;
        const auto paid = price(target.first, target.second, with);
        const auto plain = price(target.first, target.second, without);
        if (paid && plain)
            savings.savedNanoUsd += *plain - *paid;
        else
            savings.unpricedTokens += sums.cachedInput;
    }
    return savings;
}

} // namespace signalbox
