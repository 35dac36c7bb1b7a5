// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/event_rows.h"

#include "core/net/sse_reader.h"
#include "core/redaction/body_redactor.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr qsizetype summaryLength = 160;

// The words of a frame in whatever dialect: where text usually stands.
QString wordsIn(const QJsonValue &value)
{
    if (value.isArray()) {
        QString words;
        const QJsonArray list = value.toArray();
        for (const QJsonValue &entry : list)
            words += wordsIn(entry);
        return words;
    }
    if (!value.isObject())
        return {};
    const QJsonObject object = value.toObject();
    for (const QString &name : {u"content"_s, u"text"_s, u"thinking"_s, u"reasoning_content"_s, u"partial_json"_s,
                                u"arguments"_s, u"response"_s}) {
        if (const QString text = object[name].toString(); !text.isEmpty())
            return text;
    }
    if (const QJsonValue delta = object[u"delta"]; delta.isString())
        return delta.toString();
    QString words;
    for (const QString &name : {u"choices"_s, u"delta"_s, u"message"_s, u"content_block"_s, u"candidates"_s,
                                u"content"_s, u"parts"_s, u"tool_calls"_s, u"function"_s, u"error"_s})
        words += wordsIn(object[name]);
    return words;
}

void fill(EventRow &row, const QString &type, std::string_view data)
{
    row.data = QString::fromUtf8(data.data(), qsizetype(data.size()));
    const QJsonDocument document =
        QJsonDocument::fromJson(QByteArray::fromRawData(data.data(), qsizetype(data.size())));
    row.type = type;
    if (row.type.isEmpty())
        row.type = document[u"type"].toString();
    if (row.type.isEmpty())
        row.type = document[u"object"].toString();
    const QString words = document.isObject() ? wordsIn(document.object()) : QString();
    row.summary = (words.isEmpty() ? row.data : words).left(summaryLength);
    row.summary.replace(u'\n', u'⏎');
}

class Ticker
{
public:
    Ticker(const RequestDetails *details, size_t bytes) : m_details(details)
    {
        int64_t sum = 0;
        for (const RequestDetails::Chunk &chunk : details ? details->chunks : std::vector<RequestDetails::Chunk>())
            sum += chunk.bytes;
        if (sum < int64_t(bytes)) // a cut body is shorter; a redacted one has another length
            m_details = nullptr;
    }

    // When the last of so many bytes left.
    std::optional<double> at(int64_t end)
    {
        if (!m_details)
            return std::nullopt;
        while (m_next < m_details->chunks.size() && m_sum < end)
            m_sum += m_details->chunks[m_next++].bytes;
        return m_next == 0 ? std::nullopt : std::optional(double(m_details->chunks[m_next - 1].atUs) / 1000);
    }

private:
    const RequestDetails *m_details;
    size_t m_next = 0;
    int64_t m_sum = 0;
};

} // namespace

std::vector<EventRow> eventRows(const StoredBody &reply, const RequestDetails *details)
{
    std::vector<EventRow> rows;
    if (reply.contentType != "text/event-stream" && reply.contentType != "application/x-ndjson")
        return rows;
    const bool redacted = reply.bytes.find("[redacted]") != std::string::npos || countMarks(reply.bytes) > 0;
    Ticker ticker(redacted ? nullptr : details, reply.bytes.size());
    int64_t end = 0;
    const std::string_view text = reply.bytes;
    if (text.starts_with('{')) { // newline-delimited JSON goes under the same name
        for (size_t from = 0; from < text.size();) {
            const size_t line = std::min(text.find('\n', from), text.size());
            EventRow row;
            row.bytes = qint64(line - from + 1);
            row.atMs = ticker.at(end += row.bytes);
            if (line > from) {
                fill(row, {}, text.substr(from, line - from));
                rows.push_back(std::move(row));
            }
            from = line + 1;
        }
        return rows;
    }
    const auto take = [&](const SseEvent &event) {
        EventRow row;
        row.bytes = qint64(event.raw.size());
        row.atMs = ticker.at(end += row.bytes);
        if (event.hasData)
            fill(row, QString::fromUtf8(event.type.data(), qsizetype(event.type.size())), event.data);
        else
            row.summary = QString::fromUtf8(event.raw.data(), qsizetype(event.raw.size())).trimmed();
        rows.push_back(std::move(row));
    };
    SseReader reader;
    if (reader.feed(text, take))
        (void)reader.finish(take);
    return rows;
}

std::vector<StreamGap> streamGaps(const RequestDetails &details, double leastMs)
{
    std::vector<StreamGap> gaps;
    for (size_t i = 1; i < details.chunks.size(); ++i) {
        const double from = double(details.chunks[i - 1].atUs) / 1000;
        const double length = double(details.chunks[i].atUs) / 1000 - from;
        if (length >= leastMs)
            gaps.push_back({from, length});
    }
    std::sort(gaps.begin(), gaps.end(), [](const StreamGap &a, const StreamGap &b) { return a.lengthMs > b.lengthMs; });
    return gaps;
}

} // namespace signalbox
