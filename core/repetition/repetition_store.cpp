// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/repetition/repetition_store.h"

#include <QtCore/QFile>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t keptHours = 400 * 24;

constexpr char schema[] = R"sql(
PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS repetition_hour (
  hour INTEGER NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, samples INTEGER NOT NULL,
  repeated_ppm INTEGER NOT NULL, looping INTEGER NOT NULL, near_duplicates INTEGER NOT NULL,
  too_short INTEGER NOT NULL, PRIMARY KEY (hour, provider, model)) WITHOUT ROWID;
)sql";

} // namespace

void RepetitionSums::add(const RepetitionSums &other)
{
    samples += other.samples;
    repeatedPpm += other.repeatedPpm;
    looping += other.looping;
    nearDuplicates += other.nearDuplicates;
    tooShort += other.tooShort;
}

Result<RepetitionStore> RepetitionStore::open(const QString &path)
{
    auto database = Database::open(path, Database::Mode::ReadWrite);
    if (!database)
        return database.error();
    RepetitionStore store;
    store.m_database = std::move(*database);
    if (const auto made = store.m_database.exec(schema); !made)
        return made.error();
    return store;
}

Result<void> RepetitionStore::add(const RepetitionBatch &batch)
{
    if (batch.empty())
        return {};
    auto transaction = Transaction::begin(m_database);
    if (!transaction)
        return transaction.error();
    auto insert = m_database.prepare(
        "INSERT INTO repetition_hour VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET "
        "samples = samples + excluded.samples, repeated_ppm = repeated_ppm + excluded.repeated_ppm, "
        "looping = looping + excluded.looping, near_duplicates = near_duplicates + excluded.near_duplicates, "
        "too_short = too_short + excluded.too_short");
    if (!insert)
        return insert.error();
    for (const auto &[key, sums] : batch) {
        insert->bindAll(std::get<0>(key), std::get<1>(key), std::get<2>(key), sums.samples, sums.repeatedPpm,
                        sums.looping, sums.nearDuplicates, sums.tooShort);
        if (const auto done = insert->run(); !done)
            return done;
    }
    auto old = m_database.prepare("DELETE FROM repetition_hour WHERE hour < ?");
    if (!old)
        return old.error();
    old->bindAll(std::get<0>(batch.rbegin()->first) - keptHours);
    if (const auto done = old->run(); !done)
        return done;
    return transaction->commit();
}

Result<std::vector<ModelRepetition>> readRepetition(const QString &path, int64_t fromMs, int64_t toMs)
{
    std::vector<ModelRepetition> models;
    if (!QFile::exists(path))
        return models;
    auto database = Database::open(path, Database::Mode::ReadOnly);
    if (!database)
        return database.error();
    auto query = database->prepare(
        "SELECT provider, model, sum(samples), sum(repeated_ppm), sum(looping), sum(near_duplicates), sum(too_short) "
        "FROM repetition_hour WHERE hour >= ? AND hour < ? GROUP BY provider, model");
    if (!query)
        return query.error();
    query->bindAll(fromMs / hourMs, (toMs + hourMs - 1) / hourMs);
    for (;;) {
        const auto row = query->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        models.push_back({query->text(0),
                          query->text(1),
                          {query->integer(2), query->integer(3), query->integer(4), query->integer(5),
                           query->integer(6)}});
    }
    std::stable_sort(models.begin(), models.end(), [](const ModelRepetition &a, const ModelRepetition &b) {
        return a.repeatedShare() > b.repeatedShare();
    });
    return models;
}

} // namespace signalbox
