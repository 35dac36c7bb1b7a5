// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/plan_text.h"
#include "core/routing/route_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace signalbox {

namespace {

void addText(std::string &out, std::string_view text)
{
    constexpr std::string_view hex = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out.append(1, '\\').append(1, c);
        else if (byte < 0x20)
            out.append("\\u00").append(1, hex[byte >> 4U]).append(1, hex[byte & 15U]);
        else
            out += c;
    }
    out += '"';
}

void addMember(std::string &out, std::string_view key, std::string_view text)
{
    if (out.back() != '{')
        out += ',';
    out.append(1, '"').append(key).append("\":");
    addText(out, text);
}

void addNumber(std::string &out, std::string_view key, float value)
{
    if (value == 0 || !std::isfinite(value))
        return;
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out.append(",\"").append(key).append("\":").append(buffer.data(), end.ptr);
}

template<class List, class Write>
void addList(std::string &out, std::string_view key, const List &list, bool evenEmpty, Write write)
{
    std::string items;
    for (const auto &entry : list) {
        std::string item = "{";
        if (!write(item, entry))
            continue;
        items.append(items.empty() ? "" : ",").append(item).append(1, '}');
    }
    if (!items.empty() || evenEmpty)
        out.append(",\"").append(key).append("\":[").append(items).append(1, ']');
}

std::string nameOf(std::string_view provider, std::string_view model)
{
    return std::string(provider).append(1, '/').append(model);
}

bool skips(const PlanStep &step)
{
    switch (step.verdict) {
    case PlanStep::Verdict::RegionRefused:
    case PlanStep::Verdict::DeniedByPolicy:
    case PlanStep::Verdict::QualityTooLow:
    case PlanStep::Verdict::Unrated:
    case PlanStep::Verdict::TooDear:
    case PlanStep::Verdict::DoesNotFit:
    case PlanStep::Verdict::ContentRefused:
    case PlanStep::Verdict::UnknownProvider:
        return true;
    case PlanStep::Verdict::Unpriced:
        return step.b > 0;
    default:
        return false;
    }
}

// What a node decided before there was a choice of targets, whose reasons say the rest.
bool decides(const PlanStep &step)
{
    switch (step.verdict) {
    case PlanStep::Verdict::Entered:
    case PlanStep::Verdict::NotEntered:
    case PlanStep::Verdict::StaysWarm:
    case PlanStep::Verdict::ContextUnknown:
    case PlanStep::Verdict::WillTruncate:
    case PlanStep::Verdict::Rejected:
        return true;
    default:
        return false;
    }
}

std::string blockedReason(const Plan &plan, const BlockedTarget &blocked)
{
    for (const PlanStep &step : plan.steps) {
        if (step.verdict == PlanStep::Verdict::Blocked &&
            stepTarget(plan, step) == nameOf(blocked.provider, blocked.model))
            return stepText(plan, step);
    }
    return blockName(blocked.availability.block);
}

} // namespace

bool isWorthRecording(const Plan &plan)
{
    return plan.byConsole || plan.targets.size() != 1 || !plan.blocked.empty() ||
           std::any_of(plan.steps.begin(), plan.steps.end(),
                       [](const PlanStep &step) { return skips(step) || decides(step); });
}

std::string planJson(const Plan &plan, bool compact)
{
    std::string out = "{";
    out.reserve(compact ? 512 : 4096);
    addMember(out, "route", plan.route);
    if (plan.byConsole)
        addMember(out, "pinned", plan.route == pinnedRoute ? "target, by the console" : "route, by the console");
    size_t at = 0;
    addList(out, "targets", plan.targets, true, [&](std::string &item, const PlannedTarget &target) {
        addMember(item, "target", nameOf(target.provider, target.model));
        if (!compact) {
            addMember(item, "provider", target.provider);
            addMember(item, "model", target.model);
        }
        addMember(item, "reason", targetReason(plan, at++));
        return true;
    });
    addList(out, "blocked", plan.blocked, !compact, [&](std::string &item, const BlockedTarget &blocked) {
        addMember(item, "target", nameOf(blocked.provider, blocked.model));
        addMember(item, "block", blockName(blocked.availability.block));
        addMember(item, "reason", blockedReason(plan, blocked));
        return true;
    });
    addList(out, "skipped", plan.steps, !compact, [&](std::string &item, const PlanStep &step) {
        if (!skips(step))
            return false;
        addMember(item, "target", stepTarget(plan, step));
        addMember(item, "reason", stepText(plan, step));
        return true;
    });
    if (compact) {
        addList(out, "decided", plan.steps, false, [&](std::string &item, const PlanStep &step) {
            if (!decides(step))
                return false;
            addMember(item, "node", plan.table ? plan.table->pointer(step.node) : std::string());
            addMember(item, "text", stepText(plan, step));
            return true;
        });
    } else {
        out += ",\"notes\":[]";
        addList(out, "steps", plan.steps, true, [&](std::string &item, const PlanStep &step) {
            addMember(item, "node", plan.table ? plan.table->pointer(step.node) : std::string());
            addMember(item, "verdict", verdictName(step.verdict));
            if (std::string target = stepTarget(plan, step); !target.empty())
                addMember(item, "target", target);
            addMember(item, "text", stepText(plan, step));
            addNumber(item, "a", step.a);
            addNumber(item, "b", step.b);
            return true;
        });
    }
    out += '}';
    return out;
}

} // namespace signalbox
