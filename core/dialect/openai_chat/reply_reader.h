// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/token_usage.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox::openai_chat {

// What a whole reply or one stream event says beside its content.
struct ReplyFacts {
    std::optional<TokenUsage> usage;
    bool hasContent = false;          // text, reasoning, tool call, refusal or audio: not a role-only or empty delta
    bool finished = false;            // a finish_reason was given
    bool onlyUsage = false;           // stream: no choices, only usage (the chunk of include_usage)
    bool isDone = false;              // stream: the [DONE] mark
    std::optional<std::string> error; // the message of a top-level `error`
};

// Reads usage in passing; the bytes are relayed as they are. Pure, keeps its parser's memory: one per thread or stream.
// Numbers: OpenAI counts cached tokens inside the prompt; xAI counts reasoning outside completion_tokens; DeepSeek
// names cached tokens prompt_cache_hit_tokens. Classes come out disjoint (DESIGN section 5).
class ReplyReader
{
public:
    ReplyReader();
    ~ReplyReader();
    Result<ReplyFacts> readReply(std::string_view json); // reply_invalid: not a JSON object
    Result<ReplyFacts> readEvent(std::string_view data); // the `data` of one SSE event

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox::openai_chat
