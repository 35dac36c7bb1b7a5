// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/endpoints.h"

#include <QtCore/QByteArray>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

struct OpenAiPath {
    std::string_view path;
    EndpointKind kind;
    bool reportsUsage;
};

constexpr std::array<OpenAiPath, 10> openAiPaths = {{
    {"/chat/completions", EndpointKind::Json, true},
    {"/completions", EndpointKind::Json, true},
    {"/embeddings", EndpointKind::Json, false},
    {"/moderations", EndpointKind::Json, false},
    {"/images/generations", EndpointKind::Json, false},
    {"/images/edits", EndpointKind::Upload, false},
    {"/images/variations", EndpointKind::Upload, false},
    {"/audio/speech", EndpointKind::Json, false},
    {"/audio/transcriptions", EndpointKind::Upload, false},
    {"/audio/translations", EndpointKind::Upload, false},
}};

struct OwnPath {
    std::string_view method;
    std::string_view path;
    EndpointKind kind;
};

constexpr std::array<OwnPath, 7> ownPaths = {{
    {"GET", "/healthz", EndpointKind::Health},
    {"GET", "/readyz", EndpointKind::Ready},
    {"GET", "/metrics", EndpointKind::Metrics},
    {"GET", "/signalbox/v1/status", EndpointKind::Status},
    {"POST", "/signalbox/v1/explain", EndpointKind::Explain},
    {"HEAD", "/", EndpointKind::Hello},
    {"HEAD", "/api/hello", EndpointKind::Hello},
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

// The part after /v1, /openai/v1 or /api/v1; empty when the path is none of ours.
std::string_view afterVersion(std::string_view path)
{
    for (const std::string_view root : {"/v1", "/openai/v1", "/api/v1"}) {
        if (path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/')
            return path.substr(root.size());
    }
    return {};
}

} // namespace

Result<Endpoint> findEndpoint(std::string_view method, std::string_view path, bool webSocketUpgrade)
{
    for (const OwnPath &own : ownPaths) {
        if (own.path != path)
            continue;
        if (!methodFits(own.method, method))
            return wrongMethod(method, path, own.method);
        return Endpoint{own.kind, {}, {}, false};
    }
    const std::string_view rest = afterVersion(path);
    if (rest == "/responses" && webSocketUpgrade)
        return Error{"upgrade_required", "WebSockets are not offered here; send a POST request.", 426};
    if (rest == "/models") {
        if (!methodFits("GET", method))
            return wrongMethod(method, path, "GET");
        return Endpoint{EndpointKind::ModelList, {}, {}, false};
    }
    if (rest.starts_with("/models/") && rest.find(':') == std::string_view::npos) {
        if (!methodFits("GET", method))
            return wrongMethod(method, path, "GET");
        const QByteArray id(rest.data() + 8, static_cast<qsizetype>(rest.size() - 8));
        return Endpoint{EndpointKind::Model, {}, QByteArray::fromPercentEncoding(id).toStdString(), false};
    }
    const auto found =
        std::find_if(openAiPaths.begin(), openAiPaths.end(), [&](const OpenAiPath &p) { return p.path == rest; });
    if (found == openAiPaths.end())
        return Error{"not_found", "There is nothing at " + std::string(path) + ". OpenAI's API is served under /v1.",
                     404};
    if (method != "POST")
        return wrongMethod(method, path, "POST");
    return Endpoint{found->kind, std::string(found->path), {}, found->reportsUsage};
}

} // namespace signalbox
