// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/anthropic/encode_run.h"
#include "core/dialect/anthropic/turns.h"

namespace signalbox::anthropic {

// Parts → content blocks. One per request.
class PartWriter
{
public:
    explicit PartWriter(EncodeRun &run) : m_run(run), m_writer(run.writer) {}

    // `endsTrimmed`: the last text of a prefill may not end in blanks.
    void entry(const Entry &entry, bool endsTrimmed = false);
    // The text of an entry that is nothing else, as a bare text.
    void bareText(const Entry &entry, bool endsTrimmed);
    // The breakpoints that entry() will write, in that order.
    void collectBreakpoints(const Entry &entry);

private:
    void block(const Part &part);
    std::string_view shown(const TextPart &text, const Part &part, bool endsTrimmed);
    void textBlock(std::string_view text, const Part *part);
    void citations(const TextPart &text);
    void media(const MediaPart &media, const Part &part);
    void source(const MediaPart &media);
    void toolUse(const ToolCallPart &call, const Part &part, std::string_view wireId);
    void toolResult(const ToolResultPart &result, const Part &part, std::string_view wireId);
    void looseResult(const ToolResultPart &result, const Part &part);
    void resultContent(const ToolResultPart &result);
    void thinking(const ThinkingPart &thinking, const Part &part);
    void verbatim(const Part &part, Node value);
    void natives(Node owner);
    bool fitsResult(const Part &part);

    EncodeRun &m_run;
    JsonWriter &m_writer;
};

} // namespace signalbox::anthropic
