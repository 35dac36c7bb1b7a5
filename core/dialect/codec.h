// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"
#include "core/dialect/quirks.h"
#include "core/dialect/reply_events.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox {

// One dialect, both directions. Stateless and pure; the instances live as long as the program (codecFor).

// How a reply's bytes are framed on the wire.
enum class StreamFraming { Sse, Ndjson, JsonArray };

struct DecodeRequestOptions {
    std::string_view path;  // without the query; Gemini and Ollama read the operation from it
    std::string_view model; // Gemini: from the path, decoded; else empty
    bool stream = false;    // Gemini: from the path
};

struct EncodeRequestOptions {
    std::string_view model; // as the provider is asked
    const Quirks &quirks;
    // What a provider that insists on an output limit is told when the client gave none.
    int64_t defaultMaxTokens = 8192;
    // What the prompt counts, as far as it is known; Ollama makes room for it. 0: the encoder goes by its length.
    int64_t inputTokens = 0;
};

struct EncodedRequest {
    std::string path; // appended to the provider's base URL, query included
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers; // of this dialect; never a credential
};

// What a client's reply needs beside the events.
struct ReplyOptions {
    std::string_view model;     // as the client asked; used when the provider names none
    std::string_view requestId; // of the exchange (UUIDv7); ids are made from it
    int64_t nowSeconds = 0;
    bool includeUsage = false; // Chat: the usage chunk was asked for
    StreamFraming framing = StreamFraming::Sse;
    const Conversation *conversation = nullptr; // Responses echoes parts of its request; outlives the encoder
    std::string_view path{};                    // Ollama: /api/generate answers in another shape than /api/chat
    std::function<int64_t()> elapsedNs{};       // Ollama: since the request came; its replies tell durations
};

// A provider's reply → events. One per reply; any split of the bytes gives the same events.
class ReplyDecoder
{
public:
    virtual ~ReplyDecoder() = default;

    // Streamed. Errors: reply_invalid (what came before it has been delivered), event_too_large.
    virtual Result<void> feed(std::string_view bytes, ReplySink &sink) = 0;
    // The provider ended the stream. Error stream_incomplete: the dialect's end mark is missing.
    virtual Result<void> finish(ReplySink &sink) = 0;
    // A whole reply, as the events it would have been. Error reply_invalid.
    virtual Result<void> whole(std::string_view body, ReplySink &sink) = 0;
    // Fields of the reply that have no place in the events; each kind of field once.
    const std::vector<LossEntry> &losses() const { return m_losses; }

protected:
    // Resolves what one event's decoding noted; a pointer that is known already is not noted again.
    void noteLosses(const LossReport &report, const boost::json::value &root);

private:
    std::vector<LossEntry> m_losses;
};

// Events → a client's stream. One per reply. Appends to `out` only; each take() leaves whole wire events behind.
class ReplyEncoder
{
public:
    virtual ~ReplyEncoder() = default;
    // A Failure becomes the dialect's own error event and nothing may follow it.
    virtual void take(const ReplyEvent &event, std::string &out) = 0;
    // After Finish of every choice: usage that came late and the end mark. Not called after a Failure.
    virtual void end(std::string &out) = 0;
    // A keep-alive of the dialect, legal between events; nothing when the dialect has none.
    virtual void ping(std::string &out) = 0;
};

// What a dialect's replies have a place for, beyond text, thinking and function calls. What they lack is reported by
// ReplyLosses, and the encoders show it as text where they can.
struct ReplyShows {
    bool choices = true;   // more than one answer
    bool citations = true; // of web addresses; others are text in every dialect but their own
    bool logprobs = true;
    bool images = true;
    bool audio = true;         // the sound; what was said is shown as text
    bool redacted = true;      // sealed thinking, which the client brings back
    bool stopSequence = false; // which one ended the answer
    bool pause = false;        // a turn that the client is to continue
    bool nativeAsText = false; // blocks of another API are told in words
};

struct ListedModel {
    std::string id;
    std::string ownedBy;
    std::optional<int64_t> contextTokens{};
    std::optional<int64_t> maxOutputTokens{};
    std::vector<std::string> modalities{}; // of input: text, image, audio, video, pdf; empty: not known
    std::optional<bool> tools{};
    std::optional<bool> thinking{};

    bool operator==(const ListedModel &) const = default;
};

class Codec
{
public:
    virtual ~Codec() = default;
    virtual Dialect dialect() const = 0;

    // Client side.
    // Errors (400): json_invalid, field_invalid with the JSON pointer, model_missing.
    virtual Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options,
                                               LossReport &losses) const = 0;
    virtual std::unique_ptr<ReplyEncoder> replyEncoder(const ReplyOptions &options) const = 0;
    virtual std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options) const = 0;
    virtual ReplyShows replyShows() const = 0;
    virtual std::string errorBody(const Error &error) const = 0;
    // The error as the last event of a stream, with its framing.
    virtual std::string errorEvent(const Error &error, StreamFraming framing) const = 0;
    virtual std::string modelList(std::span<const ListedModel> models) const = 0;
    virtual std::string model(const ListedModel &model) const = 0;
    // The reply to a token count request (count_tokens, :countTokens, input_tokens); empty: the dialect has no such
    // call.
    virtual std::string tokenCount(int64_t inputTokens) const = 0;

    // Provider side.
    virtual Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                                 LossReport &losses) const = 0;
    virtual std::unique_ptr<ReplyDecoder> replyDecoder() const = 0;
    // What an error body says: code (the provider's own code or type, may be empty), message (at most 500 bytes).
    virtual Error readError(int status, std::string_view body) const = 0;
};

const Codec &codecFor(Dialect dialect);

// The content type of a stream in this framing.
const char *contentTypeOf(StreamFraming framing);

} // namespace signalbox
