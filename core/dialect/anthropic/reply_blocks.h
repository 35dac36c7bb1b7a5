// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/reply_events.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::anthropic {

// Content blocks of a reply → parts. One per reply; blocks are told apart by their index.
class ReplyBlocks
{
public:
    explicit ReplyBlocks(DecodeContext &context) : m_context(context) {}

    void start(int64_t index, const boost::json::object &block, ReplySink &sink);
    void delta(int64_t index, const boost::json::object &delta, ReplySink &sink);
    void stop(int64_t index, ReplySink &sink);
    void stopAll(ReplySink &sink);
    // Why the model refused, as a part of its own.
    void refusal(std::string_view explanation, ReplySink &sink);

private:
    struct Block {
        int64_t index = 0;
        int part = 0;
        ReplyPartKind kind = ReplyPartKind::Text;
        bool hasArguments = false;   // some came as deltas
        std::string input{};         // as it stood in the start, for servers that send no deltas
        std::string partialJson{};   // Native: its input, as it comes
        boost::json::value native{}; // Native: the block as it grows
    };
    Block &open(int64_t index, PartStart start, ReplySink &sink);
    Block *find(int64_t index);
    void startText(Block &block, ObjectReader &reader, ReplySink &sink);
    void startThinking(Block &block, ObjectReader &reader, ReplySink &sink);
    void growNative(Block &block, const boost::json::object &delta);
    void citation(const Block &block, const boost::json::value &node, ReplySink &sink);
    void close(Block &block, ReplySink &sink);

    DecodeContext &m_context;
    std::vector<Block> m_open;
    int m_nextPart = 0;
};

} // namespace signalbox::anthropic
