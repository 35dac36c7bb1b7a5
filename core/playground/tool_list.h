// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <boost/json/value.hpp>

#include <string_view>

namespace signalbox {

// JSON that a person wrote; errors tell line and column. json_invalid (400).
Result<boost::json::value> parseWritten(std::string_view text, boost::json::storage_ptr storage = {});

// A list of tools: [{"name", "description", "parameters"}], also in OpenAI's ({"type": "function", "function": {…}})
// and Anthropic's form (input_schema). Errors (400): json_invalid, tools_invalid with the JSON pointer and what is
// allowed.
Result<boost::json::value> parseTools(std::string_view text, boost::json::storage_ptr storage = {});
// A JSON schema: an object.
Result<boost::json::value> parseSchema(std::string_view text, boost::json::storage_ptr storage = {});

// Of one tool of that list; null where it has none.
const boost::json::object &toolBody(const boost::json::object &tool);
const boost::json::value *toolSchema(const boost::json::object &body);

} // namespace signalbox
