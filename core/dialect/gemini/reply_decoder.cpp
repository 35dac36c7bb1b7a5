// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/reply_decoder.h"

#include "core/dialect/gemini/candidate_decoder.h"
#include "core/dialect/gemini/errors.h"
#include "core/dialect/gemini/field_names.h"
#include "core/dialect/gemini/json_splitter.h"
#include "core/dialect/gemini/usage.h"
#include "core/net/sse_reader.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <deque>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

constexpr int64_t mostCandidates = 64;

json::parse_options parseOptions()
{
    json::parse_options options;
    options.max_depth = 128;
    return options;
}

class Decoder final : public ReplyDecoder
{
public:
    Result<void> feed(std::string_view bytes, ReplySink &sink) override
    {
        if (m_over)
            return {};
        if (m_framing == Framing::Unknown) {
            const size_t first = bytes.find_first_not_of(" \t\r\n");
            if (first == std::string_view::npos)
                return {};
            bytes.remove_prefix(first);
            m_framing = bytes[0] == '[' || bytes[0] == '{' ? Framing::Json : Framing::Sse;
        }
        Result<void> split;
        if (m_framing == Framing::Json)
            split = m_splitter.feed(bytes, [&](std::string_view object) { takeText(object, sink); });
        else
            split = m_events.feed(bytes, [&](const SseEvent &event) { takeEvent(event, sink); });
        return outcome(split);
    }

    Result<void> finish(ReplySink &sink) override
    {
        if (m_over)
            return {};
        if (m_framing == Framing::Sse) {
            const Result<void> split = m_events.finish([&](const SseEvent &event) { takeEvent(event, sink); });
            if (const Result<void> result = outcome(split); !result || m_over)
                return result;
        }
        const bool complete = !m_candidates.empty() && std::all_of(m_candidates.begin(), m_candidates.end(),
                                                                   [](const auto &one) { return one.isFinished(); });
        if (!complete || m_splitter.isInside())
            return Error{"stream_incomplete", "The provider's stream ended before its finish reason.", 502};
        return {};
    }

    Result<void> whole(std::string_view body, ReplySink &sink) override
    {
        m_framing = Framing::Json;
        const Result<void> split = m_splitter.feed(body, [&](std::string_view object) { takeText(object, sink); });
        if (const Result<void> result = outcome(split); !result || m_over)
            return result;
        if (m_candidates.empty() || m_splitter.isInside())
            return Error{"reply_invalid", "The provider's reply holds no candidates.", 502};
        for (CandidateDecoder &candidate : m_candidates)
            candidate.finishWhole(sink);
        return {};
    }

private:
    enum class Framing { Unknown, Sse, Json };

    Result<void> outcome(const Result<void> &split)
    {
        if (m_error) {
            m_over = true;
            return *m_error;
        }
        if (!split && !m_over) { // behind the provider's own error nothing counts
            m_over = true;
            return split.error();
        }
        return {};
    }

    void takeEvent(const SseEvent &event, ReplySink &sink)
    {
        // Not part of this dialect, but some servers that imitate it send it.
        if (event.hasData && !event.data.empty() && event.data != "[DONE]")
            takeText(event.data, sink);
    }

    void takeText(std::string_view text, ReplySink &sink)
    {
        if (m_over || m_error)
            return;
        {
            boost::system::error_code code;
            m_parser.reset(&m_memory);
            m_parser.write(text.data(), text.size(), code);
            if (code) {
                m_error =
                    Error{"reply_invalid", "The provider's reply is not valid JSON: " + code.message() + '.', 502};
            } else {
                const json::value root = m_parser.release();
                takeRoot(root, sink);
            }
        }
        m_memory.release();
    }

    void takeRoot(const json::value &root, ReplySink &sink)
    {
        const json::array *list = root.if_array(); // some errors come as a list of one
        const json::value &value = list && !list->empty() ? list->front() : root;
        const json::object *object = value.if_object();
        if (!object) {
            m_error = Error{"reply_invalid", "The provider's reply is not a JSON object.", 502};
            return;
        }
        m_report.clear();
        DecodeContext context{m_report, m_pool};
        takeChunk(*object, context, sink);
        if (context.failed()) {
            m_error = context.error(root);
            m_error->code = "reply_invalid";
            m_error->message = "The provider's reply is not what its API promises: " + m_error->message + '.';
            m_error->httpStatus = 502;
        }
        if (!m_report.empty())
            noteLosses(m_report, root);
    }

    void takeChunk(const json::object &object, DecodeContext &context, ReplySink &sink)
    {
        ObjectReader reader(object, context);
        if (const Node error = reader.take("error")) {
            reader.ignoreRest();
            m_over = true;
            return sink.take(Failure{errorOf(*error, 0)});
        }
        reader.ignore("createTime");
        const std::string_view id = reader.text(spelled(reader, "responseId", "response_id"));
        const std::string_view model = reader.text(spelled(reader, "modelVersion", "model_version"));
        if (!m_started) {
            m_started = true;
            sink.take(MessageStart{id, model});
        }
        if (const json::array *candidates = reader.array("candidates")) {
            for (size_t i = 0; i < candidates->size(); ++i)
                takeCandidate((*candidates)[i], static_cast<int64_t>(i), context, sink);
        }
        takeUsage(reader, sink);
        takeFeedback(reader, sink);
        for (CandidateDecoder &candidate : m_candidates)
            candidate.finish(sink);
    }

    void takeCandidate(const json::value &value, int64_t place, DecodeContext &context, ReplySink &sink)
    {
        const json::object *object = value.if_object();
        if (!object)
            return context.fail(&value, "must be an object");
        const json::value *number = object->if_contains("index");
        const int64_t index = number && number->is_int64() ? number->get_int64() : place;
        if (index < 0 || index >= mostCandidates)
            return context.fail(number ? number : &value, "is out of range");
        candidate(static_cast<int>(index)).take(*object, context, sink);
    }

    CandidateDecoder &candidate(int index)
    {
        const auto known = std::find_if(m_candidates.begin(), m_candidates.end(),
                                        [index](const CandidateDecoder &one) { return one.choice() == index; });
        return known == m_candidates.end() ? m_candidates.emplace_back(index, m_nextPart) : *known;
    }

    // Repeated on every chunk; only news is passed on.
    void takeUsage(ObjectReader &reader, ReplySink &sink)
    {
        const json::object *metadata = reader.object(spelled(reader, "usageMetadata", "usage_metadata"));
        if (!metadata)
            return;
        const TokenUsage usage = readUsage(*metadata, reader.context());
        if (usage == m_usage)
            return;
        m_usage = usage;
        sink.take(UsageReport{usage});
    }

    void takeFeedback(ObjectReader &reader, ReplySink &sink)
    {
        const json::object *feedback = reader.object(spelled(reader, "promptFeedback", "prompt_feedback"));
        if (!feedback)
            return;
        ObjectReader feedbackReader(*feedback, reader.context());
        const std::string_view reason = feedbackReader.text(spelled(feedbackReader, "blockReason", "block_reason"));
        if (!reason.empty())
            candidate(0).block(reason, feedbackReader.text("blockReasonMessage"), sink);
    }

    Framing m_framing = Framing::Unknown;
    SseReader m_events;
    JsonSplitter m_splitter;
    std::array<unsigned char, 8192> m_scratch; // not cleared, which costs more than the rest of a decoder
    json::monotonic_resource m_memory{m_scratch.data(), m_scratch.size()};
    json::parser m_parser{json::storage_ptr(), parseOptions()};
    LossReport m_report;
    TextPool m_pool;
    std::deque<CandidateDecoder> m_candidates; // few; their references stay valid
    std::optional<Error> m_error;
    TokenUsage m_usage;
    int m_nextPart = 0;
    bool m_started = false;
    bool m_over = false;
};

} // namespace

std::unique_ptr<ReplyDecoder> replyDecoder()
{
    return std::make_unique_for_overwrite<Decoder>();
}

} // namespace signalbox::gemini
