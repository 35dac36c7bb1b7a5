// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace signalbox::openai_chat {

// {"error":{"message","type","param","code"}} as OpenAI shapes it; `type` follows from the status.
std::string errorBody(const Error &error);

// The same as the data of a stream event, with its line ends: `data: {…}\n\n`.
std::string errorEvent(const Error &error);

// A provider's error body made fit for the client: kept when it is this dialect's error object, wrapped otherwise
// (HTML pages, plain text, other shapes). `status` is the provider's.
std::string relayedErrorBody(int status, std::string_view body);

// The provider's message inside its error body, at most 500 bytes, for the log and the ledger.
std::string errorMessageOf(std::string_view body);

} // namespace signalbox::openai_chat
