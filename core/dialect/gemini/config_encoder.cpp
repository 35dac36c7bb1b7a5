// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/config_encoder.h"

#include "core/dialect/gemini/schema_narrower.h"
#include "core/dialect/reasoning.h"

#include <boost/json.hpp>

#include <algorithm>
#include <limits>

namespace signalbox::gemini {

namespace {

constexpr size_t mostStops = 5;
constexpr int64_t mostCandidates = 8;
constexpr int64_t mostLogprobs = 20;
constexpr std::string_view configPrefix = "generationConfig.";

// Gemini 3 knows four words; Pro neither minimal nor, before 3.1, medium.
std::string_view levelOf(std::string_view effort, const ModelFamily &family)
{
    if (effort == "none" || effort == "minimal")
        return family.pro ? "low" : "minimal";
    if (effort == "low")
        return "low";
    if (effort == "medium")
        return family.pro && family.version < 31 ? "high" : "medium";
    return "high";
}

bool isWord(std::string_view effort)
{
    return effort == "minimal" || effort == "low" || effort == "medium" || effort == "high";
}

} // namespace

ConfigEncoder::ConfigEncoder(const EncodeRequestOptions &options, SettingsTaker &taker,
                             std::span<const NativeSetting> natives, JsonWriter &out)
    : m_options(options), m_taker(taker), m_natives(natives), m_out(out), m_family(modelFamily(options.model))
{
}

void ConfigEncoder::write(bool schemaAllowed)
{
    writeSampling();
    writeStops();
    writeModalities();
    writeThinking();
    if (schemaAllowed)
        writeOutput();
    for (const NativeSetting &setting : m_natives) {
        if (setting.path.starts_with(configPrefix))
            m_out.member(setting.path.substr(configPrefix.size()), *setting.value);
    }
}

void ConfigEncoder::writeSampling()
{
    LossReport &losses = m_taker.losses();
    const auto [least, most] = m_options.quirks.temperature.value_or(std::pair(0.0, 2.0));
    if (const double *temperature = m_taker.take(&Settings::temperature)) {
        const double clamped = std::clamp(*temperature, least, most);
        if (clamped != *temperature)
            losses.approximate(m_taker.originOf(&Settings::temperature), "outside the provider's range: limited");
        m_out.member("temperature", clamped);
    }
    if (const double *topP = m_taker.take(&Settings::topP))
        m_out.member("topP", *topP);
    if (const int64_t *topK = m_taker.take(&Settings::topK))
        m_out.member("topK", *topK);
    if (const int64_t *count = m_taker.take(&Settings::n)) {
        if (*count > mostCandidates)
            losses.approximate(m_taker.originOf(&Settings::n), "Gemini gives at most 8 candidates");
        m_out.member("candidateCount", std::min(*count, mostCandidates));
    }
    if (const int64_t *limit = m_taker.take(&Settings::maxTokens))
        m_out.member("maxOutputTokens", *limit);
    if (const int64_t *seed = m_taker.take(&Settings::seed)) {
        constexpr int64_t largest = std::numeric_limits<int32_t>::max();
        const bool fits = *seed >= -largest - 1 && *seed <= largest;
        if (!fits)
            losses.approximate(m_taker.originOf(&Settings::seed), "Gemini's seeds have 32 bits");
        m_out.member("seed", fits ? *seed : *seed & largest);
    }
    if (const double *penalty = m_taker.take(&Settings::presencePenalty))
        m_out.member("presencePenalty", *penalty);
    if (const double *penalty = m_taker.take(&Settings::frequencyPenalty))
        m_out.member("frequencyPenalty", *penalty);
    const bool *logprobs = m_taker.take(&Settings::logprobs);
    if (logprobs)
        m_out.member("responseLogprobs", *logprobs);
    if (const int64_t *top = m_taker.take(&Settings::topLogprobs)) {
        if (!logprobs || !*logprobs)
            losses.drop(m_taker.originOf(&Settings::topLogprobs), "log probabilities were not asked for");
        else
            m_out.member("logprobs", std::min(*top, mostLogprobs));
    }
}

void ConfigEncoder::writeStops()
{
    const std::vector<std::string_view> *stops = m_taker.take(&Settings::stop);
    if (!stops)
        return;
    const Node origin = m_taker.originOf(&Settings::stop);
    const size_t most = m_options.quirks.maxStops > 0 ? static_cast<size_t>(m_options.quirks.maxStops) : mostStops;
    std::vector<std::string_view> sent;
    for (size_t i = 0; i < stops->size(); ++i) {
        const boost::json::array *list = origin ? origin->if_array() : nullptr;
        const Node place = list && i < list->size() ? &(*list)[i] : origin;
        if ((*stops)[i].empty())
            m_taker.losses().drop(place, "an empty stop sequence");
        else if (sent.size() >= most)
            m_taker.losses().drop(place, "more stop sequences than the provider takes");
        else
            sent.push_back((*stops)[i]);
    }
    if (sent.empty())
        return;
    m_out.key("stopSequences");
    m_out.beginArray();
    for (const std::string_view stop : sent)
        m_out.text(stop);
    m_out.endArray();
}

void ConfigEncoder::writeModalities()
{
    const std::vector<std::string_view> *modalities = m_taker.take(&Settings::modalities);
    if (!modalities || modalities->empty())
        return;
    m_out.key("responseModalities");
    m_out.beginArray();
    for (const std::string_view modality : *modalities) {
        std::string name(modality);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        m_out.text(name);
    }
    m_out.endArray();
}

void ConfigEncoder::writeThinking()
{
    const Reasoning *reasoning = m_taker.take(&Settings::reasoning);
    if (!reasoning)
        return;
    const Node origin = m_taker.originOf(&Settings::reasoning);
    const std::optional<bool> wanted = wantsThinking(*reasoning);
    if (!m_family.thinks()) {
        if (wanted.value_or(false))
            m_taker.losses().drop(origin, "this model does not think");
        return;
    }
    const bool hidden = reasoning->display == "omitted";
    const bool shown =
        reasoning->showThoughts.value_or((wanted.value_or(false) || !reasoning->summary.empty()) && !hidden);
    m_out.key("thinkingConfig");
    m_out.beginObject();
    if (m_family.thinksInLevels())
        writeLevel(*reasoning, origin);
    else
        writeBudget(*reasoning, origin);
    if (shown)
        m_out.member("includeThoughts", true);
    m_out.endObject();
}

void ConfigEncoder::writeLevel(const Reasoning &reasoning, Node origin)
{
    const std::optional<bool> wanted = wantsThinking(reasoning);
    if (!wanted)
        return;
    const std::string_view effort = effortOf(reasoning);
    if (!effort.empty()) {
        const std::string_view level = levelOf(effort, m_family);
        if (level != effort || reasoning.effort.empty())
            m_taker.losses().approximate(origin, "the nearest of the model's thinking levels");
        else if (reasoning.budgetTokens.value_or(0) > 0)
            m_taker.losses().approximate(origin, "the effort is sent, without the token budget beside it");
        m_out.member("thinkingLevel", level);
    } else if (reasoning.budgetTokens) { // -1: as much as it likes, which is its default
        m_out.member("thinkingBudget", *reasoning.budgetTokens);
    }
}

void ConfigEncoder::writeBudget(const Reasoning &reasoning, Node origin)
{
    const std::optional<bool> wanted = wantsThinking(reasoning);
    if (!wanted)
        return;
    // A name that tells no generation: words are as good as budgets there, and need no conversion.
    if (m_family.version == 0 && !reasoning.budgetTokens && isWord(reasoning.effort))
        return m_out.member("thinkingLevel", reasoning.effort);
    const auto [least, most] = m_family.budgetRange();
    int64_t budget = -1;
    bool exact = true;
    if (!*wanted) {
        budget = m_family.canTurnThinkingOff() ? 0 : least;
        exact = budget == 0;
    } else if (reasoning.budgetTokens && *reasoning.budgetTokens != 0) {
        budget = *reasoning.budgetTokens;
        if (!reasoning.effort.empty() && reasoning.effortOrigin)
            m_taker.losses().drop(reasoning.effortOrigin, "the token budget is sent in its place");
    } else if (!reasoning.effort.empty()) {
        budget = budgetOfEffort(reasoning.effort);
        exact = false;
    }
    if (budget > 0) {
        const int64_t limited = std::clamp(budget, least, most);
        exact = exact && limited == budget;
        budget = limited;
    }
    if (!exact)
        m_taker.losses().approximate(origin, "a thinking budget of " + std::to_string(budget) + " tokens");
    m_out.member("thinkingBudget", budget);
}

void ConfigEncoder::writeOutput()
{
    const StructuredOutput *output = m_taker.take(&Settings::output);
    if (!output)
        return;
    m_out.member("responseMimeType", "application/json");
    if (output->kind != StructuredOutput::Kind::JsonSchema || !output->schema)
        return;
    if (m_options.quirks.jsonSchemaTools) {
        m_out.member("responseJsonSchema", *output->schema);
    } else {
        m_out.key("responseSchema");
        writeNarrowSchema(m_out, *output->schema, m_taker.losses());
    }
    if (!output->name.empty() || !output->description.empty())
        m_taker.losses().approximate(m_taker.originOf(&Settings::output),
                                     "sent without name and description: Gemini's API takes the schema alone");
}

} // namespace signalbox::gemini
