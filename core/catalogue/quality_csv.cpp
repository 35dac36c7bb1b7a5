// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/quality_csv.h"

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

std::string trimmed(std::string text)
{
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.back()))
        text.pop_back();
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), blank));
    return text;
}

// Record by record; a quoted field may hold commas, quotes (doubled) and line ends.
class Records
{
public:
    explicit Records(std::string_view text) : m_text(text)
    {
        if (m_text.starts_with("\xef\xbb\xbf"))
            m_text.remove_prefix(3);
    }

    bool atEnd() const { return m_text.empty(); }
    size_t line() const { return m_begunAt; } // where the record began, from 1

    Result<Fields> next()
    {
        m_begunAt = m_line;
        Fields fields(1);
        bool quoted = false;
        while (!m_text.empty()) {
            const char c = take();
            if (quoted && c == '"' && m_text.starts_with('"')) {
                fields.back() += take();
            } else if (c == '"' && (quoted || trimmed(fields.back()).empty())) {
                if (!quoted)
                    fields.back().clear();
                quoted = !quoted;
            } else if (quoted) {
                fields.back() += c;
            } else if (c == ',') {
                fields.emplace_back();
            } else if (c == '\n') {
                return trimmedAll(std::move(fields));
            } else if (c != '\r') {
                fields.back() += c;
            }
        }
        if (quoted)
            return wrong(m_begunAt, "a quoted field does not end");
        return trimmedAll(std::move(fields));
    }

private:
    char take()
    {
        const char c = m_text.front();
        m_text.remove_prefix(1);
        m_line += c == '\n' ? 1 : 0;
        return c;
    }

    static Fields trimmedAll(Fields fields)
    {
        for (std::string &field : fields)
            field = trimmed(std::move(field));
        return fields;
    }

    std::string_view m_text;
    size_t m_line = 1;
    size_t m_begunAt = 1;
};

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
    Records records(text);
    std::optional<Columns> columns;
    std::vector<QualityFigure> figures;
    size_t width = 0;
    while (!records.atEnd()) {
        const auto fields = records.next();
        if (!fields)
            return fields.error();
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
