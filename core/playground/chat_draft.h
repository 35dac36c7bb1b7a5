// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/dialect.h"
#include "core/dialect/reply_events.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// A conversation as the playground keeps it: values only, to be changed and sent again. Pure.

struct ChatImage {
    std::string mimeType;
    std::string base64;
    std::string url{}; // instead of base64
    std::string name{};

    bool operator==(const ChatImage &) const = default;
};

struct ChatToolResult {
    std::string callId;
    std::string name;
    std::string text;

    bool operator==(const ChatToolResult &) const = default;
};

struct ChatTurn {
    bool assistant = false;
    std::string text{};                    // of the user
    std::vector<ChatImage> images{};       // of the user
    std::vector<ChatToolResult> results{}; // of the user; before the text
    std::vector<FoldedPart> parts{};       // of the model, as they came, so that signatures go back verbatim

    std::string said() const; // what was written, of either
    std::vector<const FoldedPart *> calls() const;
};

struct ChatSettings {
    Dialect dialect = Dialect::OpenAiChat;
    bool stream = true;
    std::string system{};
    std::optional<double> temperature{};
    std::optional<double> topP{};
    std::optional<int64_t> maxTokens{};
    std::string effort{}; // empty: not sent
    std::vector<std::string> stop{};
    std::string schema{}; // JSON; empty: any answer
    std::string tools{};  // JSON, a list; empty: none

    bool operator==(const ChatSettings &) const = default;
};

struct ChatDraft {
    ChatSettings settings;
    std::vector<ChatTurn> turns;
};

// Who is asked: a model as any client asks for it, or what the console pins.
struct ChatTarget {
    enum class Kind { Model, Route, Target };
    Kind kind = Kind::Model;
    std::string name; // a model, a route's id, PROVIDER/MODEL

    bool operator==(const ChatTarget &) const = default;
};
// "fast", "route:smart", "target:openai/gpt-5", and back.
std::string chatTargetText(const ChatTarget &target);
ChatTarget chatTargetFromText(std::string_view text);

inline constexpr const char *chatEfforts[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};

// A request of a client, in its dialect, as a draft; what the playground has no field for is left out. `path` as in
// the ledger or empty; for Gemini it names the operation. Errors as of Codec::decodeRequest.
Result<ChatDraft> readChat(std::string_view body, Dialect dialect, std::string_view path = {});

} // namespace signalbox
