// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/endpoints.h"

#include <QtCore/QByteArray>

#include <algorithm>
#include <array>
#include <optional>

namespace signalbox {

namespace {

struct PostPath { // after the version
    std::string_view path;
    Dialect dialect;
    EndpointKind kind;
    Operation operation;
    bool reportsUsage;
};

constexpr std::array<PostPath, 14> postPaths = {{
    {"/chat/completions", Dialect::OpenAiChat, EndpointKind::Json, Operation::Chat, true},
    {"/completions", Dialect::OpenAiChat, EndpointKind::Json, Operation::Other, true},
    {"/embeddings", Dialect::OpenAiChat, EndpointKind::Json, Operation::Embeddings, false},
    {"/moderations", Dialect::OpenAiChat, EndpointKind::Json, Operation::Other, false},
    {"/images/generations", Dialect::OpenAiChat, EndpointKind::Json, Operation::Other, false},
    {"/images/edits", Dialect::OpenAiChat, EndpointKind::Upload, Operation::Other, false},
    {"/images/variations", Dialect::OpenAiChat, EndpointKind::Upload, Operation::Other, false},
    {"/audio/speech", Dialect::OpenAiChat, EndpointKind::Json, Operation::Other, false},
    {"/audio/transcriptions", Dialect::OpenAiChat, EndpointKind::Upload, Operation::Other, false},
    {"/audio/translations", Dialect::OpenAiChat, EndpointKind::Upload, Operation::Other, false},
    {"/responses", Dialect::OpenAiResponses, EndpointKind::Json, Operation::Chat, false},
    {"/responses/input_tokens", Dialect::OpenAiResponses, EndpointKind::Json, Operation::CountTokens, false},
    {"/messages", Dialect::Anthropic, EndpointKind::Json, Operation::Chat, false},
    {"/messages/count_tokens", Dialect::Anthropic, EndpointKind::Json, Operation::CountTokens, false},
}};

struct OllamaPath {
    std::string_view method;
    std::string_view path;
    EndpointKind kind;
    Operation operation;
};

constexpr std::array<OllamaPath, 7> ollamaPaths = {{
    {"POST", "/api/chat", EndpointKind::Json, Operation::Chat},
    {"POST", "/api/generate", EndpointKind::Json, Operation::Chat},
    {"POST", "/api/embed", EndpointKind::Json, Operation::Embeddings},
    {"POST", "/api/embeddings", EndpointKind::Json, Operation::Embeddings},
    {"GET", "/api/tags", EndpointKind::ModelList, Operation::Other},
    {"POST", "/api/show", EndpointKind::Model, Operation::Other},
    {"GET", "/api/version", EndpointKind::ServerVersion, Operation::Other},
}};

struct OwnPath {
    std::string_view method;
    std::string_view path;
    EndpointKind kind;
};

constexpr std::array<OwnPath, 15> ownPaths = {{
    {"GET", "/healthz", EndpointKind::Health},
    {"GET", "/readyz", EndpointKind::Ready},
    {"GET", "/metrics", EndpointKind::Metrics},
    {"GET", "/signalbox/v1/status", EndpointKind::Status},
    {"POST", "/signalbox/v1/explain", EndpointKind::Explain},
    {"GET", "/signalbox/v1/catalogue", EndpointKind::Catalogue},
    {"GET", "/signalbox/v1/alerts", EndpointKind::Alerts},
    {"POST", "/signalbox/v1/alerts/ack", EndpointKind::AlertsAck},
    {"GET", "/signalbox/v1/catalogue/update", EndpointKind::CatalogueUpdate},
    {"POST", "/signalbox/v1/catalogue/update", EndpointKind::CatalogueUpdate},
    {"GET", "/signalbox/v1/spend", EndpointKind::Spend},
    {"GET", "/signalbox/v1/audit", EndpointKind::Audit},
    {"POST", "/signalbox/v1/reconcile", EndpointKind::Reconcile},
    {"HEAD", "/", EndpointKind::Hello},
    {"HEAD", "/api/hello", EndpointKind::Hello},
}};

constexpr std::string_view answersRoot = "/signalbox/v1/answers/";
constexpr std::array<std::string_view, 5> answerNames = {"cost-drivers", "fastest", "cache-savings", "forecast",
                                                         "repetition"};

struct GeminiVerb {
    std::string_view verb;
    Operation operation;
    bool stream;
};

constexpr std::array<GeminiVerb, 5> geminiVerbs = {{
    {":generateContent", Operation::Chat, false},
    {":streamGenerateContent", Operation::Chat, true},
    {":countTokens", Operation::CountTokens, false},
    {":embedContent", Operation::Embeddings, false},
    {":batchEmbedContents", Operation::Embeddings, false},
}};

bool methodFits(std::string_view wanted, std::string_view method)
{
    return method == wanted || (wanted == "GET" && method == "HEAD");
}

Error wrongMethod(std::string_view method, std::string_view path, std::string_view wanted)
{
    return {"method_not_allowed",
            std::string(path) + " takes " + std::string(wanted) + ", not " + std::string(method) + ".", 405};
}

std::string decoded(std::string_view text)
{
    return QByteArray::fromPercentEncoding(QByteArray(text.data(), static_cast<qsizetype>(text.size()))).toStdString();
}

// The part after /v1, /openai/v1, /api/v1 or /v1beta; empty when the path is none of ours.
std::string_view afterVersion(std::string_view path)
{
    for (const std::string_view root : {"/v1", "/openai/v1", "/api/v1", "/v1beta"}) {
        if (path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/')
            return path.substr(root.size());
    }
    return {};
}

// /models/M:verb, where M may hold slashes and colons: the last colon that begins a known verb counts. The AI SDK
// leaves `models/` out when M has a slash, as Google's tunedModels/… have.
const GeminiVerb *verbOf(std::string_view rest)
{
    const auto found = std::find_if(geminiVerbs.begin(), geminiVerbs.end(),
                                    [&](const GeminiVerb &known) { return rest.ends_with(known.verb); });
    return found == geminiVerbs.end() ? nullptr : &*found;
}

Endpoint geminiEndpoint(const HttpRequestHead &head, std::string_view rest, const GeminiVerb &verb)
{
    const std::string_view before = rest.starts_with("/models/") ? "/models/" : "/";
    Endpoint endpoint;
    endpoint.dialect = Dialect::Gemini;
    endpoint.operation = verb.operation;
    endpoint.upstreamPath = verb.verb;
    endpoint.id = decoded(rest.substr(before.size(), rest.size() - before.size() - verb.verb.size()));
    endpoint.stream = verb.stream;
    if (verb.stream && head.query().find("alt=sse") == std::string_view::npos)
        endpoint.framing = StreamFraming::JsonArray;
    return endpoint;
}

Result<Endpoint> modelsEndpoint(const HttpRequestHead &head, std::string_view rest)
{
    if (!methodFits("GET", head.method))
        return wrongMethod(head.method, head.path(), "GET");
    Endpoint endpoint;
    endpoint.dialect = dialectOf(head.path(), head.headers);
    endpoint.kind = rest == "/models" ? EndpointKind::ModelList : EndpointKind::Model;
    if (endpoint.kind == EndpointKind::Model)
        endpoint.id = decoded(rest.substr(std::string_view("/models/").size()));
    return endpoint;
}

Result<Endpoint> ollamaEndpoint(const HttpRequestHead &head, const OllamaPath &known)
{
    if (!methodFits(known.method, head.method))
        return wrongMethod(head.method, head.path(), known.method);
    Endpoint endpoint;
    endpoint.kind = known.kind;
    endpoint.dialect = Dialect::Ollama;
    endpoint.operation = known.operation;
    endpoint.upstreamPath = known.path;
    endpoint.framing = StreamFraming::Ndjson;
    return endpoint;
}

Result<Endpoint> answerEndpoint(const HttpRequestHead &head)
{
    const std::string_view name = head.path().substr(answersRoot.size());
    if (std::find(answerNames.begin(), answerNames.end(), name) == answerNames.end()) {
        std::string known;
        for (const std::string_view other : answerNames)
            known += (known.empty() ? "" : ", ") + std::string(other);
        return Error{"not_found", "There is no answer of that name; there are " + known + ".", 404};
    }
    if (!methodFits("GET", head.method))
        return wrongMethod(head.method, head.path(), "GET");
    Endpoint endpoint;
    endpoint.kind = EndpointKind::Answer;
    endpoint.id = name;
    return endpoint;
}

// Absent: the path is none of Signalbox's own.
std::optional<Result<Endpoint>> ownEndpoint(const HttpRequestHead &head)
{
    const std::string_view path = head.path();
    if (path.starts_with(answersRoot))
        return answerEndpoint(head);
    std::string methods;
    for (const OwnPath &own : ownPaths) {
        if (own.path != path)
            continue;
        if (methodFits(own.method, head.method)) {
            Endpoint endpoint;
            endpoint.kind = own.kind;
            endpoint.posted = own.method == "POST";
            return endpoint;
        }
        methods += (methods.empty() ? "" : " and ") + std::string(own.method);
    }
    if (methods.empty())
        return std::nullopt;
    return wrongMethod(head.method, head.path(), methods);
}

} // namespace

Dialect dialectOf(std::string_view path, const HeaderList &headers)
{
    const std::string_view rest = afterVersion(path);
    if (path.starts_with("/v1beta/") || verbOf(rest))
        return Dialect::Gemini;
    if (rest.starts_with("/messages"))
        return Dialect::Anthropic;
    if (rest.starts_with("/responses"))
        return Dialect::OpenAiResponses;
    if (rest == "/models" || rest.starts_with("/models/")) {
        if (headers.has("x-goog-api-key") || headers.has("x-goog-api-client"))
            return Dialect::Gemini;
        return headers.has("anthropic-version") ? Dialect::Anthropic : Dialect::OpenAiChat;
    }
    return path.starts_with("/api/") && rest.empty() ? Dialect::Ollama : Dialect::OpenAiChat;
}

Result<Endpoint> findEndpoint(const HttpRequestHead &head)
{
    const std::string_view path = head.path();
    if (const auto own = ownEndpoint(head))
        return *own;
    for (const OllamaPath &known : ollamaPaths) {
        if (known.path == path)
            return ollamaEndpoint(head, known);
    }
    const std::string_view rest = afterVersion(path);
    if (rest == "/responses" && headerNameEquals(head.headers.get("upgrade"), "websocket"))
        return Error{"upgrade_required", "WebSockets are not offered here; send a POST request.", 426};
    if (const GeminiVerb *verb = verbOf(rest)) {
        if (head.method != "POST")
            return wrongMethod(head.method, path, "POST");
        return geminiEndpoint(head, rest, *verb);
    }
    if (rest == "/models" || rest.starts_with("/models/"))
        return modelsEndpoint(head, rest);
    const auto found =
        std::find_if(postPaths.begin(), postPaths.end(), [&](const PostPath &known) { return known.path == rest; });
    if (found == postPaths.end() || path.starts_with("/v1beta/"))
        return Error{"not_found",
                     "There is nothing at " + std::string(path) +
                         ". OpenAI's and Anthropic's APIs are served under /v1, Gemini's under /v1beta, Ollama's under "
                         "/api.",
                     404};
    if (head.method != "POST")
        return wrongMethod(head.method, path, "POST");
    Endpoint endpoint;
    endpoint.kind = found->kind;
    endpoint.dialect = found->dialect;
    endpoint.operation = found->operation;
    endpoint.upstreamPath = found->path;
    endpoint.reportsUsage = found->reportsUsage;
    return endpoint;
}

} // namespace signalbox
