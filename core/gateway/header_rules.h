// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/net/http_head.h"

#include <cstdint>
#include <optional>
#include <string>

namespace signalbox {

// What crosses the gateway in the head. Pure.

// Client → provider: content headers and what the dialect needs. Never a credential of the caller, nothing hop-by-hop,
// no cookie, no account header (organisation, project), no x-signalbox-…. The provider's own key and fixed headers are
// added here; `secret` may be empty. `identity`: ask for an uncompressed reply, since usage is read in passing.
HeaderList upstreamHeaders(const HttpRequestHead &client, const ProviderConfig &provider, const std::string &secret,
                           bool identity, int hops);

// Provider → client: all but framing, cookies, CORS, connection and transport headers; Retry-After as whole seconds.
void appendClientHeaders(HeaderList &out, const HttpResponseHead &provider, int64_t nowMs);

// Retry-After (RFC 9110 section 10.2.3: seconds or a date) and retry-after-ms; milliseconds from now.
std::optional<int64_t> retryAfterMs(const HeaderList &headers, int64_t nowMs);

// How many Signalbox gateways the request has passed already.
int hopsOf(const HttpRequestHead &head);

} // namespace signalbox
