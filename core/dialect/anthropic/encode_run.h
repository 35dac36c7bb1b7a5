// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/anthropic/breakpoints.h"
#include "core/dialect/anthropic/names.h"
#include "core/dialect/codec.h"
#include "core/dialect/json_writer.h"

#include <set>
#include <span>
#include <string_view>
#include <vector>

namespace signalbox::anthropic {

// Fields that only Anthropic's API knows, found by the element they stand in.
class NativeFields
{
public:
    explicit NativeFields(std::vector<NativeSetting> fields);
    std::span<const NativeSetting> of(Node owner) const; // nullptr: of the request itself
    bool has(Node owner, std::string_view path) const;

private:
    std::vector<NativeSetting> m_fields; // by owner, in the order of the request
};

// What the writers of one request share.
struct EncodeRun {
    const Conversation &conversation;
    const EncodeRequestOptions &options;
    LossReport &losses;
    JsonWriter &writer;
    const NativeFields &natives;
    const ToolNames &names;
    Breakpoints breakpoints{};
    std::set<std::string_view> betas{}; // literals

    bool refuses(std::string_view field) const;
};

// Whether the provider's thinking is steered by effort words; older models take a budget of tokens.
bool takesAdaptiveThinking(std::string_view model, const Quirks &quirks);

} // namespace signalbox::anthropic
