// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace signalbox::ollama {

std::string errorBody(const Error &error); // {"error":"…"}
std::string errorLine(const Error &error); // the same as the last line of a stream

// What a provider's error body says, whatever its shape: Ollama's own, another API's error object, plain text, HTML.
Error readError(int status, std::string_view body);

// The `error` member of a line of a stream or of a body that came with status 200. Ollama has no status there, so it
// is told from its words; 500 when they say nothing.
Error errorOf(const boost::json::value &member);

} // namespace signalbox::ollama
