// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/token_usage.h"
#include "core/dialect/dialect.h"
#include "core/dialect/reply_events.h"
#include "core/ledger/records.h"

#include <QtCore/QMetaType>

#include <string>
#include <utility>
#include <vector>

namespace signalbox {

// One request of the console, in the words of a dialect as any client would send it.
struct ConsoleRequest {
    Dialect dialect = Dialect::OpenAiChat;
    std::string path; // on the gateway, with the query: /v1/chat/completions
    std::string body; // empty: it is a GET, such as /v1/models, whose answer is told as it came (ConsoleResult::body)
    std::vector<std::pair<std::string, std::string>> headers{}; // of the dialect; no key
    std::string model{};                                        // as asked; the plan of Gemini's bodies needs it
    std::string project{};                                      // empty: default
    std::string target{};                                       // PROVIDER/MODEL: pinned
    std::string route{};                                        // or this route, whatever it matches
};

struct ConsoleHead {
    int status = 0;
    std::string requestId; // of the ledger's row
    std::string route;
    std::string target;
    int losses = 0;
};

// What came of one part of the reply since the last time. The first piece of a part names it.
struct ConsolePiece {
    int part = 0;
    ReplyPartKind kind = ReplyPartKind::Text;
    std::string id;   // ToolCall
    std::string name; // ToolCall
    std::string text; // to be appended; images and sounds come with the result only
};
using ConsolePieces = std::vector<ConsolePiece>;

struct ConsoleResult {
    int status = 0; // 0: there was no answer
    Error error;    // empty code: it went well
    bool cancelled = false;
    double firstTokenMs = -1; // below 0: there was none
    double durationMs = 0;
    FoldedReply reply; // as far as it came
    std::string body;  // of a GET, instead
    // Of the row, where there is one (`requestId` is not empty).
    std::string requestId;
    std::string route, provider, model;
    int attempts = 0;
    TokenUsage usage;
    Cost cost;
    std::vector<LossRecord> losses;
    std::string plan; // JSON, see planJson()
};

} // namespace signalbox

Q_DECLARE_METATYPE(signalbox::ConsoleHead)
Q_DECLARE_METATYPE(signalbox::ConsolePieces)
Q_DECLARE_METATYPE(signalbox::ConsoleResult)
