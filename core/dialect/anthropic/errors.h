// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/json_writer.h"

#include <string>
#include <string_view>

namespace signalbox::anthropic {

const char *errorTypeOf(int status);
// What an error of this type would be as a status; 500 for a type nobody knows.
int statusOfErrorType(std::string_view type);

std::string errorBody(const Error &error);
std::string errorEvent(const Error &error);
// From a body of the provider; any shape, also plain text and HTML.
Error readError(int status, std::string_view body);
// From the object under "error".
Error readErrorObject(const boost::json::value &error, int status);

} // namespace signalbox::anthropic
