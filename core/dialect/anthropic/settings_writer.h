// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/anthropic/encode_run.h"

#include <string>

namespace signalbox::anthropic {

// What the conversation itself rules out.
struct ConversationFacts {
    bool toolsSent = false;    // at least one tool is declared
    bool openToolLoop = false; // it ends with tool results of a turn that did not begin with thinking
    bool onlyHistory = false;  // the tools are declared for the calls of the past alone
};

// Members for the settings, from max_tokens to service_tier. What has no place is reported. One per request.
class SettingsWriter
{
public:
    SettingsWriter(EncodeRun &run, SettingsTaker &taker, const ConversationFacts &facts)
        : m_run(run), m_writer(run.writer), m_taker(taker), m_facts(facts)
    {
    }

    void write();
    bool thinks() const { return m_thinks; }
    // An instruction that stands for a setting without a place of its own; empty: none.
    const std::string &instruction() const { return m_instruction; }

private:
    enum class Mode { Unset, Disabled, Enabled, Adaptive, Native };

    void decideThinking();
    void decideBudget(const Reasoning &reasoning);
    void writeThinking();
    void writeSampling();
    void writeStops();
    void writeToolChoice();
    void writeOutputConfig();
    void writeOutputFormat(const StructuredOutput &output);
    void instructFormat(const StructuredOutput &output, Node origin);
    void writeIdentity();
    void writeNatives();
    void takeDefaults();
    Node ownEffort() const;
    std::string declaredName(std::string_view name) const;
    void noteBetas(std::string_view path, const boost::json::value &value);
    template<class T>
    bool usable(const T *value, std::string_view field, Node origin);

    EncodeRun &m_run;
    JsonWriter &m_writer;
    SettingsTaker &m_taker;
    const ConversationFacts &m_facts;
    Mode m_mode = Mode::Unset;
    bool m_thinks = false;
    int64_t m_maxTokens = 0;
    int64_t m_budget = 0;
    std::string_view m_effort{};
    std::string_view m_display{};
    std::string m_instruction;
};

} // namespace signalbox::anthropic
