// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/ledger/sqlite.h"

#include <QtCore/QString>

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace signalbox {

struct RepetitionSums {
    int64_t samples = 0;        // long enough to say something
    int64_t repeatedPpm = 0;    // sum of their shares, in millionths
    int64_t looping = 0;        // more than half of it was there before
    int64_t nearDuplicates = 0; // nearly alike one of the model's last 256
    int64_t tooShort = 0;

    void add(const RepetitionSums &other);
    bool operator==(const RepetitionSums &) const = default;
};

struct ModelRepetition {
    std::string provider, model;
    RepetitionSums sums;

    static constexpr int64_t enoughSamples = 20; // fewer say nothing of a model
    bool enough() const { return sums.samples >= enoughSamples; }
    double repeatedShare() const
    {
        return sums.samples > 0 ? static_cast<double>(sums.repeatedPpm) / 1e6 / static_cast<double>(sums.samples) : 0;
    }
};

using RepetitionKey = std::tuple<int64_t, std::string, std::string>; // hour since 1970 (UTC), provider, model
using RepetitionBatch = std::map<RepetitionKey, RepetitionSums>;

// Figures by hour and model in a file of their own beside the ledger, whose only writer is the ledger's thread. Kept
// for 400 days. Belongs to the thread that writes.
class RepetitionStore
{
public:
    static Result<RepetitionStore> open(const QString &path);
    Result<void> add(const RepetitionBatch &batch);

private:
    Database m_database;
};

// What there is of [fromMs, toMs), whole hours; those that repeat most come first. No file: nothing. Any thread.
Result<std::vector<ModelRepetition>> readRepetition(const QString &path, int64_t fromMs, int64_t toMs);

} // namespace signalbox
