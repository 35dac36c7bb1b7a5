// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/quality_figures.h"

#include "core/catalogue/resources.h"
#include "core/config/json_cursor.h"
#include "core/config/json_text.h"

#include <algorithm>

namespace signalbox {

namespace {

std::string nameKey(std::string_view model)
{
    model = model.substr(model.rfind('/') == std::string_view::npos ? 0 : model.rfind('/') + 1);
    for (const std::string_view free : {":free", "-free"}) {
        if (model.ends_with(free))
            model.remove_suffix(free.size());
    }
    std::string key(model);
    for (char &c : key)
        c = c == ':' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return key;
}

} // namespace

QualityFigures::QualityFigures(std::vector<QualityMetric> metrics, std::vector<QualityFigure> figures)
    : m_metrics(std::move(metrics)), m_figures(std::move(figures))
{
    for (size_t i = 0; i < m_figures.size(); ++i)
        m_byName[nameKey(m_figures[i].model)].push_back(i);
}

std::shared_ptr<const QualityFigures> QualityFigures::builtIn()
{
    static const auto figures = [] {
        auto read = readQualityFigures(catalogueResource("swe-bench.json"), "swe-bench-verified");
        return std::make_shared<const QualityFigures>(read ? *std::move(read) : QualityFigures());
    }();
    return figures;
}

QualityFigures QualityFigures::withOwn(const std::vector<QualityFigure> &own) const
{
    const QualityFigures index({}, own);
    std::vector<QualityFigure> all = own;
    for (const QualityFigure &figure : m_figures) {
        const auto named = index.m_byName.find(nameKey(figure.model));
        const bool replaced =
            named != index.m_byName.end() && std::any_of(named->second.begin(), named->second.end(),
                                                         [&](size_t i) { return own[i].metric == figure.metric; });
        if (!replaced)
            all.push_back(figure);
    }
    std::vector<QualityMetric> metrics = m_metrics;
    for (const QualityFigure &figure : own) {
        if (std::none_of(metrics.begin(), metrics.end(), [&](const auto &m) { return m.id == figure.metric; }))
            metrics.push_back({figure.metric, figure.metric, {}, figure.source, {}, figure.asOf});
    }
    return {std::move(metrics), std::move(all)};
}

std::vector<QualityScore> QualityFigures::scoresOf(std::string_view provider, std::string_view model) const
{
    const auto named = m_byName.find(nameKey(model));
    if (named == m_byName.end())
        return {};
    std::vector<const QualityFigure *> found;
    for (const size_t i : named->second)
        found.push_back(&m_figures[i]);
    std::stable_sort(found.begin(), found.end(), [&](const QualityFigure *a, const QualityFigure *b) {
        if ((a->provider == provider) != (b->provider == provider))
            return a->provider == provider;
        return a->score < b->score;
    });
    std::vector<QualityScore> scores;
    for (const QualityFigure *figure : found) {
        const bool known = std::any_of(scores.begin(), scores.end(), [&](const QualityScore &score) {
            return score.metric == figure->metric && score.score == figure->score;
        });
        if (!known)
            scores.push_back({figure->metric, figure->score, figure->source, figure->asOf});
    }
    return scores;
}

Result<QualityFigures> readQualityFigures(std::string_view json, const std::string &metricId)
{
    const auto parsed = parseStrictJson(json);
    if (!parsed)
        return parsed.error();
    ProblemLog log;
    JsonCursor root(*parsed, {}, log);
    QualityMetric metric;
    metric.id = metricId;
    root.text("metric", metric.title);
    root.text("label", metric.label);
    root.text("source", metric.source);
    root.text("licence", metric.licence);
    root.text("sourceDate", metric.asOf);
    root.require("figures");
    std::vector<QualityFigure> figures;
    root.each("figures", [&](JsonCursor node) {
        QualityFigure figure{metricId, {}, {}, 0, metric.source, metric.asOf};
        node.require("model");
        node.text("model", figure.model);
        node.text("listedAt", figure.provider);
        node.require("score");
        node.number("score", figure.score);
        figures.push_back(std::move(figure));
    });
    if (log.failed())
        return Error{"quality_invalid", log.message()};
    return QualityFigures({metric}, std::move(figures));
}

} // namespace signalbox
