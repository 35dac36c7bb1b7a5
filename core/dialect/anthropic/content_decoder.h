// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

#include <initializer_list>
#include <optional>
#include <vector>

namespace signalbox::anthropic {

// Content blocks of messages, of `system` and of tool results → parts. One per request; pure.
class ContentDecoder
{
public:
    ContentDecoder(Settings &settings, DecodeContext &context) : m_settings(settings), m_context(context) {}

    // A text, or a list of blocks. nullptr: nothing.
    void content(Node content, std::vector<Part> &parts);
    std::optional<CacheBreakpoint> cacheControl(ObjectReader &reader);
    // Members that no other API knows; literals.
    void keepNative(ObjectReader &reader, Node owner, std::initializer_list<std::string_view> keys);

private:
    void block(const boost::json::value &node, std::vector<Part> &parts);
    void text(const boost::json::value &node, Part &part);
    void image(const boost::json::value &node, Part &part);
    void document(const boost::json::value &node, Part &part);
    void searchResult(const boost::json::value &node, Part &part);
    void toolUse(const boost::json::value &node, Part &part);
    void toolResult(const boost::json::value &node, Part &part);
    void thinking(const boost::json::value &node, Part &part);
    void redactedThinking(const boost::json::value &node, Part &part);
    void native(const boost::json::value &node, Part &part);

    void source(ObjectReader &reader, const boost::json::value &node, MediaPart &media);
    Citation citation(const boost::json::value &node);
    // The texts of a list of blocks as one; the others go to Anthropic only.
    std::string_view joinedTexts(Node content, Node owner);
    void keepWhole(const boost::json::value &node);

    Settings &m_settings;
    DecodeContext &m_context;
};

} // namespace signalbox::anthropic
