// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/capture_file.h"

#include "core/base/redact.h"
#include "core/dialect/json_writer.h"
#include "core/ledger/request_details.h"
#include "ui/inspector/copy_as.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

// Kept bytes may be cut in the middle of a letter, and JSON is UTF-8.
std::string wholeText(const std::string &bytes)
{
    return redactSecrets(QString::fromStdString(bytes).toStdString());
}

const char *kindName(StoredBody::Kind kind)
{
    switch (kind) {
    case StoredBody::Kind::ClientRequest:
        return "client_request";
    case StoredBody::Kind::ClientReply:
        return "client_reply";
    case StoredBody::Kind::ProviderRequest:
        return "provider_request";
    case StoredBody::Kind::ProviderReply:
        return "provider_reply";
    case StoredBody::Kind::Details:
        break;
    }
    return "details";
}

void writeHeaders(JsonWriter &out, const RequestDetails::Headers &headers)
{
    out.key("headers");
    out.beginArray();
    for (const auto &[name, value] : headers) {
        out.beginObject();
        out.member("name", name);
        out.member("value", isSensitiveHeader(name) ? std::string("[redacted]") : redactSecrets(value));
        out.endObject();
    }
    out.endArray();
    out.key("cookies");
    out.beginArray();
    out.endArray();
    out.member("headersSize", -1);
}

void writeRequest(JsonWriter &out, const RequestRecord &record, const RequestDetails &details, const QString &url)
{
    const StoredBody *body = keptBody(record, StoredBody::Kind::ClientRequest);
    RequestDetails::Headers headers = details.requestHeaders;
    if (headers.empty())
        headers = {{"content-type", "application/json"}};
    out.key("request");
    out.beginObject();
    out.member("method", "POST");
    const QString address = url + requestPath(record);
    out.member("url", address.toStdString());
    out.member("httpVersion", "HTTP/1.1");
    writeHeaders(out, headers);
    out.key("queryString");
    out.beginArray();
    out.endArray();
    out.member("bodySize", body ? static_cast<int64_t>(body->bytes.size()) : int64_t(-1));
    if (body) {
        out.key("postData");
        out.beginObject();
        out.member("mimeType", body->contentType);
        out.member("text", wholeText(body->bytes));
        if (body->cut)
            out.member("comment", "Only the beginning was kept.");
        out.endObject();
    }
    out.endObject();
}

void writeResponse(JsonWriter &out, const RequestRecord &record, const RequestDetails &details)
{
    const StoredBody *body = keptBody(record, StoredBody::Kind::ClientReply);
    RequestDetails::Headers headers = details.replyHeaders;
    if (headers.empty() && body)
        headers = {{"content-type", body->contentType}};
    out.key("response");
    out.beginObject();
    out.member("status", record.status);
    out.member("statusText", redactSecrets(record.error));
    out.member("httpVersion", "HTTP/1.1");
    writeHeaders(out, headers);
    out.key("content");
    out.beginObject();
    out.member("size", body ? static_cast<int64_t>(body->bytes.size()) : int64_t(0));
    out.member("mimeType", body ? body->contentType : std::string("application/json"));
    if (body)
        out.member("text", wholeText(body->bytes));
    if (body && body->cut)
        out.member("comment", "Only the beginning was kept.");
    out.endObject();
    out.member("redirectURL", "");
    out.member("bodySize", body ? static_cast<int64_t>(body->bytes.size()) : int64_t(-1));
    out.endObject();
}

// The attempt that answered; what came before it is waiting.
void writeTimings(JsonWriter &out, const RequestRecord &record)
{
    double connect = -1;
    double before = 0;
    double firstByte = record.durationMs;
    if (!record.attempts.empty()) {
        const AttemptRecord &last = record.attempts.back();
        connect = last.connectMs.value_or(-1);
        before = std::max<double>(0, static_cast<double>(last.startedAtMs - record.startedAtMs));
        firstByte = before + last.ttfbMs.value_or(last.durationMs);
    }
    const double connected = std::max(0.0, connect);
    out.key("timings");
    out.beginObject();
    out.member("blocked", before);
    out.member("dns", -1);
    out.member("connect", connect);
    out.member("ssl", -1);
    out.member("send", 0);
    out.member("wait", std::max(0.0, firstByte - before - connected));
    out.member("receive", std::max(0.0, record.durationMs - firstByte));
    out.endObject();
}

void writeEntry(JsonWriter &out, const RequestRecord &record, const QString &url)
{
    const RequestDetails details = detailsOf(record).value_or(RequestDetails());
    out.beginObject();
    out.member("startedDateTime",
               QDateTime::fromMSecsSinceEpoch(record.startedAtMs).toUTC().toString(Qt::ISODateWithMs).toStdString());
    out.member("time", record.durationMs);
    writeRequest(out, record, details, url);
    writeResponse(out, record, details);
    out.key("cache");
    out.beginObject();
    out.endObject();
    writeTimings(out, record);
    out.memberRaw("_signalbox", redactSecrets(requestJson(record)));
    out.endObject();
}

} // namespace

std::string exportHar(const std::vector<RequestRecord> &records, const QString &gatewayUrl)
{
    std::string text;
    JsonWriter out(text);
    out.beginObject();
    out.key("log");
    out.beginObject();
    out.member("version", "1.2");
    out.key("creator");
    out.beginObject();
    out.member("name", "Signalbox");
    out.member("version", QCoreApplication::applicationVersion().toStdString());
    out.endObject();
    out.key("entries");
    out.beginArray();
    for (const RequestRecord &record : records)
        writeEntry(out, record, gatewayUrl);
    out.endArray();
    out.endObject();
    out.endObject();
    return text;
}

std::string exportJsonLines(const std::vector<RequestRecord> &records)
{
    std::string text;
    for (const RequestRecord &record : records) {
        JsonWriter out(text);
        out.beginObject();
        out.memberRaw("request", redactSecrets(requestJson(record)));
        out.key("bodies");
        out.beginArray();
        for (const StoredBody &body : record.bodies) {
            out.beginObject();
            out.member("kind", kindName(body.kind));
            out.member("content_type", body.contentType);
            out.member("cut", body.cut);
            out.member("text", wholeText(body.bytes));
            out.endObject();
        }
        out.endArray();
        if (!record.plan.empty())
            out.memberRaw("plan", record.plan);
        out.endObject();
        text += '\n';
    }
    return text;
}

std::string exportAs(CaptureFormat format, const std::vector<RequestRecord> &records, const QString &gatewayUrl)
{
    return format == CaptureFormat::Har ? exportHar(records, gatewayUrl) : exportJsonLines(records);
}

QString exportFileName(CaptureFormat format, const std::vector<RequestRecord> &records)
{
    const QString ending = format == CaptureFormat::Har ? u".har"_s : u".jsonl"_s;
    if (records.size() == 1)
        return u"request-"_s + QString::fromStdString(records.front().id) + ending;
    return u"requests-%1"_s.arg(records.size()) + ending;
}

} // namespace signalbox
