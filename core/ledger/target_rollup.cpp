// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/target_rollup.h"

namespace signalbox {

namespace {

constexpr int64_t minuteMs = 60'000;
constexpr int64_t quarterMs = 15 * minuteMs;
constexpr int64_t minutesPerHour = 60;
constexpr int64_t mostTargets = 100'000; // in the file
constexpr char others[] = "(others)";

} // namespace

Result<void> TargetWriter::prepare(Database &database)
{
    m_database = &database;
    auto find = database.prepare("SELECT id FROM target WHERE provider = ? AND model = ? AND route = ? AND size = ?");
    auto add = database.prepare("INSERT INTO target (provider, model, route, size) VALUES (?,?,?,?)");
    if (!find || !add)
        return !find ? find.error() : add.error();
    m_find = std::move(*find);
    m_add = std::move(*add);
    const auto count = database.integer("SELECT max(id) FROM target");
    if (!count)
        return count.error();
    m_count = *count;
    const auto moments = database.integer("SELECT count(*) FROM sqlite_master WHERE name = 'rollup_moment'");
    if (!moments)
        return moments.error();
    auto ready = *moments > 0 ? m_moments.prepare(database) : Result<void>();
    if (ready)
        ready = m_minutes.prepare(database, "rollup_minute");
    if (ready)
        ready = m_hours.prepare(database, "rollup_target_hour");
    return ready ? m_speed.prepare(database, "rollup_speed") : ready;
}

Result<int64_t> TargetWriter::idOf(std::string_view provider, std::string_view model, std::string_view route, int size)
{
    m_text.assign(provider).append(1, '\0').append(model).append(1, '\0').append(route);
    m_text += static_cast<char>('a' + size);
    if (const auto known = m_ids.find(m_text); known != m_ids.end())
        return known->second;
    m_find.bindAllInPlace(provider, model, route, size);
    const auto there = m_find.step();
    int64_t id = there && *there ? m_find.integer(0) : 0;
    m_find.reset();
    if (!there)
        return there.error();
    if (id == 0 && m_count >= mostTargets && model != others) // clients name models where a provider takes any
        return idOf(provider, others, route, size);
    if (id == 0) {
        m_add.bindAllInPlace(provider, model, route, size);
        if (const auto done = m_add.run(); !done)
            return done.error();
        id = m_count = m_database->lastRowid();
    }
    m_ids.emplace(m_text, id);
    return id;
}

Result<void> TargetWriter::add(const RequestRecord &r)
{
    const auto target = idOf(r.provider, r.model, {}, -1);
    if (!target)
        return target.error();
    m_minutes.at(r.startedAtMs / minuteMs, *target).count(r);
    if (m_moments.isPrepared())
        m_moments.count(*target, r);
    if (!countsForSpeed(r))
        return {};
    const int64_t input = r.usage.input.value_or(0) + r.usage.cachedInput.value_or(0) + r.usage.cacheWrite.value_or(0);
    const auto use = idOf(r.provider, r.model, r.route, sizeClassOf(input));
    if (!use)
        return use.error();
    m_speed.at(r.startedAtMs / quarterMs, *use).count(r);
    return {};
}

Result<void> TargetWriter::write()
{
    m_minutes.forEachPending([this](int64_t minute, int64_t id, const TargetSums &sums) {
        m_hours.at(minute / minutesPerHour, id).add(sums);
    });
    auto done = m_minutes.write();
    if (done)
        done = m_hours.write();
    if (done)
        done = m_speed.write();
    return done && m_moments.isPrepared() ? m_moments.write() : done;
}

void TargetWriter::forget()
{
    m_ids.clear();
    m_minutes.clear();
    m_hours.clear();
    m_speed.clear();
    m_moments.forget();
}

Result<void> TargetKeys::refresh(Database &database)
{
    const auto count = database.integer("SELECT count(*) FROM target");
    if (!count)
        return count.error();
    if (*count == static_cast<int64_t>(m_keys.size()))
        return {};
    auto statement = database.prepare("SELECT id, provider, model, route, size FROM target");
    if (!statement)
        return statement.error();
    m_keys.clear();
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        m_keys[statement->integer(0)] = {statement->text(1), statement->text(2), statement->text(3),
                                         static_cast<int>(statement->integer(4))};
    }
}

const TargetKey *TargetKeys::find(int64_t id) const
{
    const auto found = m_keys.find(id);
    return found == m_keys.end() ? nullptr : &found->second;
}

} // namespace signalbox
