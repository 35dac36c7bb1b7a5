// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/reply_events.h"

#include <QtCore/QByteArray>

#include <string>

namespace signalbox {

inline const char *kindName(ReplyPartKind kind)
{
    switch (kind) {
    case ReplyPartKind::Text:
        return "text";
    case ReplyPartKind::Thinking:
        return "thinking";
    case ReplyPartKind::ToolCall:
        return "call";
    case ReplyPartKind::Image:
        return "image";
    default:
        return "other";
    }
}

inline const char *reasonName(FinishReason reason)
{
    static constexpr const char *names[] = {"stop",   "stop-sequence", "length", "calls",
                                            "filter", "refusal",       "pause",  "other"};
    return names[static_cast<size_t>(reason)];
}

// One line for each event; equal texts are equal events.
class EventLog final : public ReplySink
{
public:
    void take(const ReplyEvent &event) override
    {
        if (const auto *start = std::get_if<MessageStart>(&event))
            add("message " + std::string(start->model) + " " + std::to_string(start->createdAt.value_or(-1)));
        else if (const auto *part = std::get_if<PartStart>(&event))
            add("start " + std::to_string(part->part) + " " + kindName(part->kind) + " " + std::string(part->id) + "|" +
                std::string(part->name) + "|" + std::string(part->mimeType));
        else if (const auto *delta = std::get_if<PartDelta>(&event))
            add("delta " + std::to_string(delta->part) + " " + std::string(delta->text) +
                (delta->logprobs ? " " + jsonText(*delta->logprobs) : std::string()));
        else if (const auto *end = std::get_if<PartEnd>(&event))
            add("end " + std::to_string(end->part));
        else if (const auto *report = std::get_if<UsageReport>(&event))
            add("usage " + std::to_string(report->usage.input.value_or(-1)) + " " +
                std::to_string(report->usage.output.value_or(-1)));
        else if (const auto *finish = std::get_if<Finish>(&event))
            add("finish " + std::string(reasonName(finish->reason)) + " " + std::string(finish->native));
        else if (const auto *failure = std::get_if<Failure>(&event))
            add("failure " + std::to_string(failure->error.httpStatus) + " " + failure->error.code + " " +
                failure->error.message);
    }
    void add(const std::string &line) { text.append(QByteArray::fromStdString(line)).append('\n'); }
    QByteArray text;
};

} // namespace signalbox
