// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"
#include "core/dialect/object_reader.h"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace signalbox {

// The canonical form of a request (DESIGN section 3): what any dialect decodes to and encodes from.
//
// Texts are views into the parsed body or into the text pool, both owned by `Conversation::source`; a 20 MB image is
// therefore held once. Every element names the place it came from (`origin`), so that an encoder which cannot carry it
// reports exactly that. A Conversation is immutable once decoded and may be encoded several times.

// A prompt-cache breakpoint at the end of the element that carries it (Anthropic cache_control).
struct CacheBreakpoint {
    std::string_view ttl; // "5m", "1h"; empty: the provider's default
    Node origin = nullptr;
};

// Bytes in base64 as they came, or an address, or a file known to one provider. Exactly one of data, url, fileId.
struct MediaSource {
    std::string_view mimeType; // may be empty with url and fileId
    std::string_view data;     // base64, never decoded here
    std::string_view url;      // never a data: URL
    std::string_view fileId;
    std::string_view name; // file name or title
};

struct Citation {
    std::string_view url;
    std::string_view title;
    std::string_view citedText;
    std::optional<int64_t> begin{}; // in characters of the text that cites
    std::optional<int64_t> end{};
    Node origin = nullptr;
};

struct TextPart {
    std::string_view text;
    std::vector<Citation> citations{};
};

struct MediaPart {
    enum class Kind { Image, Audio, Video, Document };
    Kind kind = Kind::Image;
    MediaSource source{};
    std::string_view detail{};    // images: low, high, auto, original
    std::string_view plainText{}; // Document: its text, when it came as text instead of bytes
    Node videoMetadata = nullptr; // Gemini: which stretch of a video, at how many frames a second
};

struct ToolCallPart {
    std::string_view id; // may be empty: Gemini and Ollama need none
    std::string_view name;
    std::string_view arguments; // JSON text of an object; free text when `custom`
    bool custom = false;
    std::string_view nameSpace{}; // Responses: the namespace the tool stands in
    std::string_view signature{}; // Gemini: thoughtSignature of this call, opaque
    std::string_view itemId{};    // Responses: fc_…
};

struct Part;

struct ToolResultPart {
    std::string_view callId;
    std::string_view name; // may be empty: see Conversation::toolNameOf()
    std::vector<Part> content;
    bool isError = false;
    bool custom = false;
    Node raw = nullptr; // Gemini: the response object as it came; content then holds its text form
};

struct ThinkingPart {
    std::string_view text;                // may be empty: only the signature was kept
    std::string_view signature;           // opaque; verbatim
    bool redacted = false;                // `signature` holds the encrypted block itself
    bool encrypted = false;               // Responses: `signature` is encrypted_content
    Dialect signer = Dialect::OpenAiChat; // whose signature it is; only that API takes it back
    std::string_view itemId{};            // Responses: rs_…
    std::string_view accountMark{};       // whose account made it, when a tag said so (core/dialect/signature_tag.h)
    std::vector<std::string_view> summary{};
};

struct RefusalPart {
    std::string_view text;
};

// A block that only one API knows (server tool calls and their results, code execution …). Goes back to that API
// verbatim and to no other.
struct NativePart {
    Dialect dialect = Dialect::Anthropic;
    std::string_view type;
    Node value = nullptr;
};

struct Part {
    std::variant<TextPart, MediaPart, ToolCallPart, ToolResultPart, ThinkingPart, RefusalPart, NativePart> value;
    Node origin = nullptr;
    std::optional<CacheBreakpoint> cache{};

    template<class T>
    const T *as() const
    {
        return std::get_if<T>(&value);
    }
};

// Tool results are parts of a User message, whatever role the client's dialect gives them.
enum class Role { System, Developer, User, Assistant };

struct Message {
    Role role = Role::User;
    std::vector<Part> parts;
    Node origin = nullptr;
    std::string_view name{};  // OpenAI: messages[].name
    std::string_view phase{}; // Responses: commentary, final_answer
    std::string_view itemId{};
};

struct Tool {
    enum class Kind {
        Function, // described by a JSON schema
        Custom,   // free text, perhaps under a grammar
        Native,   // runs at the provider: web search, code execution …
    };
    Kind kind = Kind::Function;
    std::string_view name{};
    std::string_view description{};
    std::string_view nameSpace{};            // name of the group it was declared in
    std::string_view nameSpaceDescription{}; // of the first tool of its group
    Node nameSpaceOrigin = nullptr;          // where that description stands
    Node schema = nullptr;                   // Function: a JSON schema; nullptr: no arguments
    Setting<bool> strict{};
    Setting<bool> deferLoading{};
    Node format = nullptr;                 // Custom: its grammar
    Node native = nullptr;                 // Native: the whole declaration
    Dialect dialect = Dialect::OpenAiChat; // Native: whose
    std::string_view type{};               // Native: web_search_20250305, googleSearch …
    Node origin = nullptr;
    std::optional<CacheBreakpoint> cache{};
};

struct ToolChoice {
    enum class Mode { Auto, None, Required, Named };
    Mode mode = Mode::Auto;
    std::string_view name{};                 // Named
    std::vector<std::string_view> allowed{}; // not empty: only these may be called
};

struct StructuredOutput {
    enum class Kind { JsonObject, JsonSchema };
    Kind kind = Kind::JsonObject;
    std::string_view name{};
    std::string_view description{};
    Node schema = nullptr;
    std::optional<bool> strict{};
};

// How hard to think. What the client said is kept as it was said; encoders convert (core/dialect/reasoning.h).
struct Reasoning {
    std::optional<bool> enabled{};         // explicitly on or off
    std::string_view effort{};             // none, minimal, low, medium, high, xhigh, max
    std::optional<int64_t> budgetTokens{}; // Anthropic, Gemini; -1: dynamic (Gemini)
    bool adaptive = false;                 // Anthropic: the model decides
    std::optional<bool> showThoughts{};    // wants to see thinking text
    std::string_view summary{};            // Responses: auto, concise, detailed
    std::string_view display{};            // Anthropic: omitted, summarized
    Node effortOrigin = nullptr;           // Anthropic: the effort stands apart from the rest
};

// A setting that only one API knows (Gemini's safetySettings …). Goes back to that API verbatim and to no other.
struct NativeSetting {
    Dialect dialect = Dialect::Gemini;
    std::string_view path; // where it stands in that API's request: "generationConfig.speechConfig"; a literal
    Node value = nullptr;
    // The `origin` of the part, tool or message it stands in (Anthropic: a tool's input_examples, a block's caller);
    // nullptr: it stands at `path` from the top.
    Node owner = nullptr;
};

// Settings that stand beside the messages. Encoders take them through SettingsTaker (below), which reports what nobody
// took.
struct Settings {
    Setting<int64_t> maxTokens;
    Setting<double> temperature;
    Setting<double> topP;
    Setting<int64_t> topK;
    Setting<double> minP;
    Setting<double> frequencyPenalty;
    Setting<double> presencePenalty;
    Setting<double> repeatPenalty;
    Setting<int64_t> seed;
    Setting<std::vector<std::string_view>> stop;
    Setting<int64_t> n;
    Setting<bool> logprobs;
    Setting<int64_t> topLogprobs;
    Setting<Node> logitBias; // OpenAI's object of token id → bias
    Setting<Reasoning> reasoning;
    Setting<ToolChoice> toolChoice;
    Setting<bool> parallelTools;
    Setting<StructuredOutput> output;
    Setting<std::string_view> verbosity;
    Setting<std::vector<std::string_view>> modalities; // text, audio, image
    Setting<Node> audioOutput;                         // OpenAI's {voice, format}
    Setting<Node> prediction;                          // OpenAI's predicted output
    Setting<std::string_view> serviceTier;
    Setting<std::string_view> user; // who asks, for the provider's abuse checks
    Setting<Node> metadata;
    Setting<bool> store;
    Setting<std::string_view> previousResponse; // Responses: answered from our own store before encoding
    Setting<std::string_view> promptCacheKey;
    Setting<std::string_view> promptCacheRetention;
    Setting<int64_t> contextTokens;      // Ollama num_ctx
    Setting<std::string_view> keepAlive; // Ollama
    std::vector<NativeSetting> native{};

    // Calls visit(setting) for each one that is a Setting.
    template<class Visit>
    void forEach(const Visit &visit) const
    {
        visit(maxTokens), visit(temperature), visit(topP), visit(topK), visit(minP), visit(frequencyPenalty);
        visit(presencePenalty), visit(repeatPenalty), visit(seed), visit(stop), visit(n), visit(logprobs);
        visit(topLogprobs), visit(logitBias), visit(reasoning), visit(toolChoice), visit(parallelTools), visit(output);
        visit(verbosity), visit(modalities), visit(audioOutput), visit(prediction), visit(serviceTier), visit(user);
        visit(metadata), visit(store), visit(previousResponse), visit(promptCacheKey), visit(promptCacheRetention);
        visit(contextTokens), visit(keepAlive);
    }
};

// What keeps the views alive.
struct ConversationSource {
    ConversationSource() : root(boost::json::storage_ptr(&memory)) {}

    // Body and tree are separate: the body's bytes may be released once parsed.
    boost::json::monotonic_resource memory;
    boost::json::value root;
    TextPool pool;
    std::vector<CopiedPlace> copies; // parts of `root` that a decoder had to rewrite
};

struct Conversation {
    std::shared_ptr<ConversationSource> source;
    std::string_view model; // as asked
    bool stream = false;
    bool includeUsage = false; // Chat: the client wants the usage chunk itself
    std::vector<Message> messages;
    std::vector<Tool> tools;
    Settings settings;

    // The name of the tool whose call has this id; empty when no call has it.
    std::string_view toolNameOf(std::string_view callId) const;
    // The first messages that are System or Developer: how many.
    size_t leadingInstructions() const;
};

// Parses a body into a new source. Errors: json_invalid (400) with line and column; depth over 128 is refused.
Result<std::shared_ptr<ConversationSource>> parseSource(std::string_view body);

// One encoding run's view of the settings: what the encoder asked for counts as carried; report() notes the rest.
class SettingsTaker
{
public:
    SettingsTaker(const Settings &settings, LossReport &losses) : m_settings(settings), m_losses(losses) {}

    // The value, marked as carried; nullptr when the client did not set it. Use as taker.take(&Settings::topP).
    template<class T>
    const T *take(Setting<T> Settings::*which)
    {
        const Setting<T> &setting = m_settings.*which;
        m_taken.push_back(&setting);
        return setting ? &*setting.value : nullptr;
    }
    template<class T>
    Node originOf(Setting<T> Settings::*which) const
    {
        return (m_settings.*which).origin;
    }
    // The settings that only `dialect` knows, marked as carried.
    std::vector<NativeSetting> takeNative(Dialect dialect);
    LossReport &losses() { return m_losses; }
    // Once, at the end: every setting that nobody took is dropped, with "PROVIDER'S API has no such setting".
    void report(std::string_view reason);

private:
    const Settings &m_settings;
    LossReport &m_losses;
    std::vector<const void *> m_taken;
    std::optional<Dialect> m_takenNative{};
};

} // namespace signalbox
