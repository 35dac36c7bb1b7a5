// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/target_rollup.h"

#include <array>
#include <cmath>

namespace signalbox {

namespace {

constexpr int64_t minuteMs = 60'000;
constexpr int64_t quarterMs = 15 * minuteMs;
constexpr int64_t minutesPerHour = 60;
constexpr int64_t mostTargets = 100'000; // in the file
constexpr char others[] = "(others)";

template<class Sums>
auto numbersOf(Sums &s)
{
    return std::array{&s.requests,    &s.limited,    &s.failed, &s.timeouts,  &s.other,       &s.cancelled, &s.input,
                      &s.cachedInput, &s.cacheWrite, &s.output, &s.reasoning, &s.costNanoUsd, &s.unpriced};
}

template<class Sums>
void mergeSpreads(Sums &into, const Sums &from)
{
    into.ttft.merge(from.ttft);
    into.ttft.mergeBlob(from.takenTtft);
    into.duration.merge(from.duration);
    into.duration.mergeBlob(from.takenDuration);
}

} // namespace

void TargetSums::count(const RequestRecord &record)
{
    ++requests;
    switch (outcomeOf(record.status, record.error)) {
    case RequestOutcome::Clear:
        break;
    case RequestOutcome::Limited:
        ++limited;
        break;
    case RequestOutcome::Failed:
        ++failed;
        break;
    case RequestOutcome::Timeout:
        ++timeouts;
        break;
    case RequestOutcome::Other:
        ++other;
        break;
    case RequestOutcome::Cancelled:
        ++cancelled;
        break;
    }
    input += record.usage.input.value_or(0);
    cachedInput += record.usage.cachedInput.value_or(0);
    cacheWrite += record.usage.cacheWrite.value_or(0);
    output += record.usage.output.value_or(0);
    reasoning += record.usage.reasoning.value_or(0);
    costNanoUsd += record.cost.nanoUsd.value_or(0);
    unpriced += record.cost.nanoUsd ? 0 : 1;
    if (record.ttftMs)
        ttft.add(*record.ttftMs);
    duration.add(record.durationMs);
}

void TargetSums::add(const TargetSums &from)
{
    const auto theirs = numbersOf(from);
    const auto ours = numbersOf(*this);
    for (size_t i = 0; i < ours.size(); ++i)
        *ours[i] += *theirs[i];
    mergeSpreads(*this, from);
}

void TargetSums::put(std::string &out) const
{
    for (const int64_t *number : numbersOf(*this))
        putNumber(out, static_cast<uint64_t>(*number));
    putBytes(out, ttft.toBlob());
    putBytes(out, duration.toBlob());
}

bool TargetSums::take(std::string_view &in)
{
    for (int64_t *number : numbersOf(*this)) {
        if (!takeNumber(in, *number))
            return false;
    }
    return takeBytes(in, takenTtft) && takeBytes(in, takenDuration);
}

bool countsForSpeed(const RequestRecord &record)
{
    return record.status < 400 && record.error.empty() && !record.provider.empty();
}

int sizeClassOf(int64_t inputTokens)
{
    return inputTokens < 1'000 ? 0 : inputTokens < 10'000 ? 1 : inputTokens < 100'000 ? 2 : 3;
}

void SpeedSums::count(const RequestRecord &record)
{
    duration.add(record.durationMs);
    if (!record.stream || !record.ttftMs)
        return;
    ttft.add(*record.ttftMs);
    if (record.usage.output && record.durationMs > *record.ttftMs) {
        streamedTokens += *record.usage.output;
        streamedUs += std::llround((record.durationMs - *record.ttftMs) * 1'000);
    }
}

void SpeedSums::add(const SpeedSums &from)
{
    streamedTokens += from.streamedTokens;
    streamedUs += from.streamedUs;
    mergeSpreads(*this, from);
}

void SpeedSums::put(std::string &out) const
{
    putNumber(out, static_cast<uint64_t>(streamedTokens));
    putNumber(out, static_cast<uint64_t>(streamedUs));
    putBytes(out, ttft.toBlob());
    putBytes(out, duration.toBlob());
}

bool SpeedSums::take(std::string_view &in)
{
    return takeNumber(in, streamedTokens) && takeNumber(in, streamedUs) && takeBytes(in, takenTtft) &&
           takeBytes(in, takenDuration);
}

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
    auto ready = m_minutes.prepare(database, "rollup_minute");
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
    return done ? m_speed.write() : done;
}

void TargetWriter::forget()
{
    m_ids.clear();
    m_minutes.clear();
    m_hours.clear();
    m_speed.clear();
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
