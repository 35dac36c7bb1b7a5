// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/encode_run.h"

#include <algorithm>
#include <functional>

namespace signalbox::anthropic {

namespace {

bool ownerBefore(const NativeSetting &a, const NativeSetting &b)
{
    return std::less<Node>()(a.owner, b.owner);
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

} // namespace

NativeFields::NativeFields(std::vector<NativeSetting> fields) : m_fields(std::move(fields))
{
    std::stable_sort(m_fields.begin(), m_fields.end(), ownerBefore);
}

std::span<const NativeSetting> NativeFields::of(Node owner) const
{
    NativeSetting key;
    key.owner = owner;
    const auto [begin, end] = std::equal_range(m_fields.begin(), m_fields.end(), key, ownerBefore);
    return {begin, end};
}

bool NativeFields::has(Node owner, std::string_view path) const
{
    const std::span<const NativeSetting> fields = of(owner);
    return std::any_of(fields.begin(), fields.end(), [&](const NativeSetting &one) { return one.path == path; });
}

bool EncodeRun::refuses(std::string_view field) const
{
    const std::vector<std::string> &refused = options.quirks.refused;
    return std::find(refused.begin(), refused.end(), field) != refused.end();
}

// claude-3-7-sonnet, claude-sonnet-4-5-20250929, anthropic/claude-opus-4.6: the first two short numbers are the
// version, and 4.6 was the first with adaptive thinking. Budgets are what other makers' servers understand.
bool takesAdaptiveThinking(std::string_view model, const Quirks &quirks)
{
    if (quirks.thinking == "anthropic-adaptive" || quirks.thinking == "anthropic-budget")
        return quirks.thinking == "anthropic-adaptive";
    const size_t claude = model.find("claude");
    if (claude == std::string_view::npos)
        return false;
    int version[2] = {0, 0};
    int found = 0;
    for (size_t at = claude; at < model.size() && found < 2;) {
        if (!isDigit(model[at])) {
            ++at;
            continue;
        }
        size_t end = at;
        int number = 0;
        for (; end < model.size() && isDigit(model[end]); ++end)
            number = end - at < 4 ? number * 10 + (model[end] - '0') : number;
        if (end - at > 2)
            break; // a date
        version[found++] = number;
        at = end;
    }
    return found == 0 || version[0] > 4 || (version[0] == 4 && version[1] >= 6);
}

} // namespace signalbox::anthropic
