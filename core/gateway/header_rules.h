// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/dialect/dialect.h"
#include "core/net/http_head.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace signalbox {

// What crosses the gateway in the head. Pure.

// Client → provider: content headers and what the dialect needs. Never a credential of the caller, nothing hop-by-hop,
// no cookie, no account header (organisation, project), no x-signalbox-…; nothing that belongs to the client's dialect
// when the provider speaks another. The provider's own key and fixed headers are added here.
struct UpstreamTarget {
    const ProviderConfig &provider;
    std::string_view secret; // may be empty
    Dialect dialect = Dialect::OpenAiChat;
    bool identity = true; // ask for an uncompressed reply, since it is read in passing
    int hops = 0;
    bool translated = false;
};
HeaderList upstreamHeaders(const HttpRequestHead &client, const UpstreamTarget &target);

// The provider's head as it looks to a client of another dialect: its own content type, no account or vendor headers
// but for rate limits.
HttpResponseHead translatedHead(const HttpResponseHead &provider, std::string_view contentType);

// Provider → client: all but framing, cookies, CORS, connection and transport headers; Retry-After as whole seconds.
void appendClientHeaders(HeaderList &out, const HttpResponseHead &provider, int64_t nowMs);

// Retry-After (RFC 9110 section 10.2.3: seconds or a date) and retry-after-ms; milliseconds from now.
std::optional<int64_t> retryAfterMs(const HeaderList &headers, int64_t nowMs);

// Whether some field tells of a rate limit: reading a family of them asks for a dozen, and most servers send none.
bool tellsLimits(const HeaderList &headers);

// As they may be kept: what a name or a value gives away as a credential is masked.
std::vector<std::pair<std::string, std::string>> keptHeaders(const HeaderList &headers,
                                                             std::span<const std::string> secrets);

// As media types are compared: without case, whatever follows.
bool headerValueBegins(std::string_view value, std::string_view beginning);

// How many Signalbox gateways the request has passed already.
int hopsOf(const HttpRequestHead &head);

} // namespace signalbox
