// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/request_encoder.h"

#include "core/dialect/media.h"
#include "core/dialect/openai_responses/item_encoder.h"
#include "core/dialect/openai_responses/schema_rules.h"
#include "core/dialect/openai_responses/tool_encoder.h"
#include "core/dialect/reasoning.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

constexpr int64_t leastOutputTokens = 16; // less is refused
constexpr size_t longestKey = 64;         // user, safety_identifier, prompt_cache_key
constexpr std::array<std::string_view, 5> serviceTiers = {"auto", "default", "flex", "scale", "priority"};

class RequestEncoder
{
public:
    RequestEncoder(const Conversation &conversation, const EncodeRequestOptions &options, LossReport &losses)
        : m_conversation(conversation),
          m_options(options),
          m_losses(losses),
          m_taker(conversation.settings, losses),
          m_json(m_body)
    {
        size_t size = 4096;
        if (conversation.source)
            size += 1024 * (conversation.messages.size() + conversation.tools.size());
        m_body.reserve(size);
    }

    std::string encode()
    {
        m_json.beginObject();
        m_json.member("model", m_options.model);
        ItemEncoder items(m_json, m_conversation, m_options.quirks, m_losses);
        m_json.memberUnlessEmpty("instructions", items.instructions());
        items.write();
        writeToolSettings();
        writeReasoning();
        writeText();
        writeSampling();
        writeAccount();
        writeStorage();
        if (m_conversation.stream)
            m_json.member("stream", true);
        m_json.endObject();
        takeDefaults();
        m_taker.report("OpenAI's Responses API has no such setting");
        return std::move(m_body);
    }

private:
    // Whether the provider refuses a field of this name; the loss is then noted.
    bool refused(std::string_view name, Node origin)
    {
        const auto &refused = m_options.quirks.refused;
        if (std::find(refused.begin(), refused.end(), name) == refused.end())
            return false;
        m_losses.drop(origin, "the provider refuses this field");
        return true;
    }

    template<class T>
    const T *takeUnlessRefused(Setting<T> Settings::*which, std::string_view name)
    {
        const T *value = m_taker.take(which);
        return value && !refused(name, m_taker.originOf(which)) ? value : nullptr;
    }

    void writeToolSettings()
    {
        const bool anyTools = writeTools(m_json, m_conversation, m_options.quirks, m_losses);
        if (const ToolChoice *choice = m_taker.take(&Settings::toolChoice))
            writeToolChoice(m_json, *choice, m_taker.originOf(&Settings::toolChoice), m_conversation, anyTools,
                            m_losses);
        if (const bool *parallel = m_taker.take(&Settings::parallelTools); parallel && anyTools) {
            if (m_options.quirks.parallelTools)
                m_json.member("parallel_tool_calls", *parallel);
            else if (!*parallel)
                m_losses.drop(m_taker.originOf(&Settings::parallelTools), "the provider has no such setting");
        }
    }

    void writeReasoning()
    {
        const Reasoning *reasoning = takeUnlessRefused(&Settings::reasoning, "reasoning");
        if (!reasoning)
            return;
        const Node origin = m_taker.originOf(&Settings::reasoning);
        const std::string_view effort = effortOf(*reasoning);
        const bool off = wantsThinking(*reasoning) == false;
        std::string_view summary = reasoning->summary;
        const bool shown = reasoning->showThoughts.value_or(reasoning->enabled == true || reasoning->adaptive);
        if (summary.empty() && shown && !off && reasoning->display != "omitted")
            summary = "auto";
        m_wantsReasoning = !off && (!effort.empty() || !summary.empty() || wantsThinking(*reasoning) == true);
        if (reasoning->effort.empty() && reasoning->budgetTokens && *reasoning->budgetTokens > 0)
            m_losses.approximate(origin, "a budget of tokens became a word for the effort");
        else if (reasoning->budgetTokens.value_or(0) > 0)
            m_losses.approximate(origin, "the effort is sent, without the token budget beside it");
        if (effort.empty() && summary.empty())
            return;
        m_json.key("reasoning");
        m_json.beginObject();
        m_json.memberUnlessEmpty("effort", effort);
        m_json.memberUnlessEmpty("summary", summary);
        m_json.endObject();
    }

    void writeText()
    {
        const StructuredOutput *output = takeUnlessRefused(&Settings::output, "text");
        const std::string_view *verbosity = takeUnlessRefused(&Settings::verbosity, "verbosity");
        if (!output && !verbosity)
            return;
        m_json.key("text");
        m_json.beginObject();
        if (output)
            writeFormat(*output, m_taker.originOf(&Settings::output));
        if (verbosity)
            m_json.member("verbosity", *verbosity);
        m_json.endObject();
    }

    void writeFormat(const StructuredOutput &output, Node origin)
    {
        m_json.key("format");
        m_json.beginObject();
        if (output.kind == StructuredOutput::Kind::JsonObject || !output.schema) {
            m_json.member("type", "json_object");
            return m_json.endObject();
        }
        m_json.member("type", "json_schema");
        m_json.member("name", output.name.empty() ? "answer" : output.name);
        m_json.memberUnlessEmpty("description", output.description);
        m_json.member("schema", *output.schema);
        // Only OpenAI's APIs name a schema; the others always enforce it.
        const bool enforced = output.strict.value_or(output.name.empty());
        if (enforced && !fitsStrict(*output.schema)) {
            m_losses.approximate(origin, "not strict: the schema is outside of what OpenAI can enforce");
            m_json.member("strict", false);
        } else if (enforced || output.strict) {
            m_json.member("strict", enforced);
        }
        m_json.endObject();
    }

    void writeSampling()
    {
        if (const int64_t *most = takeUnlessRefused(&Settings::maxTokens, "max_output_tokens")) {
            if (*most < leastOutputTokens)
                m_losses.approximate(m_taker.originOf(&Settings::maxTokens), "raised to 16, the least OpenAI takes");
            m_json.member("max_output_tokens", std::max(*most, leastOutputTokens));
        }
        if (const double *temperature = takeUnlessRefused(&Settings::temperature, "temperature")) {
            const auto [least, most] = m_options.quirks.temperature.value_or(std::pair(0.0, 2.0));
            const double clamped = std::clamp(*temperature, least, most);
            if (clamped != *temperature)
                m_losses.approximate(m_taker.originOf(&Settings::temperature), "brought into the provider's range");
            m_json.member("temperature", clamped);
        }
        if (const double *topP = takeUnlessRefused(&Settings::topP, "top_p"))
            m_json.member("top_p", *topP);
        if (const int64_t *top = takeUnlessRefused(&Settings::topLogprobs, "top_logprobs"))
            m_json.member("top_logprobs", *top);
        if (const bool *logprobs = takeUnlessRefused(&Settings::logprobs, "logprobs"))
            m_wantsLogprobs = *logprobs;
    }

    // OpenAI refuses more than 64 characters; what stands for a longer text is the same each time.
    void writeKey(Setting<std::string_view> Settings::*which, std::string_view name)
    {
        const std::string_view *value = takeUnlessRefused(which, name);
        if (!value || value->empty())
            return;
        if (value->size() <= longestKey)
            return m_json.member(name, *value);
        m_losses.approximate(m_taker.originOf(which), "over 64 characters: a hash is sent in its place");
        m_json.member(name, makeId("", *value, 0));
    }

    void writeAccount()
    {
        if (const std::string_view *tier = takeUnlessRefused(&Settings::serviceTier, "service_tier"))
            writeServiceTier(*tier);
        writeKey(&Settings::user, "safety_identifier");
        writeKey(&Settings::promptCacheKey, "prompt_cache_key");
        if (const std::string_view *kept = takeUnlessRefused(&Settings::promptCacheRetention, "prompt_cache_retention"))
            m_json.member("prompt_cache_retention", *kept);
        const Node *metadata = takeUnlessRefused(&Settings::metadata, "metadata");
        const json::object *members = metadata && *metadata ? (*metadata)->if_object() : nullptr;
        if (!members)
            return;
        m_json.key("metadata");
        m_json.beginObject();
        for (const json::key_value_pair &member : *members) {
            if (member.value().is_string())
                m_json.member(member.key(), member.value());
            else
                m_losses.drop(&member.value(), "OpenAI's API takes texts as metadata only");
        }
        m_json.endObject();
    }

    void writeServiceTier(std::string_view tier)
    {
        const Node origin = m_taker.originOf(&Settings::serviceTier);
        if (std::find(serviceTiers.begin(), serviceTiers.end(), tier) != serviceTiers.end())
            return m_json.member("service_tier", tier);
        if (tier != "standard_only" && tier != "standard")
            return m_losses.drop(origin, "OpenAI's API has no such service tier");
        m_losses.approximate(origin, "sent as default");
        m_json.member("service_tier", "default");
    }

    void writeStorage()
    {
        const bool *store = m_taker.take(&Settings::store);
        const bool stored = store && *store;
        const Node storeOrigin = m_taker.originOf(&Settings::store);
        if (m_options.quirks.store)
            m_json.member("store", stored);
        else if (stored)
            m_losses.drop(storeOrigin, "the provider stores nothing");
        if (const std::string_view *previous = m_taker.take(&Settings::previousResponse))
            m_json.member("previous_response_id", *previous);
        const bool encrypted = m_wantsReasoning && !stored;
        if (!encrypted && !m_wantsLogprobs)
            return;
        m_json.key("include");
        m_json.beginArray();
        if (encrypted)
            m_json.text("reasoning.encrypted_content");
        if (m_wantsLogprobs)
            m_json.text("message.output_text.logprobs");
        m_json.endArray();
    }

    // What asks for nothing but what this API does anyway.
    void takeDefaults()
    {
        const Settings &settings = m_conversation.settings;
        if (settings.n && *settings.n == 1)
            m_taker.take(&Settings::n);
        if (settings.stop && settings.stop->empty())
            m_taker.take(&Settings::stop);
        if (settings.modalities && settings.modalities->size() == 1 && settings.modalities->front() == "text")
            m_taker.take(&Settings::modalities);
        if (settings.frequencyPenalty && *settings.frequencyPenalty == 0)
            m_taker.take(&Settings::frequencyPenalty);
        if (settings.presencePenalty && *settings.presencePenalty == 0)
            m_taker.take(&Settings::presencePenalty);
    }

    const Conversation &m_conversation;
    const EncodeRequestOptions &m_options;
    LossReport &m_losses;
    SettingsTaker m_taker;
    std::string m_body;
    JsonWriter m_json;
    bool m_wantsReasoning = false;
    bool m_wantsLogprobs = false;
};

} // namespace

EncodedRequest encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options, LossReport &losses)
{
    EncodedRequest request;
    request.path = "/responses";
    request.body = RequestEncoder(conversation, options, losses).encode();
    return request;
}

} // namespace signalbox::openai_responses
