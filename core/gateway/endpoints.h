// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace signalbox {

enum class EndpointKind {
    Json,   // JSON in; JSON, events or bytes out
    Upload, // multipart in, streamed upstream
    ModelList,
    Model,
    Health,
    Ready,
    Hello, // HEAD / and HEAD /api/hello: a client asks whether somebody is there
    Metrics,
    Status,
    Explain,
};

struct Endpoint {
    EndpointKind kind = EndpointKind::Json;
    std::string upstreamPath;  // appended to the provider's base URL: /chat/completions
    std::string id;            // Model: the id asked for, decoded
    bool reportsUsage = false; // stream_options.include_usage is understood there

    bool open() const
    {
        return kind == EndpointKind::Health || kind == EndpointKind::Ready || kind == EndpointKind::Hello;
    }
    bool admin() const
    {
        return kind == EndpointKind::Metrics || kind == EndpointKind::Status || kind == EndpointKind::Explain;
    }
};

// Method and path → endpoint (DESIGN section 5). Pure. Errors: not_found (404), method_not_allowed (405),
// upgrade_required (426: a WebSocket is tried on /v1/responses).
Result<Endpoint> findEndpoint(std::string_view method, std::string_view path, bool webSocketUpgrade);

} // namespace signalbox
