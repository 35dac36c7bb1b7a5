// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/request_details.h"

#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox {

namespace {

namespace json = boost::json;

int64_t integerOf(const json::object &object, std::string_view name, int64_t missing = -1)
{
    const json::value *value = object.if_contains(name);
    return value && value->is_int64() ? value->get_int64() : missing;
}

bool truthOf(const json::object &object, std::string_view name)
{
    const json::value *value = object.if_contains(name);
    return value && value->is_bool() && value->get_bool();
}

std::string textOf(const json::object &object, std::string_view name)
{
    const json::value *value = object.if_contains(name);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

const json::array &listOf(const json::object &object, std::string_view name)
{
    static const json::array none;
    const json::value *value = object.if_contains(name);
    return value && value->is_array() ? value->get_array() : none;
}

void writeHeaders(JsonWriter &out, std::string_view name, const RequestDetails::Headers &headers)
{
    if (headers.empty())
        return;
    out.key(name);
    out.beginArray();
    for (const auto &[header, value] : headers) {
        out.beginArray();
        out.text(header);
        out.text(value);
        out.endArray();
    }
    out.endArray();
}

RequestDetails::Headers readHeaders(const json::object &object, std::string_view name)
{
    RequestDetails::Headers headers;
    for (const json::value &entry : listOf(object, name)) {
        const json::array *pair = entry.if_array();
        if (pair && pair->size() == 2 && (*pair)[0].is_string() && (*pair)[1].is_string())
            headers.emplace_back((*pair)[0].get_string(), (*pair)[1].get_string());
    }
    return headers;
}

void writeAttempt(JsonWriter &out, const RequestDetails::Attempt &attempt)
{
    out.beginObject();
    out.member("n", attempt.n);
    out.member("made_from_us", attempt.madeFromUs);
    out.member("started_us", attempt.startedUs);
    out.member("first_token_us", attempt.firstTokenUs);
    out.memberUnlessEmpty("dialect", attempt.dialect);
    out.memberUnlessEmpty("path", attempt.path);
    out.memberUnlessEmpty("provider_request_id", attempt.providerRequestId);
    out.member("translated", attempt.translated);
    out.endObject();
}

RequestDetails::Attempt readAttempt(const json::object &object)
{
    RequestDetails::Attempt attempt;
    attempt.n = static_cast<int>(integerOf(object, "n", 1));
    attempt.madeFromUs = integerOf(object, "made_from_us");
    attempt.startedUs = integerOf(object, "started_us");
    attempt.firstTokenUs = integerOf(object, "first_token_us");
    attempt.dialect = textOf(object, "dialect");
    attempt.path = textOf(object, "path");
    attempt.providerRequestId = textOf(object, "provider_request_id");
    attempt.translated = truthOf(object, "translated");
    return attempt;
}

// Pairs of "microseconds since the one before, bytes": small numbers pack well.
void writeChunks(JsonWriter &out, const std::vector<RequestDetails::Chunk> &chunks)
{
    if (chunks.empty())
        return;
    out.key("chunks");
    out.beginArray();
    int64_t before = 0;
    for (const RequestDetails::Chunk &chunk : chunks) {
        out.integer(chunk.atUs - before);
        out.integer(chunk.bytes);
        before = chunk.atUs;
    }
    out.endArray();
}

} // namespace

const RequestDetails::Attempt *RequestDetails::attempt(int n) const
{
    const auto found = std::find_if(attempts.begin(), attempts.end(), [n](const Attempt &a) { return a.n == n; });
    return found == attempts.end() ? nullptr : &*found;
}

std::string detailsToJson(const RequestDetails &details)
{
    std::string text;
    JsonWriter out(text);
    out.beginObject();
    out.member("received_us", details.receivedUs);
    out.member("parsed_us", details.parsedUs);
    out.member("planned_us", details.plannedUs);
    out.member("same_request", details.sameRequest);
    out.member("same_reply", details.sameReply);
    out.memberUnlessEmpty("path", details.path);
    out.key("attempts");
    out.beginArray();
    for (const RequestDetails::Attempt &attempt : details.attempts)
        writeAttempt(out, attempt);
    out.endArray();
    writeHeaders(out, "request_headers", details.requestHeaders);
    writeHeaders(out, "reply_headers", details.replyHeaders);
    writeChunks(out, details.chunks);
    if (!details.masked.empty()) {
        out.key("masked");
        out.beginObject();
        for (const auto &[word, count] : details.masked)
            out.member(word, count);
        out.endObject();
        out.member("masked_more", details.maskedMore);
    }
    out.endObject();
    return text;
}

std::optional<RequestDetails> detailsFromJson(std::string_view text)
{
    boost::system::error_code problem;
    const json::value root = json::parse(json::string_view(text.data(), text.size()), problem);
    if (problem || !root.is_object())
        return std::nullopt;
    const json::object &object = root.get_object();
    RequestDetails details;
    details.receivedUs = integerOf(object, "received_us");
    details.parsedUs = integerOf(object, "parsed_us");
    details.plannedUs = integerOf(object, "planned_us");
    details.sameRequest = truthOf(object, "same_request");
    details.sameReply = truthOf(object, "same_reply");
    details.path = textOf(object, "path");
    for (const json::value &entry : listOf(object, "attempts")) {
        if (const json::object *attempt = entry.if_object())
            details.attempts.push_back(readAttempt(*attempt));
    }
    details.requestHeaders = readHeaders(object, "request_headers");
    details.replyHeaders = readHeaders(object, "reply_headers");
    const json::array &chunks = listOf(object, "chunks");
    int64_t atUs = 0;
    for (size_t i = 0; i + 1 < chunks.size(); i += 2) {
        if (!chunks[i].is_int64() || !chunks[i + 1].is_int64())
            break;
        atUs += chunks[i].get_int64();
        details.chunks.push_back({atUs, chunks[i + 1].get_int64()});
    }
    if (const json::value *masked = object.if_contains("masked"); masked && masked->is_object()) {
        for (const auto &member : masked->get_object()) {
            if (member.value().is_int64())
                details.masked[std::string(member.key())] = static_cast<int>(member.value().get_int64());
        }
    }
    details.maskedMore = truthOf(object, "masked_more");
    return details;
}

std::optional<RequestDetails> detailsOf(const RequestRecord &record)
{
    for (const StoredBody &body : record.bodies) {
        if (body.kind == StoredBody::Kind::Details)
            return detailsFromJson(body.bytes);
    }
    return std::nullopt;
}

void ChunkClock::note(int64_t atUs, size_t bytes)
{
    if (m_inLast > 0 && m_inLast < m_together) {
        m_chunks.back().atUs = atUs;
        m_chunks.back().bytes += static_cast<int64_t>(bytes);
        ++m_inLast;
        return;
    }
    if (m_chunks.size() == mostChunks) {
        for (size_t i = 0; i < mostChunks / 2; ++i)
            m_chunks[i] = {m_chunks[2 * i + 1].atUs, m_chunks[2 * i].bytes + m_chunks[2 * i + 1].bytes};
        m_chunks.resize(mostChunks / 2);
        m_together *= 2;
    }
    m_chunks.push_back({atUs, static_cast<int64_t>(bytes)});
    m_inLast = 1;
}

} // namespace signalbox
