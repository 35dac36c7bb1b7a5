// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/encoding.h"
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/reasoning.h"

#include <array>

namespace signalbox::openai_chat {

namespace {

// Every vendor asks for thinking in its own way; the keys are those of the presets' thinking formats.
class ReasoningWriter
{
public:
    ReasoningWriter(Encoding &run, const Reasoning &asked)
        : m_run(run),
          m_json(run.json),
          m_asked(asked),
          m_origin(run.taker.originOf(&Settings::reasoning)),
          m_wanted(wantsThinking(asked)),
          m_effort(effortOf(asked))
    {
    }

    void writeOpenAi();
    void writeOpenRouter();
    void writeDeepSeek();
    void writeZai();
    void writeQwen();
    void writeQwenTemplate();
    void writeTogether();
    void writeAnthropic();
    void writeGemini();
    void writeBaseten();
    void writeMistral();
    void writeNone() { m_run.losses.drop(m_origin, "the provider has no switch for thinking"); }
    void reportDetails(bool carriesVisibility) const;

private:
    void approximate(std::string_view reason) { m_run.losses.approximate(m_origin, reason); }
    void writeEffort(bool offAsNone);
    void writeSwitch(const char *object, const char *key);
    bool fromBudget() const { return m_asked.effort.empty() && m_asked.budgetTokens.value_or(0) > 0; }

    Encoding &m_run;
    JsonWriter &m_json;
    const Reasoning &m_asked;
    Node m_origin;
    std::optional<bool> m_wanted;
    std::string_view m_effort;
};

void ReasoningWriter::writeEffort(bool offAsNone)
{
    if (m_wanted == false && !offAsNone)
        return;
    std::string_view effort = m_effort;
    if (effort.empty())
        return;
    if (fromBudget())
        approximate("the token budget is sent as an effort");
    else if (m_asked.budgetTokens.value_or(0) > 0)
        approximate("the effort is sent, without the token budget beside it");
    if (effort == "max" && m_run.quirks.customTools) {
        approximate("effort max is sent as xhigh");
        effort = "xhigh";
    }
    m_json.member("reasoning_effort", effort);
}

void ReasoningWriter::writeOpenAi()
{
    if (m_run.quirks.refuses("reasoning_effort"))
        return writeNone();
    if (m_effort.empty())
        approximate("the provider thinks as much as its model does by default");
    writeEffort(true);
}

void ReasoningWriter::writeOpenRouter()
{
    m_json.key("reasoning");
    m_json.beginObject();
    if (m_asked.budgetTokens.value_or(0) > 0 && m_asked.effort.empty())
        m_json.member("max_tokens", *m_asked.budgetTokens);
    else if (!m_asked.effort.empty())
        m_json.member("effort", m_asked.effort);
    else if (m_wanted)
        m_json.member("enabled", *m_wanted);
    if (m_asked.showThoughts)
        m_json.member("exclude", !*m_asked.showThoughts);
    m_json.endObject();
}

// {"type": "enabled"}, also for adaptive thinking: these servers know no third state.
void ReasoningWriter::writeSwitch(const char *object, const char *key)
{
    if (!m_wanted)
        return;
    if (m_asked.adaptive)
        approximate("adaptive thinking is sent as switched on");
    m_json.key(object);
    m_json.beginObject();
    m_json.member(key, *m_wanted);
    m_json.endObject();
}

void ReasoningWriter::writeDeepSeek()
{
    if (m_wanted) {
        if (m_asked.adaptive)
            approximate("adaptive thinking is sent as switched on");
        m_json.key("thinking");
        m_json.beginObject();
        m_json.member("type", *m_wanted ? "enabled" : "disabled");
        m_json.endObject();
    }
    writeEffort(false);
}

void ReasoningWriter::writeZai()
{
    if (m_wanted) {
        if (m_asked.adaptive)
            approximate("adaptive thinking is sent as switched on");
        m_json.key("thinking");
        m_json.beginObject();
        m_json.member("type", *m_wanted ? "enabled" : "disabled");
        m_json.member("clear_thinking", false);
        m_json.endObject();
    }
    writeEffort(false);
}

void ReasoningWriter::writeQwen()
{
    if (!m_wanted)
        return;
    if (m_asked.adaptive)
        approximate("adaptive thinking is sent as switched on");
    m_json.member("enable_thinking", *m_wanted);
    if (!*m_wanted)
        return;
    if (m_asked.budgetTokens.value_or(0) > 0) {
        m_json.member("thinking_budget", *m_asked.budgetTokens);
    } else if (!m_asked.effort.empty()) {
        approximate("the effort is sent as a token budget");
        m_json.member("thinking_budget", budgetOfEffort(m_asked.effort));
    }
}

void ReasoningWriter::writeQwenTemplate()
{
    if (!m_wanted)
        return;
    if (m_asked.adaptive || !m_asked.effort.empty() || m_asked.budgetTokens)
        approximate("how much to think cannot be told; it is switched on or off");
    m_json.key("chat_template_kwargs");
    m_json.beginObject();
    m_json.member("enable_thinking", *m_wanted);
    m_json.member("preserve_thinking", true);
    m_json.endObject();
}

void ReasoningWriter::writeTogether()
{
    writeSwitch("reasoning", "enabled");
    writeEffort(false);
}

void ReasoningWriter::writeBaseten()
{
    writeSwitch("chat_template_args", "enable_thinking");
    writeEffort(false);
}

void ReasoningWriter::writeAnthropic()
{
    if (!m_wanted)
        return;
    m_json.key("thinking");
    m_json.beginObject();
    if (!*m_wanted) {
        m_json.member("type", "disabled");
    } else if (m_asked.budgetTokens.value_or(0) > 0) {
        m_json.member("type", "enabled");
        m_json.member("budget_tokens", *m_asked.budgetTokens);
    } else {
        m_json.member("type", "adaptive");
    }
    m_json.endObject();
    if (!*m_wanted || m_asked.effort.empty())
        return;
    m_json.key("output_config");
    m_json.beginObject();
    m_json.member("effort", m_asked.effort == "minimal" ? std::string_view("low") : m_asked.effort);
    m_json.endObject();
}

// Google's endpoint refuses both ways at once.
void ReasoningWriter::writeGemini()
{
    if (!m_asked.budgetTokens && !m_asked.showThoughts) {
        if (m_effort.empty() && m_wanted)
            approximate("the provider thinks as much as its model does by default");
        std::string_view effort = m_effort;
        if (effort == "xhigh" || effort == "max") {
            approximate("the highest effort there is high");
            effort = "high";
        }
        m_json.memberUnlessEmpty("reasoning_effort", effort);
        return;
    }
    m_json.key("extra_body");
    m_json.beginObject();
    m_json.key("google");
    m_json.beginObject();
    m_json.key("thinking_config");
    m_json.beginObject();
    if (m_wanted == false)
        m_json.member("thinking_budget", 0);
    else if (m_asked.budgetTokens)
        m_json.member("thinking_budget", *m_asked.budgetTokens);
    else if (!m_effort.empty())
        m_json.member("thinking_level", m_effort == "xhigh" || m_effort == "max" ? std::string_view("high") : m_effort);
    if (m_asked.showThoughts)
        m_json.member("include_thoughts", *m_asked.showThoughts);
    m_json.endObject();
    m_json.endObject();
    m_json.endObject();
}

void ReasoningWriter::writeMistral()
{
    if (!m_wanted)
        return;
    if (m_run.options.model.find("magistral") != std::string_view::npos) {
        if (!*m_wanted || !m_asked.effort.empty() || m_asked.budgetTokens)
            approximate("how much to think cannot be told to this model");
        if (*m_wanted)
            m_json.member("prompt_mode", "reasoning");
        return;
    }
    if (*m_wanted && m_asked.effort != "high")
        approximate("the provider knows the efforts none and high");
    m_json.member("reasoning_effort", *m_wanted ? "high" : "none");
}

void ReasoningWriter::reportDetails(bool carriesVisibility) const
{
    constexpr const char *reason = "how thinking is shown cannot be told";
    for (const char *member : {"summary", "generate_summary", "display"})
        m_run.losses.drop(memberOf(m_origin, member), reason);
    if (carriesVisibility)
        return;
    for (const char *member : {"exclude", "includeThoughts", "include_thoughts"})
        m_run.losses.drop(memberOf(m_origin, member), reason);
}

struct Format {
    std::string_view name;
    void (ReasoningWriter::*write)();
};

constexpr std::array<Format, 13> formats = {{{"openai", &ReasoningWriter::writeOpenAi},
                                             {"ollama", &ReasoningWriter::writeOpenAi},
                                             {"openrouter", &ReasoningWriter::writeOpenRouter},
                                             {"deepseek", &ReasoningWriter::writeDeepSeek},
                                             {"zai", &ReasoningWriter::writeZai},
                                             {"qwen", &ReasoningWriter::writeQwen},
                                             {"qwen-chat-template", &ReasoningWriter::writeQwenTemplate},
                                             {"together", &ReasoningWriter::writeTogether},
                                             {"anthropic", &ReasoningWriter::writeAnthropic},
                                             {"gemini", &ReasoningWriter::writeGemini},
                                             {"baseten", &ReasoningWriter::writeBaseten},
                                             {"mistral", &ReasoningWriter::writeMistral},
                                             {"none", &ReasoningWriter::writeNone}}};

} // namespace

void writeReasoning(Encoding &run)
{
    const Reasoning *asked = run.taker.take(&Settings::reasoning);
    if (!asked)
        return;
    ReasoningWriter writer(run, *asked);
    auto write = &ReasoningWriter::writeOpenAi;
    for (const Format &format : formats) {
        if (format.name == run.quirks.thinking)
            write = format.write;
    }
    (writer.*write)();
    writer.reportDetails(run.quirks.thinking == "openrouter" || run.quirks.thinking == "gemini");
}

} // namespace signalbox::openai_chat
