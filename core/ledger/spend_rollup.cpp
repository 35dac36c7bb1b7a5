// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/spend_rollup.h"

#include "core/ledger/session_rollup.h"

#include <cstdlib>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t quarterMs = hourMs / 4;
constexpr int64_t hoursPerShift = 6;
constexpr int64_t hoursPerDay = 24;
constexpr size_t mostKnown = 50'000;  // keys in memory
constexpr int64_t mostKeys = 200'000; // in the file; clients name users and tags as they like
constexpr char together[] = "(others)";

} // namespace

void SpendSums::add(const SpendSums &other)
{
    requests += other.requests;
    errors += other.errors;
    unpriced += other.unpriced;
    nanoUsd += other.nanoUsd;
    input += other.input;
    cachedInput += other.cachedInput;
    cacheWrite += other.cacheWrite;
    output += other.output;
    reasoning += other.reasoning;
}

void SpendSums::takeAway(const SpendSums &part)
{
    requests -= part.requests;
    errors -= part.errors;
    unpriced -= part.unpriced;
    nanoUsd -= part.nanoUsd;
    input -= part.input;
    cachedInput -= part.cachedInput;
    cacheWrite -= part.cacheWrite;
    output -= part.output;
    reasoning -= part.reasoning;
}

void SpendSums::put(std::string &out) const
{
    for (const int64_t value : {requests, errors, unpriced, nanoUsd, input, cachedInput, cacheWrite, output, reasoning})
        putNumber(out, static_cast<uint64_t>(value));
}

bool SpendSums::take(std::string_view &in)
{
    return takeNumber(in, requests) && takeNumber(in, errors) && takeNumber(in, unpriced) && takeNumber(in, nanoUsd) &&
           takeNumber(in, input) && takeNumber(in, cachedInput) && takeNumber(in, cacheWrite) &&
           takeNumber(in, output) && takeNumber(in, reasoning);
}

SpendSums sumsOf(const RequestRecord &record)
{
    const RequestOutcome outcome = outcomeOf(record.status, record.error);
    SpendSums sums;
    sums.requests = 1;
    sums.errors = outcome != RequestOutcome::Clear && outcome != RequestOutcome::Cancelled;
    sums.unpriced = record.cost.nanoUsd ? 0 : 1;
    sums.nanoUsd = record.cost.nanoUsd.value_or(0);
    sums.input = record.usage.input.value_or(0);
    sums.cachedInput = record.usage.cachedInput.value_or(0);
    sums.cacheWrite = record.usage.cacheWrite.value_or(0);
    sums.output = record.usage.output.value_or(0);
    sums.reasoning = record.usage.reasoning.value_or(0);
    return sums;
}

SpendKey spendKeyOf(const RequestRecord &r)
{
    return {{r.project, r.client, r.user, r.provider, r.model, r.credential, r.route, r.tag}};
}

Result<void> SpendLevels::prepare(Database &database, const std::string &prefix)
{
    auto ready = m_quarters.prepare(database, prefix + "_quarter");
    if (ready)
        ready = m_hours.prepare(database, prefix + "_hour");
    if (ready)
        ready = m_shifts.prepare(database, prefix + "_shift");
    return ready ? m_days.prepare(database, prefix + "_day") : ready;
}

void SpendLevels::add(int64_t startedAtMs, int64_t key, const SpendSums &sums)
{
    m_quarters.at(startedAtMs / quarterMs, key).add(sums);
}

Result<void> SpendLevels::write()
{
    m_quarters.forEachPending([this](int64_t quarter, int64_t id, const SpendSums &sums) {
        m_hours.at(quarter / 4, id).add(sums);
        m_shifts.at(quarter / (4 * hoursPerShift), id).add(sums);
        m_days.at(quarter / (4 * hoursPerDay), id).add(sums);
    });
    auto done = m_quarters.write();
    if (done)
        done = m_hours.write();
    if (done)
        done = m_shifts.write();
    return done ? m_days.write() : done;
}

void SpendLevels::clear()
{
    m_quarters.clear();
    m_hours.clear();
    m_shifts.clear();
    m_days.clear();
}

SpendWriter::SpendWriter() : m_sessions(std::make_unique<SessionWriter>()) {}
SpendWriter::~SpendWriter() = default;

Result<void> SpendWriter::prepare(Database &database)
{
    m_database = &database;
    const std::pair<Statement *, const char *> wanted[] = {
        {&m_find, "SELECT id FROM spend_key WHERE project = ? AND client = ? AND user = ? AND provider = ? AND "
                  "model = ? AND credential = ? AND route = ? AND tag = ?"},
        {&m_add, "INSERT INTO spend_key (project, client, user, provider, model, credential, route, tag) VALUES "
                 "(?,?,?,?,?,?,?,?)"},
    };
    for (const auto &[statement, sql] : wanted) {
        auto prepared = database.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    const auto keys = database.integer("SELECT max(id) FROM spend_key");
    if (!keys)
        return keys.error();
    m_keyCount = *keys;
    const auto ready = m_levels.prepare(database, "rollup");
    return ready ? m_sessions->prepare(database) : ready;
}

Result<SpendWriter::KeyOf> SpendWriter::findOrAdd(const SpendKey &key)
{
    const auto &v = key.values;
    m_find.bindAllInPlace(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
    const auto there = m_find.step();
    const int64_t id = there && *there ? m_find.integer(0) : 0;
    m_find.reset();
    if (!there)
        return there.error();
    if (id > 0)
        return KeyOf{id, false};
    if (m_keyCount >= mostKeys && (v[SpendKey::User] != together || v[SpendKey::Tag] != together)) {
        SpendKey wide = key;
        wide.values[SpendKey::User] = wide.values[SpendKey::Tag] = together;
        const auto found = findOrAdd(wide);
        return found ? Result<KeyOf>(KeyOf{found->id, true}) : found;
    }
    m_add.bindAllInPlace(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
    if (const auto done = m_add.run(); !done)
        return done.error();
    return KeyOf{m_keyCount = m_database->lastRowid(), false};
}

Result<SpendWriter::KeyOf> SpendWriter::keyOf(const RequestRecord &r)
{
    m_text.clear();
    for (const std::string *part : {&r.project, &r.client, &r.user, &r.provider, &r.model, &r.credential, &r.route})
        m_text.append(*part).append(1, '\0');
    m_text += r.tag;
    if (const auto known = m_ids.find(m_text); known != m_ids.end())
        return KeyOf{std::abs(known->second), known->second < 0};
    const auto key = findOrAdd(spendKeyOf(r));
    if (!key)
        return key;
    if (m_ids.size() >= mostKnown)
        m_ids.clear();
    m_ids.emplace(m_text, key->together ? -key->id : key->id);
    return key;
}

void SpendWriter::add(const RequestRecord &record, int64_t keyId)
{
    const SpendSums sums = sumsOf(record);
    m_levels.add(record.startedAtMs, keyId, sums);
    if (!record.session.empty())
        m_sessions->add(record.startedAtMs, record.session, record.project, keyId, sums);
}

Result<void> SpendWriter::write()
{
    const auto done = m_levels.write();
    return done ? m_sessions->write() : done;
}

void SpendWriter::forget()
{
    m_ids.clear();
    m_levels.clear();
    m_sessions->forget();
}

} // namespace signalbox
