// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/request_encoder.h"

#include "core/dialect/reasoning.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::ollama {

namespace {

constexpr std::string_view noSuchSetting = "Ollama's API has no such setting";
constexpr int64_t mostAnswer = 16'384;
constexpr int64_t leastContext = 4096;
constexpr int64_t mostContext = int64_t{1} << 24;
constexpr int64_t tokensPerImage = 1024;
constexpr int64_t defaultAnswer = 2048;

class RequestEncoder
{
public:
    RequestEncoder(const Conversation &conversation, const EncodeRequestOptions &options, LossReport &losses)
        : m_conversation(conversation),
          m_options(options),
          m_losses(losses),
          m_taker(conversation.settings, losses),
          m_writer(m_request.body),
          m_messages(conversation, m_writer, losses)
    {
    }
    Result<EncodedRequest> encode();

private:
    template<class T>
    const T *placed(Setting<T> Settings::*which, std::string_view field)
    {
        const T *value = m_taker.take(which);
        const std::vector<std::string> &refused = m_options.quirks.refused;
        if (!value || std::find(refused.begin(), refused.end(), field) == refused.end())
            return value;
        m_losses.drop(m_taker.originOf(which), "this provider refuses the field");
        return nullptr;
    }
    template<class T>
    void writeOption(Setting<T> Settings::*which, std::string_view field)
    {
        if (const T *value = placed(which, field))
            m_writer.member(field, *value);
    }

    size_t roughSize() const;
    void writeTools();
    void writeFormat();
    void writeThink();
    void writeEffort(std::string_view effort, bool asSaid);
    void writeLogprobs();
    void writeOptions();
    void writeTemperature();
    void writeStop();
    void takeWithoutEffect();

    const Conversation &m_conversation;
    const EncodeRequestOptions &m_options;
    LossReport &m_losses;
    SettingsTaker m_taker;
    EncodedRequest m_request;
    JsonWriter m_writer;
    MessageWriter m_messages;
};

// Spares a large body from being copied each time it outgrows its string.
size_t RequestEncoder::roughSize() const
{
    size_t size = 4096;
    for (const Message &message : m_conversation.messages) {
        for (const Part &part : message.parts) {
            size += 128;
            if (const TextPart *text = part.as<TextPart>())
                size += text->text.size() + text->text.size() / 16;
            else if (const MediaPart *media = part.as<MediaPart>())
                size += media->source.data.size();
            else if (const ToolCallPart *call = part.as<ToolCallPart>())
                size += call->arguments.size();
        }
    }
    return size;
}

Result<EncodedRequest> RequestEncoder::encode()
{
    m_request.path = "/api/chat";
    m_request.body.reserve(roughSize());
    m_writer.beginObject();
    m_writer.member("model", m_options.model);
    if (!m_messages.writeMessages())
        return Error{"field_invalid", "There is no message in the request that this provider can be sent.", 400};
    writeTools();
    m_writer.member("stream", m_conversation.stream);
    writeFormat();
    writeThink();
    if (const auto *keepAlive = placed(&Settings::keepAlive, "keep_alive")) {
        m_writer.key("keep_alive");
        writeKeepAlive(m_writer, *keepAlive);
    }
    writeLogprobs();
    writeOptions();
    m_writer.endObject();
    takeWithoutEffect();
    m_taker.report(noSuchSetting);
    return std::move(m_request);
}

void RequestEncoder::writeTools()
{
    const ToolChoice *choice = m_taker.take(&Settings::toolChoice);
    const Node origin = m_taker.originOf(&Settings::toolChoice);
    static const std::vector<std::string_view> all;
    if (!choice)
        return m_messages.writeTools(all);
    if (choice->mode == ToolChoice::Mode::None) {
        if (!m_conversation.tools.empty())
            m_losses.approximate(origin, "Ollama has no tool choice; the tools are left out");
        return;
    }
    if (choice->mode == ToolChoice::Mode::Required || choice->mode == ToolChoice::Mode::Named)
        m_losses.drop(origin, "Ollama has no tool choice; the model may answer without a call");
    if (!choice->allowed.empty())
        m_losses.approximate(origin, "Ollama has no tool choice; only the allowed tools are sent");
    m_messages.writeTools(choice->allowed);
}

void RequestEncoder::writeFormat()
{
    const StructuredOutput *output = placed(&Settings::output, "format");
    if (!output)
        return;
    if (output->kind == StructuredOutput::Kind::JsonSchema && output->schema) {
        if (!output->name.empty() || !output->description.empty())
            m_losses.approximate(m_taker.originOf(&Settings::output),
                                 "sent without name and description: Ollama takes the schema alone");
        m_writer.member("format", *output->schema);
    } else {
        m_writer.member("format", "json");
    }
}

// What is not said stays unsaid: models that cannot think refuse a request that asks them to.
void RequestEncoder::writeThink()
{
    const Reasoning *reasoning = placed(&Settings::reasoning, "think");
    if (!reasoning)
        return;
    const Node origin = m_taker.originOf(&Settings::reasoning);
    const std::optional<bool> wanted = wantsThinking(*reasoning);
    if (wanted == false) {
        m_writer.member("think", false);
        return;
    }
    if (!reasoning->summary.empty() || !reasoning->display.empty())
        m_losses.drop(origin, "Ollama shows thinking as it is");
    else if (reasoning->showThoughts == false)
        m_losses.drop(origin, "Ollama cannot hide thinking without turning it off");
    if (!reasoning->effort.empty() && reasoning->budgetTokens.value_or(0) > 0)
        m_losses.approximate(origin, "the effort is sent, without the token budget beside it");
    if (const std::string_view effort = effortOf(*reasoning); !effort.empty())
        return writeEffort(effort, !reasoning->effort.empty());
    if (reasoning->adaptive || (reasoning->budgetTokens && *reasoning->budgetTokens < 0))
        m_losses.approximate(origin, "left open: models that can think decide that themselves");
    else if (wanted)
        m_writer.member("think", true);
    else if (reasoning->showThoughts == true)
        m_losses.approximate(origin, "left open: Ollama shows the thinking of models that think");
}

void RequestEncoder::writeEffort(std::string_view effort, bool asSaid)
{
    std::string_view level = effort;
    if (effort == "minimal")
        level = "low";
    else if (effort != "low" && effort != "medium")
        level = "high";
    if (level != effort || !asSaid)
        m_losses.approximate(m_taker.originOf(&Settings::reasoning), "Ollama knows low, medium and high only");
    m_writer.member("think", level);
}

void RequestEncoder::writeLogprobs()
{
    if (const bool *logprobs = placed(&Settings::logprobs, "logprobs"))
        m_writer.member("logprobs", *logprobs);
    if (const int64_t *top = placed(&Settings::topLogprobs, "top_logprobs"))
        m_writer.member("top_logprobs", *top);
}

void RequestEncoder::writeOptions()
{
    m_writer.key("options");
    m_writer.beginObject();
    const int64_t *maxTokens = placed(&Settings::maxTokens, "num_predict");
    const int64_t *asked = placed(&Settings::contextTokens, "num_ctx");
    m_writer.member("num_ctx", contextTokensFor(m_messages.size(), maxTokens ? *maxTokens : defaultAnswer,
                                                asked ? *asked : 0, m_options.inputTokens));
    if (maxTokens)
        m_writer.member("num_predict", *maxTokens);
    writeTemperature();
    writeOption(&Settings::topP, "top_p");
    writeOption(&Settings::topK, "top_k");
    writeOption(&Settings::minP, "min_p");
    writeOption(&Settings::seed, "seed");
    writeOption(&Settings::repeatPenalty, "repeat_penalty");
    writeOption(&Settings::presencePenalty, "presence_penalty");
    writeOption(&Settings::frequencyPenalty, "frequency_penalty");
    writeStop();
    m_writer.endObject();
}

void RequestEncoder::writeTemperature()
{
    const double *temperature = placed(&Settings::temperature, "temperature");
    if (!temperature)
        return;
    double value = *temperature;
    if (const auto &range = m_options.quirks.temperature)
        value = std::clamp(value, range->first, range->second);
    if (value != *temperature)
        m_losses.approximate(m_taker.originOf(&Settings::temperature), "moved into the provider's range");
    m_writer.member("temperature", value);
}

void RequestEncoder::writeStop()
{
    const std::vector<std::string_view> *stops = placed(&Settings::stop, "stop");
    if (!stops)
        return;
    size_t count = stops->size();
    const auto most = static_cast<size_t>(std::max(0, m_options.quirks.maxStops));
    if (most > 0 && count > most) {
        count = most;
        m_losses.approximate(m_taker.originOf(&Settings::stop), "the provider takes fewer stop sequences");
    }
    m_writer.key("stop");
    m_writer.beginArray();
    for (size_t i = 0; i < count; ++i)
        m_writer.text((*stops)[i]);
    m_writer.endArray();
}

// Settings that ask for what Ollama does anyway.
void RequestEncoder::takeWithoutEffect()
{
    const Settings &settings = m_conversation.settings;
    if (settings.n && *settings.n == 1)
        m_taker.take(&Settings::n);
    if (settings.parallelTools && (*settings.parallelTools || m_conversation.tools.empty()))
        m_taker.take(&Settings::parallelTools);
    if (settings.store && !*settings.store)
        m_taker.take(&Settings::store);
    if (settings.modalities && settings.modalities->size() == 1 && settings.modalities->front() == "text")
        m_taker.take(&Settings::modalities);
    if (settings.serviceTier && (*settings.serviceTier == "auto" || *settings.serviceTier == "default"))
        m_taker.take(&Settings::serviceTier);
}

} // namespace

// Ollama cuts a prompt that is longer than num_ctx, whose default is 4,096, without a word: the model then has lost
// the beginning of the conversation, instructions and tools. Three bytes a token is less than most texts have, so the
// guess is rather too high. Each new value loads the model again, hence the steps of powers of two. Ollama itself
// lowers a value above what the model was trained for.
int64_t contextTokensFor(const PromptSize &size, int64_t maxTokens, int64_t asked, int64_t counted)
{
    // Coding agents allow answers of 128,000 tokens and never write them; a context for that would not fit into most
    // machines. What is cut then is the answer, never the prompt.
    const int64_t answer = std::clamp<int64_t>(maxTokens, 0, mostAnswer);
    const int64_t byLength = (size.textBytes + 2) / 3 + size.images * tokensPerImage;
    // A fifth more than counted: the templates of models and their vocabularies differ from what we know.
    const int64_t need = (counted > 0 ? counted + counted / 5 : byLength) + answer;
    int64_t context = leastContext;
    while (context < need && context < mostContext)
        context *= 2;
    return std::max(context, asked);
}

void writeKeepAlive(JsonWriter &writer, std::string_view keepAlive)
{
    boost::system::error_code failure;
    const boost::json::value value = boost::json::parse(keepAlive, failure);
    if (!failure && value.is_number())
        writer.raw(keepAlive);
    else
        writer.text(keepAlive);
}

Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                     LossReport &losses)
{
    return RequestEncoder(conversation, options, losses).encode();
}

} // namespace signalbox::ollama
