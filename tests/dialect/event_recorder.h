// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/reply_events.h"

#include <string>
#include <vector>

namespace signalbox {

// Reply events as lines of text that compare well; texts of one part in a row are joined.
class EventRecorder final : public ReplySink
{
public:
    void take(const ReplyEvent &event) override
    {
        std::visit([this](const auto &one) { add(one); }, event);
    }
    std::string text() const
    {
        std::string all;
        for (const std::string &line : m_lines)
            all += line + '\n';
        return all;
    }
    const TokenUsage &usage() const { return m_usage; }

private:
    void line(std::string text)
    {
        m_textOf = -1;
        m_lines.push_back(std::move(text));
    }
    static std::string shown(const char *name, std::string_view value)
    {
        return value.empty() ? std::string() : std::string(" ") + name + '=' + std::string(value);
    }
    void add(const MessageStart &start)
    {
        line("message" + shown("id", start.id) + shown("model", start.model) + shown("tier", start.serviceTier));
    }
    void add(const PartStart &start)
    {
        static constexpr const char *kinds[] = {"text",    "thinking", "redacted", "call",
                                                "refusal", "image",    "audio",    "native"};
        line("part " + std::to_string(start.part) + ' ' + kinds[static_cast<size_t>(start.kind)] +
             (start.choice > 0 ? " choice=" + std::to_string(start.choice) : "") + shown("id", start.id) +
             shown("name", start.name) + (start.custom ? " custom" : "") + shown("mime", start.mimeType));
    }
    void add(const PartDelta &delta)
    {
        if (!delta.text.empty()) {
            if (m_textOf == delta.part) {
                m_lines.back() += delta.text;
            } else {
                line(std::to_string(delta.part) + ": " + std::string(delta.text));
                m_textOf = delta.part;
            }
        }
        if (!delta.signature.empty())
            line(std::to_string(delta.part) + " signature " + std::string(delta.signature));
        if (!delta.transcript.empty())
            line(std::to_string(delta.part) + " transcript " + std::string(delta.transcript));
        if (delta.citation)
            line(std::to_string(delta.part) + " cites " + std::string(delta.citation->url) +
                 shown("title", delta.citation->title));
        if (delta.logprobs)
            line(std::to_string(delta.part) + " logprobs " + jsonText(*delta.logprobs));
    }
    void add(const PartEnd &end) { line("end " + std::to_string(end.part)); }
    void add(const UsageReport &report)
    {
        mergeUsage(m_usage, report.usage);
        line("usage " + std::to_string(report.usage.input.value_or(-1)) + ' ' +
             std::to_string(report.usage.output.value_or(-1)));
    }
    void add(const Finish &finish)
    {
        static constexpr const char *reasons[] = {"stop",           "stop-sequence", "length", "tool-calls",
                                                  "content-filter", "refusal",       "pause",  "other"};
        line(std::string("finish ") + reasons[static_cast<size_t>(finish.reason)] +
             (finish.choice > 0 ? " choice=" + std::to_string(finish.choice) : "") +
             shown("stop", finish.stopSequence) + shown("native", finish.native));
    }
    void add(const Failure &failure)
    {
        line("failure " + failure.error.code + ' ' + std::to_string(failure.error.httpStatus) + ' ' +
             failure.error.message);
    }

    std::vector<std::string> m_lines;
    TokenUsage m_usage;
    int m_textOf = -1;
};

} // namespace signalbox
