// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"
#include "core/dialect/reply_events.h"

#include <string>
#include <vector>

namespace matrix {

// What a translation has to keep, as a flat list of comparable facts. Borders between messages are no facts: dialects
// merge and split messages as their rules of alternation ask.
struct Fact {
    enum class Kind { Text, Image, Call, Result, ResultImage, ResultError, Thinking, Schema, Output, Stop, Setting };
    Kind kind = Kind::Text;
    std::string value;
    signalbox::Node origin = nullptr;

    bool operator==(const Fact &other) const { return kind == other.kind && value == other.value; }
};
using Facts = std::vector<Fact>;

Facts factsOf(const signalbox::Conversation &conversation);

struct Comparison {
    Facts missing; // in `wanted` only, with its origins
    Facts added;   // in `seen` only
};
// In order, kind by kind.
Comparison compare(const Facts &wanted, const Facts &seen);

struct ReplyFacts {
    std::string text, thinking, calls, finish, usage;
    int64_t inputTokens = 0;
    int64_t outputTokens = 0;
};
ReplyFacts factsOf(const signalbox::FoldedReply &reply);

// One line per event.
std::string eventLine(const signalbox::ReplyEvent &event);

// Compact, keys sorted, so that two documents can be compared as texts. A text that is no JSON stays as it is.
std::string canonicalJson(const boost::json::value &value);
std::string canonicalJson(std::string_view text);

const char *finishName(signalbox::FinishReason reason);

} // namespace matrix
