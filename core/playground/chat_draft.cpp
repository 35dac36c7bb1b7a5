// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/chat_draft.h"

namespace signalbox {

std::string ChatTurn::said() const
{
    std::string all = text;
    for (const FoldedPart &part : parts) {
        if (part.kind == ReplyPartKind::Text || part.kind == ReplyPartKind::Refusal)
            all += part.text;
    }
    return all;
}

std::vector<const FoldedPart *> ChatTurn::calls() const
{
    std::vector<const FoldedPart *> all;
    for (const FoldedPart &part : parts) {
        if (part.kind == ReplyPartKind::ToolCall)
            all.push_back(&part);
    }
    return all;
}

std::string chatTargetText(const ChatTarget &target)
{
    const char *prefix = target.kind == ChatTarget::Kind::Route    ? "route:"
                         : target.kind == ChatTarget::Kind::Target ? "target:"
                                                                   : "";
    return prefix + target.name;
}

ChatTarget chatTargetFromText(std::string_view text)
{
    if (text.starts_with("route:"))
        return {ChatTarget::Kind::Route, std::string(text.substr(6))};
    if (text.starts_with("target:"))
        return {ChatTarget::Kind::Target, std::string(text.substr(7))};
    return {ChatTarget::Kind::Model, std::string(text)};
}

} // namespace signalbox
