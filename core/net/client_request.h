// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_client.h"

namespace signalbox {

// The head, with the body behind it unless that is streamed. Refuses whatever could smuggle a second request:
// errors: request_invalid. The body is taken out of the request: a large one is not copied where it has room for the
// head.
Result<std::string> serializeRequest(HttpClientRequest &request);

// One chunk of a chunked body; nothing for empty bytes, which would end the body.
void appendChunk(std::string &out, std::string_view bytes);
inline constexpr std::string_view lastChunk = "0\r\n\r\n";

} // namespace signalbox
