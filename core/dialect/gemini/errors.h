// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/codec.h"

#include <string>
#include <string_view>

namespace signalbox::gemini {

// {"error":{"code","message","status","details"}}. Pure.
std::string errorBody(const Error &error);
// As the only event of a stream; in the middle of a JSON array the reply encoder writes it.
std::string errorEvent(const Error &error, StreamFraming framing);
// From a body, also a list of one, plain text or HTML.
Error readError(int status, std::string_view body);
// From the object under the key `error`, of a body or of a stream's event.
Error errorOf(const boost::json::value &error, int status);

} // namespace signalbox::gemini
