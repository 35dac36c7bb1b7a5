// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/token_usage.h"
#include "core/dialect/conversation.h"
#include "core/dialect/loss_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signalbox {

// A reply in the canonical form: a small closed set of events, the same for whole and for streamed replies.
//
// Order: MessageStart once; then per choice parts, each PartStart → PartDelta* → PartEnd; UsageReport any number of
// times (later values win, field by field); Finish once per choice; or Failure, which ends everything. Parts are
// numbered from 0 over the whole reply in the order of their start. Only tool calls may be open beside another part;
// PartSequencer (core/dialect/part_sequencer.h) makes them strictly one after another for dialects that need it.
// Texts are views, valid during the call only.

struct MessageStart {
    std::string_view id;                // the provider's; may be empty
    std::string_view model;             // as the provider names it; may be empty
    std::optional<int64_t> createdAt{}; // seconds since 1970
    std::string_view serviceTier{};
};

enum class ReplyPartKind { Text, Thinking, RedactedThinking, ToolCall, Refusal, Image, Audio, Native };

struct PartStart {
    int part = 0;
    ReplyPartKind kind = ReplyPartKind::Text;
    int choice = 0;
    std::string_view id{};   // ToolCall: the provider's id, may be empty; Thinking of Responses: rs_…
    std::string_view name{}; // ToolCall
    bool custom = false;     // ToolCall: the arguments are free text
    std::string_view nameSpace{};
    std::string_view mimeType{};           // Image, Audio
    std::string_view nativeType{};         // Native: the block's type
    Dialect dialect = Dialect::OpenAiChat; // Native, Thinking: who made it
};

struct PartDelta {
    int part = 0;
    std::string_view text{};      // text, thinking, refusal, arguments; base64 of images and audio; JSON of Native
    std::string_view signature{}; // Thinking: its signature; RedactedThinking: the block; ToolCall: thought signature
    const Citation *citation = nullptr;
    Node logprobs = nullptr;       // Chat: an item list of choices[].logprobs.content
    std::string_view transcript{}; // Audio
};

struct PartEnd {
    int part = 0;
};

struct UsageReport {
    TokenUsage usage; // disjoint classes
};

enum class FinishReason { Stop, StopSequence, Length, ToolCalls, ContentFilter, Refusal, Pause, Other };

struct Finish {
    FinishReason reason = FinishReason::Stop;
    int choice = 0;
    std::string_view stopSequence{}; // StopSequence: which one, when the provider says
    std::string_view native{};       // the provider's own word, for Other
};

struct Failure {
    Error error; // code: the provider's error code or type; httpStatus: what it would be as a status
};

using ReplyEvent = std::variant<MessageStart, PartStart, PartDelta, PartEnd, UsageReport, Finish, Failure>;

class ReplySink
{
public:
    virtual void take(const ReplyEvent &event) = 0;

protected:
    ~ReplySink() = default;
};

// Laid over: a field of `later` that is set wins.
void mergeUsage(TokenUsage &usage, const TokenUsage &later);

// A whole reply, folded from its events.
struct FoldedPart {
    ReplyPartKind kind = ReplyPartKind::Text;
    std::string id;
    std::string name;
    std::string nameSpace;
    std::string mimeType;
    std::string nativeType;
    Dialect dialect = Dialect::OpenAiChat;
    bool custom = false;
    std::string text;
    std::string signature;
    std::string transcript;
    std::string logprobs; // JSON list, or empty
    struct CitationCopy {
        std::string url, title, citedText;
        std::optional<int64_t> begin, end;
    };
    std::vector<CitationCopy> citations;
};

struct FoldedChoice {
    std::vector<FoldedPart> parts;
    std::optional<FinishReason> finish;
    std::string stopSequence;
    std::string nativeFinish;
};

struct FoldedReply {
    std::string id;
    std::string model;
    std::optional<int64_t> createdAt;
    std::string serviceTier;
    std::vector<FoldedChoice> choices; // by number; at least one
    TokenUsage usage;
    std::optional<Error> failure;
};

// Non-streamed is the fold of streamed. Pure.
class ReplyFolder final : public ReplySink
{
public:
    ReplyFolder();
    void take(const ReplyEvent &event) override;
    const FoldedReply &reply() const { return m_reply; }
    FoldedReply &&takeReply() { return std::move(m_reply); }

private:
    struct Place {
        size_t choice = 0;
        size_t index = 0;
        bool started = false;
    };
    FoldedChoice &choice(int number);
    FoldedPart *part(int number);

    FoldedReply m_reply;
    std::vector<Place> m_places; // by part number
};

} // namespace signalbox
