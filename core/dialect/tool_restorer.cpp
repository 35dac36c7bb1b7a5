// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/tool_restorer.h"

#include "core/dialect/tool_names.h"

#include <boost/json.hpp>

namespace signalbox {

namespace {

// {"input": "…"} → …; anything else stays as it is.
std::string inputOf(const std::string &arguments)
{
    boost::system::error_code code;
    const boost::json::value value = boost::json::parse(arguments, code);
    const boost::json::object *object = code ? nullptr : value.if_object();
    const boost::json::value *input = object ? object->if_contains("input") : nullptr;
    return input && input->is_string() ? std::string(input->get_string()) : arguments;
}

} // namespace

void ToolRestorer::take(const ReplyEvent &event)
{
    if (const auto *start = std::get_if<PartStart>(&event); start && start->kind == ReplyPartKind::ToolCall)
        return takeStart(*start);
    if (const auto *delta = std::get_if<PartDelta>(&event)) {
        const auto held = m_held.find(delta->part);
        if (held != m_held.end()) {
            held->second += delta->text;
            if (!delta->signature.empty())
                m_next.take(PartDelta{delta->part, {}, delta->signature});
            return;
        }
    }
    if (const auto *end = std::get_if<PartEnd>(&event))
        release(end->part);
    m_next.take(event);
}

void ToolRestorer::takeStart(const PartStart &start)
{
    const Tool *tool = start.nameSpace.empty() ? toolOfFlatName(start.name, m_conversation) : nullptr;
    if (!tool)
        return m_next.take(start);
    PartStart restored = start;
    restored.name = tool->name;
    restored.nameSpace = tool->nameSpace;
    if (tool->kind == Tool::Kind::Custom && !start.custom) {
        restored.custom = true;
        m_held.emplace(start.part, std::string());
    }
    m_next.take(restored);
}

void ToolRestorer::release(int part)
{
    const auto held = m_held.find(part);
    if (held == m_held.end())
        return;
    const std::string text = inputOf(held->second);
    m_held.erase(held);
    if (!text.empty())
        m_next.take(PartDelta{part, text});
}

} // namespace signalbox
