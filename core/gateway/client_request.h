// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/policy.h"
#include "core/dialect/codec.h"
#include "core/dialect/embeddings.h"
#include "core/dialect/loss_report.h"
#include "core/dialect/openai_chat/request_scan.h"
#include "core/dialect/reply_relay.h"
#include "core/gateway/endpoints.h"
#include "core/gateway/running_config.h"
#include "core/tokens/token_book.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox {

class Continuity;
class ResponseStore;

// What goes to one provider for one client request.
struct Outgoing {
    const ProviderRuntime::Api *api = nullptr;
    std::string path; // after the base URL's, with its query
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers; // of the dialect
    bool translated = false;
    std::vector<LossEntry> losses;
    std::unique_ptr<ReplyRelay> relay;
    std::string account; // PROVIDER/CREDENTIAL
};

// What a target's context leaves for the prompt, and which turns of it go where it is longer.
struct PromptRoom {
    PolicyNode::Truncate truncate = PolicyNode::Truncate::Never;
    int64_t inputTokens = 0;
    int64_t contextTokens = 0;
    int64_t modelOutputTokens = 0; // what the model writes at most; 0: not known
};

// A client's JSON request: scanned for routing, decoded to the canonical form once when a target first needs it, and
// made ready for each target. Bytes pass through when the target speaks the client's dialect. Lives on the gateway
// thread, owned by its Exchange.
class ClientRequest
{
public:
    struct Identity {
        std::string_view requestId; // outlives the request
        int64_t nowSeconds = 0;
        std::function<int64_t()> elapsedNs;
    };
    struct Memories { // outlive this
        Continuity &continuity;
        ResponseStore &responses;
        TokenBook &tokens;
    };
    // `endpoint` outlives this.
    ClientRequest(const Endpoint &endpoint, std::string_view query, Identity identity, Memories memories);

    // Takes the whole body; it must stay where it is as long as this object. Errors (400): json_invalid, field_type,
    // field_repeated, model_missing.
    Result<void> scan(std::string_view body);

    const std::string &model() const { return m_model; }
    const std::string &user() const { return m_scan.user; }
    bool stream() const { return m_stream; }

    // Errors: own_reply (see ownReply()), operation_unsupported (404: the provider's APIs have no such call), those of
    // decoding (400), context_length_exceeded (400: not even cut short does it fit). `credential`: whose account it
    // goes to; empty where the provider needs none.
    Result<Outgoing> prepare(const ProviderRuntime &provider, const std::string &model, const std::string &credential,
                             const PromptRoom &room = {});
    // After a complete reply of such an attempt: what later turns need is remembered.
    void remember(const ReplyRelay &relay, Dialect maker, const std::string &account);
    // What the gateway answers itself, without a provider that could: an Ollama request that only loads a model.
    std::optional<std::string> ownReply() const;
    // Input tokens at this target, for count calls that no provider answers. Errors as decoding.
    Result<TokenEstimate> estimateTokens(std::string_view provider, std::string_view model);
    // The same for plans, limits and reservations: from the bytes when nothing was decoded. Never fails.
    TokenEstimate countFor(std::string_view provider, std::string_view model);
    // What the target reported, held against the count that was made for it, if one was.
    void learn(std::string_view provider, std::string_view model, const TokenUsage &reported);

private:
    Result<void> decode();
    bool passes(const ProviderRuntime &provider, const std::string &account);
    Result<Outgoing> passThrough(const ProviderRuntime::Api &api, const ProviderRuntime &provider,
                                 const std::string &model) const;
    struct Said { // the conversation as a target is going to have it
        std::shared_ptr<const Conversation> conversation;
        LossReport losses;
        int64_t mostOutputTokens = 0;  // 0: as usual
        int64_t modelOutputTokens = 0; // 0: not known
    };
    Result<Said> cut(const ProviderRuntime &provider, const std::string &model, const PromptRoom &room);
    Result<Outgoing> translate(const ProviderRuntime::Api &api, const ProviderRuntime &provider,
                               const std::string &model, const std::string &account, Said said);
    Result<Outgoing> translateEmbeddings(const ProviderRuntime::Api &api, const ProviderRuntime &provider,
                                         const std::string &model);
    Outgoing translated(const ProviderRuntime::Api &api, EncodedRequest encoded,
                        std::vector<LossEntry> encodeLosses) const;
    ReplyOptions replyOptions() const;
    std::string passQuery() const;
    TokenEstimate counted(TokenEstimate estimate, std::string_view provider, std::string_view model);

    const Endpoint &m_endpoint;
    std::string m_query;
    Identity m_identity;
    Memories m_memories;
    std::string m_resolved; // Responses: the body with the stored turns it refers to
    std::string_view m_body;
    std::string m_model;
    bool m_stream = false;
    openai_chat::RequestScan m_scan;
    std::shared_ptr<Conversation> m_conversation;
    std::optional<EmbeddingRequest> m_embedding;
    std::vector<LossEntry> m_decodeLosses;
    struct Counted {
        std::string provider;
        std::string model;
        int64_t tokens = 0; // before calibration
    };
    std::vector<Counted> m_counted; // at most one for each target
};

} // namespace signalbox
