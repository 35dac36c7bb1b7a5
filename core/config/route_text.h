// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// The routes of a config as text to edit, and back. Pure; callable from any thread.

// The list of routes as it stands in `gateway.json`, without the indentation of its place; "[]" when there is none.
std::string routesText(const Config &config);

// The config with the routes of this text. Errors as readConfig(); a pointer begins at the config: /routes/0/to.
Result<Config> withRoutes(const Config &config, std::string_view routes);

// Where a value stands in valid JSON, by RFC 6901 pointer: bytes [begin, end). Falls back on the nearest container that
// exists (an unknown or missing key). nullopt: the text is not JSON.
struct TextSpan {
    size_t begin = 0;
    size_t end = 0;
};
// All lines but the first begin so many columns further left.
std::string dedentedText(std::string_view text, size_t columns);
std::optional<TextSpan> spanOf(std::string_view json, std::string_view pointer);

// The deepest value that holds this byte of valid JSON, by pointer; empty: none, or the whole.
std::string pointerAt(std::string_view json, size_t at);

// Of a problem that withRoutes() reports, in the text of the routes; also `line 3, column 7: …`.
std::optional<TextSpan> problemSpan(std::string_view routes, std::string_view message);

} // namespace signalbox
