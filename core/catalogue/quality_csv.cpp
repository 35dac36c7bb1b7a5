// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/quality_csv.h"

#include "core/base/csv_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

namespace signalbox {

namespace {

constexpr size_t mostLines = 200'000;

using Fields = std::vector<std::string>;

Error wrong(size_t line, const std::string &what)
{
    return {"quality_invalid", "line " + std::to_string(line) + ": " + what};
}

constexpr std::array<const char *, 6> columnNames = {"model", "metric", "score", "provider", "source", "asOf"};
enum Column { Model, Metric, Score, Provider, Source, AsOf };
using Columns = std::array<std::optional<size_t>, columnNames.size()>;

Result<Columns> readHeader(const Fields &fields, size_t line)
{
    Columns columns;
    for (size_t i = 0; i < fields.size(); ++i) {
        const auto known = std::find(columnNames.begin(), columnNames.end(), fields[i]);
        if (known == columnNames.end())
            return wrong(line, "there is no column \"" + fields[i] + "\"; known are model, metric, score, provider, " +
                                   "source, asOf");
        auto &column = columns[static_cast<size_t>(known - columnNames.begin())];
        if (column)
            return wrong(line, "the column \"" + fields[i] + "\" is named twice");
        column = i;
    }
    for (const Column needed : {Model, Metric, Score}) {
        if (!columns[needed])
            return wrong(line, std::string("the column \"") + columnNames[needed] + "\" is missing");
    }
    return columns;
}

Result<QualityFigure> readFigure(const Fields &fields, const Columns &columns, size_t line)
{
    const auto field = [&](Column column) { return columns[column] ? fields[*columns[column]] : std::string(); };
    QualityFigure figure{field(Metric), field(Provider), field(Model), 0, field(Source), field(AsOf)};
    if (figure.model.empty() || figure.metric.empty())
        return wrong(line, std::string(figure.model.empty() ? "model" : "metric") + " must not be empty");
    const std::string score = field(Score);
    const auto [end, status] = std::from_chars(score.data(), score.data() + score.size(), figure.score);
    if (status != std::errc() || end != score.data() + score.size() || !std::isfinite(figure.score))
        return wrong(line, "score must be a number, found \"" + score + '"');
    return figure;
}

} // namespace

Result<std::vector<QualityFigure>> readQualityCsv(std::string_view text, const std::string &source)
{
    CsvReader records(text);
    std::optional<Columns> columns;
    std::vector<QualityFigure> figures;
    size_t width = 0;
    while (!records.atEnd()) {
        const auto fields = records.next();
        if (!fields)
            return Error{"quality_invalid", fields.error().message};
        if (fields->size() == 1 && fields->front().empty())
            continue;
        if (!columns) {
            const auto header = readHeader(*fields, records.line());
            if (!header)
                return header.error();
            columns = *header;
            width = fields->size();
            continue;
        }
        if (fields->size() != width)
            return wrong(records.line(),
                         "must have " + std::to_string(width) + " fields, found " + std::to_string(fields->size()));
        auto figure = readFigure(*fields, *columns, records.line());
        if (!figure)
            return figure.error();
        if (figure->source.empty())
            figure->source = source;
        figures.push_back(*std::move(figure));
        if (figures.size() > mostLines)
            return wrong(records.line(), "more than 200000 figures");
    }
    if (!columns)
        return wrong(1, "the file is empty");
    return figures;
}

} // namespace signalbox
