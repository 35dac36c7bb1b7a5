// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/settings_writer.h"

#include "core/dialect/anthropic/turns.h"
#include "core/dialect/reasoning.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::anthropic {

namespace json = boost::json;

namespace {

constexpr int64_t leastBudget = 1024;
constexpr std::string_view notWhileThinking = "Anthropic's API refuses it while the model thinks";

struct Beta {
    std::string_view path;
    std::string_view name;
};

constexpr std::array<Beta, 5> betasOfFields = {{{"context_management", "context-management-2025-06-27"},
                                                {"mcp_servers", "mcp-client-2025-11-20"},
                                                {"output_config.task_budget", "task-budgets-2026-03-13"},
                                                {"thread", "message-threads-2026-08-12"},
                                                {"fallbacks", "server-side-fallback-2026-07-01"}}};

// Anthropic knows low to max.
std::string_view ownEffortOf(std::string_view effort)
{
    return effort == "minimal" || effort == "none" ? std::string_view("low") : effort;
}

} // namespace

// Whether a setting is there and the provider takes it; says so when it does not.
template<class T>
bool SettingsWriter::usable(const T *value, std::string_view field, Node origin)
{
    if (value && m_run.refuses(field)) {
        m_run.losses.drop(origin, "the provider refuses this field");
        return false;
    }
    return value != nullptr;
}

void SettingsWriter::write()
{
    takeDefaults();
    decideThinking();
    m_writer.member("max_tokens", m_maxTokens);
    if (m_run.conversation.stream)
        m_writer.member("stream", true);
    writeThinking();
    writeOutputConfig();
    writeSampling();
    writeStops();
    writeToolChoice();
    writeIdentity();
    writeNatives();
}

// What asks for no more than what Anthropic does anyway counts as carried.
void SettingsWriter::takeDefaults()
{
    const Settings &settings = m_run.conversation.settings;
    if (settings.n && *settings.n == 1)
        m_taker.take(&Settings::n);
    if (settings.logprobs && !*settings.logprobs)
        m_taker.take(&Settings::logprobs);
    if (settings.store && !*settings.store)
        m_taker.take(&Settings::store);
    if (settings.frequencyPenalty && *settings.frequencyPenalty == 0)
        m_taker.take(&Settings::frequencyPenalty);
    if (settings.presencePenalty && *settings.presencePenalty == 0)
        m_taker.take(&Settings::presencePenalty);
    if (settings.modalities && settings.modalities->size() == 1 && settings.modalities->front() == "text")
        m_taker.take(&Settings::modalities);
}

// The effort of a request that was Anthropic's own: it stands by itself there and asks for no thinking.
Node SettingsWriter::ownEffort() const
{
    const json::object *root = m_run.conversation.source ? m_run.conversation.source->root.if_object() : nullptr;
    const json::value *config = root ? root->if_contains("output_config") : nullptr;
    const json::object *object = config ? config->if_object() : nullptr;
    return object ? object->if_contains("effort") : nullptr;
}

void SettingsWriter::decideThinking()
{
    const int64_t *asked = m_taker.take(&Settings::maxTokens);
    m_maxTokens = std::max<int64_t>(1, asked ? *asked : m_run.options.defaultMaxTokens);
    const Reasoning *reasoning = m_taker.take(&Settings::reasoning);
    if (m_run.natives.has(nullptr, "thinking")) {
        m_mode = Mode::Native;
        m_thinks = true;
    }
    const Node origin = m_taker.originOf(&Settings::reasoning);
    if (!usable(reasoning, "thinking", origin))
        return;
    const bool own = ownEffort() != nullptr;
    m_display = reasoning->display;
    if (m_display.empty() && (!reasoning->summary.empty() || reasoning->showThoughts))
        m_display = reasoning->showThoughts.value_or(true) ? "summarized" : "omitted";
    if (own)
        m_effort = reasoning->effort;
    if (m_mode == Mode::Native)
        return;
    const std::optional<bool> wanted = wantsThinking(*reasoning);
    if (reasoning->adaptive)
        m_mode = Mode::Adaptive;
    else if (wanted == false)
        m_mode = Mode::Disabled;
    else if (own && !reasoning->enabled && !reasoning->budgetTokens)
        return;
    else if (wanted == true)
        decideBudget(*reasoning);
    m_thinks = m_mode == Mode::Enabled || m_mode == Mode::Adaptive;
    if (m_mode == Mode::Adaptive && !own)
        m_effort = ownEffortOf(reasoning->effort);
}

void SettingsWriter::decideBudget(const Reasoning &reasoning)
{
    const Node origin = m_taker.originOf(&Settings::reasoning);
    const bool counted = reasoning.budgetTokens && *reasoning.budgetTokens > 0;
    const bool modelDecides = !counted && takesAdaptiveThinking(m_run.options.model, m_run.options.quirks);
    if (modelDecides) {
        m_mode = Mode::Adaptive;
        const std::string_view effort = ownEffortOf(reasoning.effort);
        if (effort != reasoning.effort)
            m_run.losses.approximate(origin, "sent as effort low, the least of Anthropic's API");
        m_effort = effort;
        return;
    }
    if (m_facts.openToolLoop) {
        m_mode = Mode::Disabled;
        m_run.losses.approximate(origin, "no thinking in this turn: its tool calls came back without the thinking "
                                         "that Anthropic's API wants before them");
        return;
    }
    m_mode = Mode::Enabled;
    const Settings &settings = m_run.conversation.settings;
    if (counted) {
        m_budget = std::max(leastBudget, *reasoning.budgetTokens);
        if (m_budget != *reasoning.budgetTokens)
            m_run.losses.approximate(origin, "raised to 1024 tokens, the least of Anthropic's API");
    } else {
        m_budget = reasoning.effort.empty() ? budgetOfEffort("medium") : budgetOfEffort(reasoning.effort);
        m_budget = std::max(leastBudget, m_budget);
        if (settings.maxTokens) // the client's limit is for thinking and answer together
            m_budget = std::max(leastBudget, std::min(m_budget, m_maxTokens / 2));
        m_run.losses.approximate(origin, "sent as a budget of " + std::to_string(m_budget) + " tokens");
    }
    if (m_budget >= m_maxTokens) {
        m_maxTokens += m_budget;
        m_run.losses.approximate(m_taker.originOf(&Settings::maxTokens),
                                 "raised by the thinking budget, which has to be below it");
    }
}

void SettingsWriter::writeThinking()
{
    if (m_mode == Mode::Unset)
        return;
    m_writer.key("thinking");
    if (m_mode == Mode::Native) {
        for (const NativeSetting &field : m_run.natives.of(nullptr)) {
            if (field.path == "thinking")
                return m_writer.value(*field.value);
        }
    }
    m_writer.beginObject();
    m_writer.member("type", m_mode == Mode::Disabled ? "disabled" : m_mode == Mode::Enabled ? "enabled" : "adaptive");
    if (m_mode == Mode::Enabled)
        m_writer.member("budget_tokens", m_budget);
    if (m_mode != Mode::Disabled)
        m_writer.memberUnlessEmpty("display", m_display);
    m_writer.endObject();
}

void SettingsWriter::writeSampling()
{
    LossReport &losses = m_run.losses;
    const double *temperature = m_taker.take(&Settings::temperature);
    const double *topP = m_taker.take(&Settings::topP);
    const int64_t *topK = m_taker.take(&Settings::topK);
    const Node temperatureAt = m_taker.originOf(&Settings::temperature);
    const Node topPAt = m_taker.originOf(&Settings::topP);
    const Node topKAt = m_taker.originOf(&Settings::topK);
    bool sent = false;
    if (usable(temperature, "temperature", temperatureAt)) {
        const auto [low, high] = m_run.options.quirks.temperature.value_or(std::pair(0.0, 1.0));
        const double value = std::clamp(*temperature, low, std::max(low, high));
        if (m_thinks && value != 1) {
            losses.drop(temperatureAt, notWhileThinking);
        } else {
            if (value != *temperature)
                losses.approximate(temperatureAt, "brought into the range of the provider");
            m_writer.member("temperature", value);
            sent = true;
        }
    }
    if (usable(topP, "top_p", topPAt)) {
        if (sent && *topP != 1) {
            losses.drop(topPAt, "Anthropic's newer models refuse it beside temperature");
        } else if (m_thinks && *topP < 0.95) {
            losses.drop(topPAt, notWhileThinking);
        } else if (!sent) {
            m_writer.member("top_p", std::clamp(*topP, 0.0, 1.0));
        }
    }
    if (usable(topK, "top_k", topKAt)) {
        if (m_thinks)
            losses.drop(topKAt, notWhileThinking);
        else if (*topK > 0)
            m_writer.member("top_k", *topK);
        else
            losses.drop(topKAt, "it has to be above 0");
    }
}

void SettingsWriter::writeStops()
{
    const std::vector<std::string_view> *stops = m_taker.take(&Settings::stop);
    const Node origin = m_taker.originOf(&Settings::stop);
    if (!usable(stops, "stop_sequences", origin))
        return;
    const int most = m_run.options.quirks.maxStops;
    int count = 0;
    for (const std::string_view stop : *stops) {
        if (isBlank(stop)) {
            m_run.losses.approximate(origin, "without its blank entries, which Anthropic's API refuses");
            continue;
        }
        if (most > 0 && count == most) {
            m_run.losses.approximate(origin, "cut to the number of entries that the provider takes");
            break;
        }
        if (count++ == 0) {
            m_writer.key("stop_sequences");
            m_writer.beginArray();
        }
        m_writer.text(stop);
    }
    if (count > 0)
        m_writer.endArray();
}

// Empty: no such tool goes to the provider.
std::string SettingsWriter::declaredName(std::string_view name) const
{
    for (const Tool &tool : m_run.conversation.tools) {
        if (tool.name == name && (tool.kind != Tool::Kind::Native || tool.dialect == Dialect::Anthropic))
            return tool.kind == Tool::Kind::Native ? std::string(name) : m_run.names.wireName(tool.nameSpace, name);
    }
    return {};
}

void SettingsWriter::writeToolChoice()
{
    const ToolChoice *asked = m_taker.take(&Settings::toolChoice);
    const bool *parallel = m_taker.take(&Settings::parallelTools);
    const Node origin = m_taker.originOf(&Settings::toolChoice);
    const Node parallelAt = m_taker.originOf(&Settings::parallelTools);
    ToolChoice choice = asked ? *asked : ToolChoice{};
    const bool forced = choice.mode == ToolChoice::Mode::Required || choice.mode == ToolChoice::Mode::Named;
    if (m_facts.onlyHistory)
        choice.mode = ToolChoice::Mode::None;
    if (!m_facts.toolsSent || m_facts.onlyHistory) {
        if (forced)
            m_run.losses.drop(origin, "no tool is declared that could be called");
        if (!m_facts.toolsSent)
            return;
    } else if (forced && m_thinks) {
        choice.mode = ToolChoice::Mode::Auto;
        m_run.losses.approximate(origin, "sent as auto: Anthropic's API forces no tool while the model thinks");
    }
    if (parallel && !*parallel && !m_run.options.quirks.parallelTools) {
        m_run.losses.drop(parallelAt, "the provider refuses this field");
        parallel = nullptr;
    }
    std::string name;
    if (choice.mode == ToolChoice::Mode::Named) {
        name = declaredName(choice.name);
        if (name.empty()) {
            choice.mode = ToolChoice::Mode::Auto;
            m_run.losses.approximate(origin, "sent as auto: no tool of that name is sent");
        }
    }
    const bool none = choice.mode == ToolChoice::Mode::None;
    const bool single = parallel && !*parallel && !none;
    if (!asked && !single && !m_facts.onlyHistory)
        return;
    static constexpr std::array<std::string_view, 4> types = {"auto", "none", "any", "tool"};
    m_writer.key("tool_choice");
    m_writer.beginObject();
    m_writer.member("type", types[static_cast<size_t>(choice.mode)]);
    if (choice.mode == ToolChoice::Mode::Named)
        m_writer.member("name", name);
    if (parallel && !none)
        m_writer.member("disable_parallel_tool_use", !*parallel);
    m_writer.endObject();
}

void SettingsWriter::writeIdentity()
{
    const std::string_view *user = m_taker.take(&Settings::user);
    if (usable(user, "metadata", m_taker.originOf(&Settings::user))) {
        m_writer.key("metadata");
        m_writer.beginObject();
        m_writer.member("user_id", *user);
        m_writer.endObject();
    }
    const std::string_view *tier = m_taker.take(&Settings::serviceTier);
    const Node tierAt = m_taker.originOf(&Settings::serviceTier);
    if (!usable(tier, "service_tier", tierAt))
        return;
    if (*tier == "auto" || *tier == "standard_only")
        return m_writer.member("service_tier", *tier);
    if (*tier == "default" || *tier == "priority") {
        m_run.losses.approximate(tierAt, "sent as the nearest tier of Anthropic's API");
        return m_writer.member("service_tier", *tier == "default" ? "standard_only" : "auto");
    }
    m_run.losses.drop(tierAt, "Anthropic's API has no such tier");
}

void SettingsWriter::writeNatives()
{
    for (const NativeSetting &field : m_run.natives.of(nullptr)) {
        if (field.path == "thinking" || field.path == "output_config.task_budget")
            continue;
        if (m_run.refuses(field.path)) {
            m_run.losses.drop(field.value, "the provider refuses this field");
            continue;
        }
        m_writer.member(field.path, *field.value);
        noteBetas(field.path, *field.value);
    }
}

void SettingsWriter::noteBetas(std::string_view path, const json::value &value)
{
    for (const Beta &beta : betasOfFields) {
        if (beta.path == path)
            m_run.betas.insert(beta.name);
    }
    const json::object *object = value.if_object();
    if (path == "container" && object && object->contains("skills"))
        m_run.betas.insert("skills-2025-10-02");
    if (path == "speed" && value == "fast")
        m_run.betas.insert("fast-mode-2026-02-01");
}

} // namespace signalbox::anthropic
