// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"
#include "core/tokens/bpe.h"
#include "core/tokens/families.h"
#include "core/tokens/lru_map.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace signalbox {

// What a request counts. `text` is in tokens of the family's vocabulary; `other` is media and overhead, to which the
// family's factor does not apply.
struct RequestTokens {
    int64_t text = 0;
    int64_t other = 0;
    bool guessed = false; // a rule without a published number, an unknown size, or text that was sampled
    size_t bytesRead = 0; // of text that went through the tokeniser for this count

    int64_t total(const TokenFamily &family) const;
    RequestTokens &operator+=(const RequestTokens &more);
};

// What the first messages of a conversation counted, by a hash of them: a growing conversation is counted from where it
// grew. Bounded: about 400 KB.
using PrefixMemo = LruMap<uint64_t, RequestTokens>;
inline constexpr size_t prefixMemoSize = 4096;

// Counts the input tokens of requests. Reads the canonical form (core/dialect/conversation.h), the one arrow from here
// to a sibling: a visitor of our own would repeat all its types. One thread at a time; keep it, for its caches.
//
// Overhead: OpenAI's cookbook, "How to count tokens with tiktoken", sections 6 and 7 (3 a message and 3 for the reply;
// its figures for functions, with those of GPT-4o where the vocabulary is o200k). Anthropic: the system prompt of tool
// use (docs.claude.com/en/docs/agents-and-tools/tool-use/overview, pricing: 346, or 313 when a call is demanded). What
// no vendor tells is counted as its JSON text and marked `guessed`.
//
// Above `mostText` bytes of text that no memo knows, long texts are sampled: slices of 1 KiB at even distances, so that
// a count never takes longer than some ten milliseconds. Such a count is `guessed`.
class RequestCounter
{
public:
    static constexpr size_t mostText = 256 * 1024;

    explicit RequestCounter(PrefixMemo &memo) : m_memo(memo) {}

    RequestTokens count(const Conversation &conversation, const TokenFamily &family);
    // A chat request of any dialect as it came, not decoded: the texts of its values; base64 media is recognised. For
    // routing; it knows less of each dialect than count() and is always `guessed`. Broken JSON counts as far as it
    // goes.
    RequestTokens countBody(std::string_view body, const TokenFamily &family);
    // A plain text, as for embeddings.
    RequestTokens countText(std::string_view text, const TokenFamily &family);

private:
    void begin(const TokenFamily &family, size_t bytes);
    void addText(RequestTokens &sum, std::string_view text);
    void addJson(RequestTokens &sum, const boost::json::value &value);
    void addPart(RequestTokens &sum, const Part &part);
    void addMedia(RequestTokens &sum, const MediaPart &media);
    RequestTokens messageTokens(const Message &message);
    RequestTokens toolTokens(const Conversation &conversation);
    void addOpenAiFunction(RequestTokens &sum, const Tool &tool);
    RequestTokens memoTools(const Conversation &conversation, uint64_t seed);
    Bpe &bpe();

    PrefixMemo &m_memo;
    std::unique_ptr<Bpe> m_o200k;
    std::unique_ptr<Bpe> m_cl100k;
    TokenFamily m_family; // of the count that runs
    size_t m_stride = 1;  // one byte in so many of a long text is read
    std::string m_scratch;
};

} // namespace signalbox
