// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/gemini/codec.h"
#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

#include <random>
#include <string>
#include <string_view>
#include <vector>

// What the tests of this dialect share.
namespace signalbox::gemini_test {

inline std::string normal(std::string_view text)
{
    boost::system::error_code code;
    const boost::json::value value = boost::json::parse(text, code);
    return code ? "NOT JSON: " + std::string(text) : jsonText(value);
}

// The same JSON whatever the order of its members.
inline boost::json::value sorted(const boost::json::value &value)
{
    if (const boost::json::object *object = value.if_object()) {
        std::vector<std::string_view> keys;
        for (const auto &member : *object)
            keys.emplace_back(member.key());
        std::sort(keys.begin(), keys.end());
        boost::json::object result;
        for (const std::string_view key : keys)
            result.emplace(key, sorted(object->at(key)));
        return result;
    }
    if (const boost::json::array *array = value.if_array()) {
        boost::json::array result;
        for (const boost::json::value &item : *array)
            result.push_back(sorted(item));
        return result;
    }
    return value;
}

inline QByteArray sortedText(std::string_view text)
{
    boost::system::error_code code;
    const boost::json::value value = boost::json::parse(text, code);
    return code ? QByteArray("NOT JSON: ") + QByteArray(text.data(), static_cast<qsizetype>(text.size()))
                : QByteArray::fromStdString(jsonText(sorted(value)));
}

inline QByteArray bytes(std::string_view text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

// "dropped /a/b: why" for each, in the order of the document.
inline std::string lossText(const LossReport &losses, const boost::json::value &root)
{
    std::string text;
    for (const LossEntry &entry : losses.resolve(root, false))
        text += std::string(lossKindName(entry.kind)) + ' ' + entry.pointer + '\n';
    return text;
}

// Events as text, neighbouring deltas of one part joined: what any chunking must give.
class EventText final : public ReplySink
{
public:
    void take(const ReplyEvent &event) override
    {
        if (const auto *start = std::get_if<MessageStart>(&event)) {
            line("message", {start->id, start->model});
        } else if (const auto *part = std::get_if<PartStart>(&event)) {
            line("part " + std::to_string(part->part) + " choice " + std::to_string(part->choice) + " kind " +
                     std::to_string(static_cast<int>(part->kind)),
                 {part->id, part->name, part->mimeType, part->nativeType});
        } else if (const auto *delta = std::get_if<PartDelta>(&event)) {
            line("delta " + std::to_string(delta->part), {delta->text, delta->signature, delta->transcript});
            if (const Citation *citation = delta->citation)
                line("citation", {citation->url, citation->title, std::to_string(citation->begin.value_or(-1)),
                                  std::to_string(citation->end.value_or(-1))});
            if (delta->logprobs)
                line("logprobs", {jsonText(*delta->logprobs)});
        } else if (const auto *end = std::get_if<PartEnd>(&event)) {
            line("end " + std::to_string(end->part), {});
        } else if (const auto *report = std::get_if<UsageReport>(&event)) {
            const TokenUsage &usage = report->usage;
            line("usage", {std::to_string(usage.input.value_or(-1)), std::to_string(usage.cachedInput.value_or(-1)),
                           std::to_string(usage.output.value_or(-1)), std::to_string(usage.reasoning.value_or(-1))});
        } else if (const auto *finish = std::get_if<Finish>(&event)) {
            line("finish " + std::to_string(static_cast<int>(finish->reason)) + " choice " +
                     std::to_string(finish->choice),
                 {finish->native});
        } else if (const auto *failure = std::get_if<Failure>(&event)) {
            line("failure " + std::to_string(failure->error.httpStatus), {failure->error.code, failure->error.message});
        }
    }
    const std::string &text() const { return m_text; }

private:
    void line(std::string_view head, std::initializer_list<std::string_view> fields)
    {
        m_text += head;
        for (const std::string_view field : fields)
            m_text.append(" |").append(field);
        m_text += '\n';
    }
    std::string m_text;
};

class Fold final : public ReplySink
{
public:
    explicit Fold(ReplyEncoder *encoder = nullptr) : m_encoder(encoder) {}
    void take(const ReplyEvent &event) override
    {
        folder.take(event);
        text.take(event);
        if (m_encoder)
            m_encoder->take(event, wire);
    }
    ReplyFolder folder;
    EventText text;
    std::string wire;

private:
    ReplyEncoder *m_encoder;
};

// Feeds a stream in pieces of 1 to `most` bytes; `seed` 0: each `most` bytes long.
struct Run {
    std::string events;
    std::string wire;
    std::string outcome; // the error's code, or empty
    FoldedReply reply;
};
inline Run runStream(std::string_view stream, size_t most, unsigned seed, StreamFraming framing = StreamFraming::Sse)
{
    ReplyOptions options;
    options.model = "asked";
    options.requestId = "0192f0c1-0000-7000-8000-000000000001";
    options.framing = framing;
    const std::unique_ptr<ReplyEncoder> encoder = gemini::codec().replyEncoder(options);
    const std::unique_ptr<ReplyDecoder> decoder = gemini::codec().replyDecoder();
    Fold sink(encoder.get());
    std::mt19937 random(seed);
    Run run;
    for (size_t at = 0; at < stream.size() && run.outcome.empty();) {
        const size_t length = seed == 0 ? most : 1 + random() % most;
        if (const Result<void> fed = decoder->feed(stream.substr(at, length), sink); !fed)
            run.outcome = fed.error().code;
        at += length;
    }
    if (run.outcome.empty()) {
        if (const Result<void> finished = decoder->finish(sink); !finished)
            run.outcome = finished.error().code;
        else if (!sink.folder.reply().failure)
            encoder->end(sink.wire);
    }
    run.events = sink.text.text();
    run.wire = sink.wire;
    run.reply = sink.folder.takeReply();
    return run;
}

inline std::string sse(std::initializer_list<const char *> chunks)
{
    std::string stream;
    for (const char *chunk : chunks)
        stream.append("data: ").append(chunk).append("\r\n\r\n");
    return stream;
}

inline std::string array(std::initializer_list<const char *> chunks)
{
    std::string stream = "[";
    for (const char *chunk : chunks)
        stream.append(stream.size() > 1 ? ",\r\n" : "").append(chunk);
    return stream + "]";
}

} // namespace signalbox::gemini_test
