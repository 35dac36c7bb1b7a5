// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/catalogue/model_facts.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signalbox {

// A table of scores: what it measures and what must be said wherever one of them is shown.
struct QualityMetric {
    std::string id; // "swe-bench-verified"
    std::string title;
    std::string label;
    std::string source;
    std::string licence;
    std::string asOf;

    bool operator==(const QualityMetric &) const = default;
};

struct QualityFigure {
    std::string metric;
    std::string provider; // where it was listed; empty: for the model wherever it runs
    std::string model;
    double score = 0;
    std::string source;
    std::string asOf;

    bool operator==(const QualityFigure &) const = default;
};

// Scores of models from several tables. A score is the model's, not its host's, so names are compared without
// publisher ("openai/"), in lower case, without `:free`/`-free`, and with `:` as `-` (gpt-oss:20b is gpt-oss-20b);
// never by likeness. Where figures differ, those listed at the asked provider come first, then the lower ones.
// Immutable; any thread.
class QualityFigures
{
public:
    QualityFigures() = default;
    QualityFigures(std::vector<QualityMetric> metrics, std::vector<QualityFigure> figures);

    // Those that ship with the program.
    static std::shared_ptr<const QualityFigures> builtIn();
    // `own` wins over what is here, metric by metric and model by model.
    QualityFigures withOwn(const std::vector<QualityFigure> &own) const;

    std::vector<QualityScore> scoresOf(std::string_view provider, std::string_view model) const;
    const std::vector<QualityMetric> &metrics() const { return m_metrics; }
    const std::vector<QualityFigure> &figures() const { return m_figures; }

private:
    std::vector<QualityMetric> m_metrics;
    std::vector<QualityFigure> m_figures;
    std::unordered_map<std::string, std::vector<size_t>> m_byName;
};

// The file's form: {metric, label, source, licence, sourceDate, figures: [{model, listedAt, score}]}.
Result<QualityFigures> readQualityFigures(std::string_view json, const std::string &metricId);

} // namespace signalbox
