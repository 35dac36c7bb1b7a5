// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/client_request.h"

#include "core/dialect/embedding_relay.h"
#include "core/dialect/ollama/codec.h"
#include "core/dialect/openai_chat/stream_relay.h"
#include "core/dialect/pass_relay.h"
#include "core/dialect/signature_tag.h"
#include "core/dialect/tap_relay.h"
#include "core/dialect/translating_relay.h"
#include "core/dialect/truncation.h"
#include "core/gateway/continuity.h"
#include "core/gateway/response_store.h"

#include <QtCore/QByteArray>

#include <algorithm>

namespace signalbox {

namespace {

// The APIs that answer this call themselves.
bool offers(Dialect api, const Endpoint &endpoint)
{
    switch (endpoint.operation) {
    case Operation::Chat:
        return true;
    case Operation::Embeddings:
        return embeddingCodecFor(api) != nullptr;
    case Operation::CountTokens:
    case Operation::Other:
        return api == endpoint.dialect;
    }
    return false;
}

// OpenAI's Responses and Chat share one address for everything but those two calls.
bool sameWire(Dialect api, const Endpoint &endpoint)
{
    if (api == endpoint.dialect)
        return true;
    return endpoint.dialect == Dialect::OpenAiChat && api == Dialect::OpenAiResponses &&
           endpoint.operation != Operation::Chat;
}

std::string pathEncoded(const std::string &model)
{
    return QByteArray::fromStdString(model).toPercentEncoding("/:@").toStdString();
}

} // namespace

ClientRequest::ClientRequest(const Endpoint &endpoint, std::string_view query, Identity identity, Memories memories)
    : m_endpoint(endpoint), m_query(query), m_identity(std::move(identity)), m_memories(memories)
{
}

Result<void> ClientRequest::scan(std::string_view body)
{
    m_body = body;
    if (m_endpoint.dialect == Dialect::OpenAiResponses) {
        auto resolved = m_memories.responses.resolve(body);
        if (!resolved)
            return resolved.error();
        if (*resolved) {
            m_resolved = std::move(**resolved);
            m_body = m_resolved;
        }
    }
    auto scanned = openai_chat::scanRequest(m_body);
    if (!scanned)
        return scanned.error();
    m_scan = std::move(*scanned);
    if (m_endpoint.modelInPath()) {
        m_model = m_endpoint.id;
        m_stream = m_endpoint.stream;
    } else {
        m_model = m_scan.model;
        m_stream = m_scan.stream;
        // Ollama's API streams unless told otherwise.
        if (m_endpoint.dialect == Dialect::Ollama && m_endpoint.operation == Operation::Chat)
            m_stream = m_scan.stream || !m_scan.streamPresent;
    }
    if (m_model.empty() && m_endpoint.upstreamPath != "/moderations")
        return Error{"model_missing", "The field 'model' is missing from the request.", 400};
    return {};
}

Result<void> ClientRequest::decode()
{
    if (m_conversation || m_embedding)
        return {};
    LossReport losses;
    const DecodeRequestOptions options{m_endpoint.upstreamPath, m_endpoint.id, m_stream};
    const boost::json::value *root = nullptr;
    if (m_endpoint.operation == Operation::Embeddings) {
        auto request = embeddingCodecFor(m_endpoint.dialect)->decodeRequest(m_body, options, losses);
        if (!request)
            return request.error();
        m_embedding = std::move(*request);
        root = &m_embedding->source->root;
    } else {
        auto request = codecFor(m_endpoint.dialect).decodeRequest(m_body, options, losses);
        if (!request)
            return request.error();
        m_conversation = std::make_shared<Conversation>(std::move(*request));
        readSignatureTags(*m_conversation);
        root = &m_conversation->source->root;
    }
    m_decodeLosses = losses.resolve(*root, false);
    return {};
}

Result<Outgoing> ClientRequest::prepare(const ProviderRuntime &provider, const std::string &model,
                                        const std::string &credential, const PromptRoom &room)
{
    const std::string account = provider.config.id + "/" + credential;
    const auto find = [&](auto &&wanted) { return std::find_if(provider.apis.begin(), provider.apis.end(), wanted); };
    const auto same = find([&](const ProviderRuntime::Api &api) { return sameWire(api.dialect, m_endpoint); });
    const bool known = same != provider.apis.end();
    const auto to =
        known ? same : find([&](const ProviderRuntime::Api &api) { return offers(api.dialect, m_endpoint); });
    if (to == provider.apis.end())
        return Error{"operation_unsupported",
                     "Provider '" + provider.config.id + "' speaks " + dialectName(provider.apis.front().dialect) +
                         ", which has no counterpart of " + m_endpoint.upstreamPath + ".",
                     404};
    bool asItIs = known && passes(provider, account);
    const bool tooLong = m_endpoint.operation == Operation::Chat && room.truncate != PolicyNode::Truncate::Never;
    if (!asItIs || tooLong) {
        if (const auto decoded = decode(); !decoded)
            return decoded.error();
    }
    Said said{m_conversation, {}, 0};
    if (tooLong) {
        auto shorter = cut(provider, model, room);
        if (!shorter)
            return shorter.error();
        said = std::move(*shorter);
        asItIs = asItIs && said.conversation == m_conversation;
    }
    said.modelOutputTokens = room.modelOutputTokens;
    auto outgoing = asItIs        ? passThrough(*to, provider, model)
                    : m_embedding ? translateEmbeddings(*to, provider, model)
                                  : translate(*to, provider, model, account, std::move(said));
    if (outgoing)
        outgoing->account = account;
    return outgoing;
}

// By the target's own count: the plan's was made for the model that was asked for.
Result<ClientRequest::Said> ClientRequest::cut(const ProviderRuntime &provider, const std::string &model,
                                               const PromptRoom &room)
{
    TruncationRule rule;
    rule.from =
        room.truncate == PolicyNode::Truncate::Middle ? TruncationRule::From::Middle : TruncationRule::From::Oldest;
    rule.mostTokens = room.inputTokens;
    rule.target = provider.config.id + "/" + model;
    rule.count = [&](const Conversation &shorter) {
        return m_memories.tokens.count(provider.config.id, model, shorter).tokens;
    };
    Said said;
    auto shorter = truncated(m_conversation, rule, said.losses);
    if (!shorter)
        return shorter.error();
    said.conversation = std::move(*shorter);
    const TokenEstimate estimate =
        counted(m_memories.tokens.count(provider.config.id, model, *said.conversation), provider.config.id, model);
    said.mostOutputTokens = std::max<int64_t>(1, room.contextTokens - estimate.tokens);
    return said;
}

// Bytes pass between equal dialects, but for a conversation that was with somebody else before: its tagged signatures
// are not the provider's, and thinking that it wants back may be missing.
bool ClientRequest::passes(const ProviderRuntime &provider, const std::string &account)
{
    if (m_endpoint.operation != Operation::Chat)
        return true;
    if (m_endpoint.dialect != Dialect::OpenAiChat)
        return m_body.find(signatureTagMark) == std::string_view::npos;
    if (!provider.quirks.replayReasoning || m_body.find("\"tool_calls\"") == std::string_view::npos)
        return true;
    return !decode() || !m_memories.continuity.hasSomethingFor(*m_conversation, account);
}

void ClientRequest::remember(const ReplyRelay &relay, Dialect maker, const std::string &account)
{
    const FoldedReply *reply = relay.folded();
    if (!reply)
        return;
    m_memories.continuity.remember(*reply, maker, account);
    const FoldedReply *shown = relay.shown();
    const bool stores = shown && m_endpoint.dialect == Dialect::OpenAiResponses && m_conversation &&
                        m_conversation->settings.store.value.value_or(true);
    if (!stores)
        return;
    ReplyOptions options = replyOptions();
    options.conversation = m_conversation.get();
    m_memories.responses.remember(m_body, *shown, options);
}

// `key=…` was for us; the rest (`beta=true`, `alt=sse`) is for the provider.
std::string ClientRequest::passQuery() const
{
    std::string kept;
    std::string_view rest = m_query;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        if (pair.starts_with("key=") || pair.empty())
            continue;
        kept += kept.empty() ? '?' : '&';
        kept += pair;
    }
    return kept;
}

Result<Outgoing> ClientRequest::passThrough(const ProviderRuntime::Api &api, const ProviderRuntime &provider,
                                            const std::string &model) const
{
    Outgoing out;
    out.api = &api;
    const bool chat = m_endpoint.dialect == Dialect::OpenAiChat;
    if (m_endpoint.modelInPath()) {
        out.path = "/models/" + pathEncoded(model) + m_endpoint.upstreamPath;
        out.body = m_body;
    } else {
        out.path = m_endpoint.upstreamPath;
        const bool askForUsage = m_endpoint.reportsUsage && provider.quirks.usageInStream;
        out.body = openai_chat::spliceRequest(m_body, m_scan, model, askForUsage);
    }
    out.path += passQuery();
    if (m_endpoint.dialect == Dialect::Anthropic)
        out.headers.emplace_back("anthropic-version", "2023-06-01"); // when the client sent none
    if (chat) {
        out.relay =
            std::make_unique<openai_chat::StreamRelay>(m_endpoint.reportsUsage && m_stream && !m_scan.includeUsage);
        if (m_endpoint.operation == Operation::Chat && provider.quirks.replayReasoning)
            out.relay = std::make_unique<TapRelay>(std::move(out.relay), codecFor(api.dialect).replyDecoder());
    } else if (m_endpoint.operation == Operation::Chat) {
        out.relay = std::make_unique<PassRelay>(codecFor(m_endpoint.dialect).replyDecoder(), m_endpoint.framing);
    } else {
        out.relay = std::make_unique<EmbeddingRelay>(
            m_endpoint.operation == Operation::Embeddings ? embeddingCodecFor(m_endpoint.dialect) : nullptr);
    }
    return out;
}

Outgoing ClientRequest::translated(const ProviderRuntime::Api &api, EncodedRequest encoded,
                                   std::vector<LossEntry> encodeLosses) const
{
    Outgoing out;
    out.api = &api;
    out.path = std::move(encoded.path);
    out.body = std::move(encoded.body);
    out.headers = std::move(encoded.headers);
    out.translated = true;
    out.losses = m_decodeLosses;
    std::move(encodeLosses.begin(), encodeLosses.end(), std::back_inserter(out.losses));
    return out;
}

Result<Outgoing> ClientRequest::translate(const ProviderRuntime::Api &api, const ProviderRuntime &provider,
                                          const std::string &model, const std::string &account, Said said)
{
    const Settings &settings = m_conversation->settings;
    if (settings.previousResponse && api.dialect != Dialect::OpenAiResponses)
        return Error{"previous_response_not_found",
                     "Previous response with id '" + std::string(*settings.previousResponse) +
                         "' is not kept here, and provider '" + provider.config.id + "' keeps none.",
                     400};
    if (ownReply())
        return Error{"own_reply", "No provider can be asked that.", 400};
    LossReport losses = std::move(said.losses);
    const Codec &to = codecFor(api.dialect);
    EncodeRequestOptions options{model, provider.quirks};
    if (api.dialect == Dialect::Ollama) // the one API that has to be told how much room a prompt needs
        options.inputTokens =
            counted(m_memories.tokens.count(provider.config.id, model, *said.conversation), provider.config.id, model)
                .tokens;
    for (const int64_t most : {said.mostOutputTokens, said.modelOutputTokens}) {
        if (most > 0)
            options.defaultMaxTokens = std::min(options.defaultMaxTokens, most);
    }
    const auto &asked = said.conversation->settings.maxTokens;
    if (said.modelOutputTokens > 0 && asked && *asked > said.modelOutputTokens) {
        auto lowered = std::make_shared<Conversation>(*said.conversation);
        lowered->settings.maxTokens.value = said.modelOutputTokens;
        losses.approximate(asked.origin, "lowered to what the model writes at most");
        said.conversation = std::move(lowered);
    }
    const auto conversation =
        m_memories.continuity.forTarget(std::move(said.conversation), api.dialect, account, losses);
    auto encoded = to.encodeRequest(*conversation, options, losses);
    if (!encoded)
        return encoded.error();
    Outgoing out = translated(api, std::move(*encoded),
                              losses.resolve(m_conversation->source->root, false, m_conversation->source->copies));
    TranslatingRelay::Client client{codecFor(m_endpoint.dialect)};
    client.stream = m_stream;
    client.model = m_model;
    client.requestId = m_identity.requestId;
    client.path = m_endpoint.upstreamPath;
    client.nowSeconds = m_identity.nowSeconds;
    client.elapsedNs = m_identity.elapsedNs;
    client.includeUsage = m_conversation->includeUsage;
    client.framing = m_endpoint.framing;
    client.account = account;
    client.conversation = m_conversation;
    client.provider = api.dialect;
    out.relay = std::make_unique<TranslatingRelay>(to.replyDecoder(), std::move(client));
    return out;
}

std::optional<std::string> ClientRequest::ownReply() const
{
    if (m_endpoint.dialect != Dialect::Ollama || !m_conversation || !m_conversation->messages.empty())
        return std::nullopt;
    return ollama::loadReply(*m_conversation, replyOptions());
}

ReplyOptions ClientRequest::replyOptions() const
{
    ReplyOptions options;
    options.model = m_model;
    options.requestId = m_identity.requestId;
    options.nowSeconds = m_identity.nowSeconds;
    options.path = m_endpoint.upstreamPath;
    options.elapsedNs = m_identity.elapsedNs;
    return options;
}

Result<Outgoing> ClientRequest::translateEmbeddings(const ProviderRuntime::Api &api, const ProviderRuntime &provider,
                                                    const std::string &model)
{
    LossReport losses;
    const EmbeddingCodec *to = embeddingCodecFor(api.dialect);
    auto encoded = to->encodeRequest(*m_embedding, {model, provider.quirks}, losses);
    if (!encoded)
        return encoded.error();
    Outgoing out = translated(api, std::move(*encoded), losses.resolve(m_embedding->source->root, false));
    out.relay =
        std::make_unique<EmbeddingRelay>(to, embeddingCodecFor(m_endpoint.dialect), &*m_embedding, replyOptions());
    return out;
}

TokenEstimate ClientRequest::counted(TokenEstimate estimate, std::string_view provider, std::string_view model)
{
    const auto known = std::find_if(m_counted.begin(), m_counted.end(),
                                    [&](const Counted &one) { return one.provider == provider && one.model == model; });
    if (known != m_counted.end())
        known->tokens = estimate.counted;
    else
        m_counted.push_back({std::string(provider), std::string(model), estimate.counted});
    return estimate;
}

Result<TokenEstimate> ClientRequest::estimateTokens(std::string_view provider, std::string_view model)
{
    if (const auto decoded = decode(); !decoded)
        return decoded.error();
    return countFor(provider, model);
}

TokenEstimate ClientRequest::countFor(std::string_view provider, std::string_view model)
{
    TokenBook &tokens = m_memories.tokens;
    return counted(m_conversation ? tokens.count(provider, model, *m_conversation)
                                  : tokens.countBody(provider, model, m_body),
                   provider, model);
}

void ClientRequest::learn(std::string_view provider, std::string_view model, const TokenUsage &reported)
{
    auto known = std::find_if(m_counted.begin(), m_counted.end(),
                              [&](const Counted &one) { return one.provider == provider && one.model == model; });
    // What routes were chosen by was counted before there was a target, by the name that the client asked for.
    if (known == m_counted.end())
        known = std::find_if(m_counted.begin(), m_counted.end(), [&](const Counted &one) {
            return one.provider.empty() && (one.model == model || one.model.ends_with('/' + std::string(model)));
        });
    if (known != m_counted.end() && reported.input)
        m_memories.tokens.learn(provider, model, known->tokens,
                                *reported.input + reported.cachedInput.value_or(0) + reported.cacheWrite.value_or(0));
}

} // namespace signalbox
