// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/codec.h"
#include "core/net/http_head.h"

#include <string>
#include <string_view>

namespace signalbox {

enum class EndpointKind {
    Json,   // JSON in; JSON, events or bytes out
    Upload, // multipart in, streamed upstream
    ModelList,
    Model,
    ServerVersion, // Ollama's /api/version
    Health,
    Ready,
    Hello, // HEAD / and HEAD /api/hello: a client asks whether somebody is there
    Metrics,
    Status,
    Explain,
    Catalogue,
    Alerts,
    AlertsAck,
    CatalogueUpdate, // GET: how it stands; POST: another catalogue, or what to do with it
    Spend,
    Answer,    // id: which
    Audit,     // who changed what
    Reconcile, // a provider's own report against the ledger
};

// What a JSON request wants; only Chat, Embeddings and CountTokens have counterparts in other dialects.
enum class Operation { Chat, Embeddings, CountTokens, Other };

struct Endpoint {
    EndpointKind kind = EndpointKind::Json;
    Dialect dialect = Dialect::OpenAiChat;
    Operation operation = Operation::Other;
    std::string upstreamPath; // appended to the provider's base URL: /chat/completions; Gemini: the verb with its colon
    std::string id;           // Model: the id asked for; Answer: which one; Gemini: the model in the path; decoded
    bool reportsUsage = false; // stream_options.include_usage is understood there
    bool stream = false;       // Gemini: told by the path
    bool posted = false;       // CatalogueUpdate: by POST
    StreamFraming framing = StreamFraming::Sse;

    bool open() const
    {
        return kind == EndpointKind::Health || kind == EndpointKind::Ready || kind == EndpointKind::Hello;
    }
    bool admin() const
    {
        return kind == EndpointKind::Metrics || kind == EndpointKind::Status || kind == EndpointKind::Explain ||
               kind == EndpointKind::Catalogue || kind == EndpointKind::Alerts || kind == EndpointKind::AlertsAck ||
               fromDesk();
    }
    // Takes longer than the gateway thread may; AdminDesk does it.
    bool fromDesk() const
    {
        return kind == EndpointKind::CatalogueUpdate || kind == EndpointKind::Spend || kind == EndpointKind::Answer ||
               kind == EndpointKind::Audit || kind == EndpointKind::Reconcile;
    }
    // Gemini names the model in the path, the others in the body.
    bool modelInPath() const { return dialect == Dialect::Gemini && kind == EndpointKind::Json; }
};

// Method, path and headers → endpoint (DESIGN section 5). Pure. Errors: not_found (404), method_not_allowed (405),
// upgrade_required (426: a WebSocket is tried on /v1/responses).
Result<Endpoint> findEndpoint(const HttpRequestHead &head);

// Whose dialect an error for this request is told in, also where there is no endpoint.
Dialect dialectOf(std::string_view path, const HeaderList &headers);

} // namespace signalbox
