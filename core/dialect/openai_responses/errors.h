// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace signalbox::openai_responses {

// The status OpenAI answers with for an error code or, where the code is not known, an error type; else 500.
int statusOf(std::string_view code, std::string_view type);

// `error` of a response object, of an error event or of an error body. `status` 0: found by statusOf.
Error errorOf(const boost::json::value &error, int status);

// The code that Responses clients act upon (Codex: rate_limit_exceeded, context_length_exceeded …).
std::string_view failureCode(const Error &error);

// A provider's error body.
Error readError(int status, std::string_view body);

// `response.failed` as the only event that is known of a stream.
std::string errorEvent(const Error &error);

} // namespace signalbox::openai_responses
