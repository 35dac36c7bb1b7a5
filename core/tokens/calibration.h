// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/tokens/lru_map.h"

#include <QtCore/QString>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// What a model's own counts have been to ours: a decaying mean of log(reported / counted) for each PROVIDER/MODEL, with
// its spread. The first reports weigh equally, later ones a twentieth. What lies further out than three spreads is
// pulled in to there, so that a report that is wrong moves little, and a model that changed is followed within some
// twenty requests. At most 4,096 models; the one not heard of for longest goes. Lives on the gateway thread.
class Calibration
{
public:
    static constexpr size_t mostModels = 4096;

    struct Factor {
        double factor = 1.0;
        double error = 0.0; // relative, one spread: 0.08 means about 8 %
        int64_t reports = 0;
    };

    Calibration() : m_models(mostModels) {}

    // `counted`: before any calibration. Reports of fewer than 16 tokens say nothing, and one that is 20 times off is a
    // fault of somebody.
    void learn(std::string_view provider, std::string_view model, int64_t counted, int64_t reported);
    // Absent: nothing was reported yet.
    std::optional<Factor> factorOf(std::string_view provider, std::string_view model) const;
    struct Row {
        std::string target; // PROVIDER/MODEL
        Factor factor;
    };
    std::vector<Row> rows() const; // the latest heard of first
    size_t size() const { return m_models.size(); }
    uint64_t changes() const { return m_changes; } // grows with each report that was taken

    // One JSON object: {"version":1,"models":{"PROVIDER/MODEL":[mean, spread, reports]}}.
    std::string toJson() const;
    // Replaces all. Error calibration_invalid; then nothing has changed.
    Result<void> fromJson(std::string_view text);

private:
    struct State {
        double mean = 0;
        double spread = 0;
        int64_t reports = 0;
    };
    static Factor factorIn(const State &state);

    LruMap<std::string, State> m_models;
    uint64_t m_changes = 0;
};

// The file of a calibration, replaced as a whole or not at all. Errors: calibration_file, calibration_invalid.
Result<void> loadCalibration(const QString &path, Calibration &into); // no file: nothing happens
Result<void> saveCalibration(const QString &path, const std::string &json);

} // namespace signalbox
