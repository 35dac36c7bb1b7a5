// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/loss_report.h"

#include <optional>
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

// What a provider's error body says: its own code or type, the message (at most 500 bytes), the status it came with.
Error readError(int status, std::string_view body);

// The error inside a parsed reply or stream event, in whichever of the known shapes; nullopt when it holds none. The
// status is what the provider says or what its words stand for.
std::optional<Error> errorIn(const boost::json::value &root);

} // namespace signalbox::openai_chat
