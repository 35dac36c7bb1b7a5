// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/reply_encoder.h"

#include "core/dialect/anthropic/block_writer.h"
#include "core/dialect/anthropic/errors.h"
#include "core/dialect/anthropic/stop_reasons.h"
#include "core/dialect/media.h"
#include "core/dialect/part_sequencer.h"

#include <set>

namespace signalbox::anthropic {

namespace {

std::string messageId(std::string_view id, std::string_view requestId)
{
    return id.empty() ? makeId("msg_", requestId, 0) : std::string(id);
}

void writeStop(JsonWriter &writer, std::string_view reason, std::string_view sequence)
{
    writer.member("stop_reason", reason);
    if (reason == "stop_sequence" && !sequence.empty())
        writer.member("stop_sequence", sequence);
    else
        writer.memberNull("stop_sequence");
}

// One block at a time, which the sequencer sees to. message_start waits for the first event behind it, because usage
// that is known by then belongs into it.
class StreamEncoder final : public ReplyEncoder, private ReplySink
{
public:
    explicit StreamEncoder(const ReplyOptions &options)
        : m_requestId(options.requestId), m_model(options.model), m_sequencer(*this)
    {
    }

    void take(const ReplyEvent &event, std::string &out) override;
    void end(std::string &out) override;
    void ping(std::string &out) override;

private:
    void take(const ReplyEvent &event) override;
    void takeStart(const PartStart &start);
    void takeDelta(const PartDelta &delta);
    void takeEnd();
    bool isOtherChoice(const ReplyEvent &event);
    void ensureStarted();
    void openBlock();
    void closeBlock();
    template<class Write>
    void frame(std::string_view type, const Write &write);
    template<class Write>
    void deltaFrame(std::string_view type, const Write &write);

    std::string m_requestId;
    std::string m_model;
    std::string m_id;
    std::string m_serviceTier;
    PartSequencer m_sequencer;
    std::string *m_out = nullptr;
    bool m_started = false;
    bool m_dead = false;
    bool m_calls = false;
    TokenUsage m_usage;
    FinishReason m_finish = FinishReason::Stop;
    std::string m_nativeFinish;
    std::string m_stopSequence;
    std::set<int> m_otherChoices; // parts of choices that Anthropic's API does not have

    FoldedPart m_part; // the open one; its text only where the block needs all of it
    int m_partNumber = 0;
    bool m_blockOpen = false; // content_block_start was written
    int m_index = 0;
};

template<class Write>
void StreamEncoder::frame(std::string_view type, const Write &write)
{
    m_out->append("event: ").append(type).append("\ndata: ");
    JsonWriter writer(*m_out);
    writer.beginObject();
    writer.member("type", type);
    write(writer);
    writer.endObject();
    m_out->append("\n\n");
}

template<class Write>
void StreamEncoder::deltaFrame(std::string_view type, const Write &write)
{
    frame("content_block_delta", [&](JsonWriter &writer) {
        writer.member("index", m_index);
        writer.key("delta");
        writer.beginObject();
        writer.member("type", type);
        write(writer);
        writer.endObject();
    });
}

void StreamEncoder::take(const ReplyEvent &event, std::string &out)
{
    if (m_dead)
        return;
    m_out = &out;
    if (!isOtherChoice(event))
        m_sequencer.take(event);
    m_out = nullptr;
}

bool StreamEncoder::isOtherChoice(const ReplyEvent &event)
{
    if (const auto *start = std::get_if<PartStart>(&event)) {
        if (start->choice != 0)
            m_otherChoices.insert(start->part);
        return start->choice != 0;
    }
    if (const auto *delta = std::get_if<PartDelta>(&event))
        return m_otherChoices.count(delta->part) > 0;
    if (const auto *partEnd = std::get_if<PartEnd>(&event))
        return m_otherChoices.count(partEnd->part) > 0;
    const auto *finish = std::get_if<Finish>(&event);
    return finish && finish->choice != 0;
}

void StreamEncoder::take(const ReplyEvent &event)
{
    if (const auto *delta = std::get_if<PartDelta>(&event)) {
        takeDelta(*delta);
    } else if (const auto *start = std::get_if<PartStart>(&event)) {
        takeStart(*start);
    } else if (std::holds_alternative<PartEnd>(event)) {
        takeEnd();
    } else if (const auto *messageStart = std::get_if<MessageStart>(&event)) {
        m_id = messageStart->id;
        m_serviceTier = messageStart->serviceTier;
        if (!messageStart->model.empty())
            m_model = messageStart->model;
    } else if (const auto *usage = std::get_if<UsageReport>(&event)) {
        mergeUsage(m_usage, usage->usage);
        ensureStarted();
    } else if (const auto *finish = std::get_if<Finish>(&event)) {
        ensureStarted();
        m_finish = finish->reason;
        m_nativeFinish = finish->native;
        m_stopSequence = finish->stopSequence;
    } else if (const auto *failure = std::get_if<Failure>(&event)) {
        m_out->append(errorEvent(failure->error));
        m_dead = true;
    }
}

void StreamEncoder::ensureStarted()
{
    if (m_started)
        return;
    m_started = true;
    frame("message_start", [&](JsonWriter &writer) {
        writer.key("message");
        writer.beginObject();
        writer.member("id", messageId(m_id, m_requestId));
        writer.member("type", "message");
        writer.member("role", "assistant");
        writer.member("model", m_model);
        writer.key("content");
        writer.beginArray();
        writer.endArray();
        writer.memberNull("stop_reason");
        writer.memberNull("stop_sequence");
        writer.key("usage");
        writeUsage(writer, m_usage, m_serviceTier, true);
        writer.endObject();
    });
}

void StreamEncoder::takeStart(const PartStart &start)
{
    ensureStarted();
    m_part = FoldedPart();
    m_part.kind = start.kind;
    m_part.id = start.id;
    m_part.name = start.name;
    m_part.nameSpace = start.nameSpace;
    m_part.mimeType = start.mimeType;
    m_part.nativeType = start.nativeType;
    m_part.dialect = start.dialect;
    m_part.custom = start.custom;
    m_partNumber = start.part;
    if (start.kind == ReplyPartKind::ToolCall) {
        m_calls = true;
        openBlock();
    }
}

// Texts and thinking open with their first piece: Anthropic refuses empty ones when they come back.
void StreamEncoder::openBlock()
{
    if (m_blockOpen)
        return;
    m_blockOpen = true;
    frame("content_block_start", [&](JsonWriter &writer) {
        writer.member("index", m_index);
        writer.key("content_block");
        FoldedPart head = m_part;
        if (!needsWhole(m_part) || m_part.custom) {
            head.text.clear();
            head.signature.clear();
            head.citations.clear();
        }
        if (head.kind == ReplyPartKind::ToolCall)
            head.custom = false; // the text under "input" comes as a delta
        writeBlock(writer, head, toolUseId(m_part.id, m_requestId, m_partNumber));
    });
}

void StreamEncoder::takeDelta(const PartDelta &delta)
{
    if (needsWhole(m_part)) {
        m_part.text += delta.text;
        m_part.signature += delta.signature;
        m_part.transcript += delta.transcript;
        return;
    }
    const bool thinking = m_part.kind == ReplyPartKind::Thinking;
    const bool call = m_part.kind == ReplyPartKind::ToolCall;
    // Another API's signature would come back to Anthropic as its own, and be refused.
    const bool signs = thinking && m_part.dialect == Dialect::Anthropic && !delta.signature.empty();
    if (delta.citation && !thinking && !call) {
        openBlock();
        deltaFrame("citations_delta", [&](JsonWriter &writer) {
            writer.key("citation");
            writeCitation(writer, *delta.citation);
        });
    }
    if (!delta.text.empty()) {
        openBlock();
        const char *type = thinking ? "thinking_delta" : call ? "input_json_delta" : "text_delta";
        const char *member = thinking ? "thinking" : call ? "partial_json" : "text";
        deltaFrame(type, [&](JsonWriter &writer) { writer.member(member, delta.text); });
    }
    if (signs) {
        openBlock();
        deltaFrame("signature_delta", [&](JsonWriter &writer) { writer.member("signature", delta.signature); });
    }
}

void StreamEncoder::takeEnd()
{
    if (m_part.custom) {
        std::string input;
        JsonWriter inner(input);
        inner.beginObject();
        inner.member("input", m_part.text);
        inner.endObject();
        deltaFrame("input_json_delta", [&](JsonWriter &writer) { writer.member("partial_json", input); });
    } else if (needsWhole(m_part)) {
        const BlockKind kind = blockKindOf(m_part.kind, m_part.dialect);
        const bool shown = kind == BlockKind::Text ? !shownText(m_part).empty() : kind != BlockKind::None;
        if (shown && kind == BlockKind::Text) { // SDKs add up the deltas of texts
            const std::string text = shownText(m_part);
            m_part = FoldedPart();
            openBlock();
            deltaFrame("text_delta", [&](JsonWriter &writer) { writer.member("text", text); });
        } else if (shown) {
            openBlock();
        }
    }
    closeBlock();
}

void StreamEncoder::closeBlock()
{
    if (!m_blockOpen)
        return;
    frame("content_block_stop", [&](JsonWriter &writer) { writer.member("index", m_index); });
    m_blockOpen = false;
    ++m_index;
}

void StreamEncoder::end(std::string &out)
{
    if (m_dead)
        return;
    m_out = &out;
    ensureStarted();
    frame("message_delta", [&](JsonWriter &writer) {
        writer.key("delta");
        writer.beginObject();
        writeStop(writer, stopReasonOf(m_finish, m_nativeFinish, m_calls), m_stopSequence);
        writer.endObject();
        writer.key("usage");
        writeUsage(writer, m_usage, {}, false);
    });
    frame("message_stop", [](JsonWriter &) {});
    m_dead = true;
    m_out = nullptr;
}

void StreamEncoder::ping(std::string &out)
{
    if (!m_dead)
        out += "event: ping\ndata: {\"type\":\"ping\"}\n\n";
}

} // namespace

std::unique_ptr<ReplyEncoder> makeReplyEncoder(const ReplyOptions &options)
{
    return std::make_unique<StreamEncoder>(options);
}

std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options)
{
    static const FoldedChoice none;
    const FoldedChoice &choice = reply.choices.empty() ? none : reply.choices.front();
    std::string body;
    JsonWriter writer(body);
    writer.beginObject();
    writer.member("id", messageId(reply.id, options.requestId));
    writer.member("type", "message");
    writer.member("role", "assistant");
    writer.member("model", reply.model.empty() ? options.model : std::string_view(reply.model));
    writer.key("content");
    writer.beginArray();
    bool calls = false;
    int number = 0;
    for (const FoldedPart &part : choice.parts) {
        const int id = number++;
        calls = calls || part.kind == ReplyPartKind::ToolCall;
        const BlockKind kind = blockKindOf(part.kind, part.dialect);
        const bool silent = (kind == BlockKind::Text && shownText(part).empty()) ||
                            (kind == BlockKind::Thinking && part.text.empty() &&
                             (part.signature.empty() || part.dialect != Dialect::Anthropic));
        if (kind != BlockKind::None && !silent)
            writeBlock(writer, part, toolUseId(part.id, options.requestId, id));
    }
    writer.endArray();
    writeStop(writer, stopReasonOf(choice.finish.value_or(FinishReason::Stop), choice.nativeFinish, calls),
              choice.stopSequence);
    writer.key("usage");
    writeUsage(writer, reply.usage, reply.serviceTier, true);
    writer.endObject();
    return body;
}

} // namespace signalbox::anthropic
