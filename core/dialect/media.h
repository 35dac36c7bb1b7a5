// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// Small rules that several dialects share. Pure.

struct DataUrl { // RFC 2397, base64 only
    std::string_view mimeType;
    std::string_view data;
};
std::optional<DataUrl> readDataUrl(std::string_view url);

// image/png …, from the first bytes of base64 data; empty when unknown. Ollama sends images without a type.
std::string_view sniffMimeType(std::string_view base64);

// A tool call's arguments as an object: the text itself when it is a JSON object, `{}` when it is empty, and otherwise
// the text under the key "input" (`fits` is then false).
struct ArgumentsObject {
    std::string json;
    bool fits = true;
};
ArgumentsObject argumentsObject(std::string_view arguments);
// Whether the text is one complete JSON object.
bool isJsonObject(std::string_view text);

// A stable id from the exchange's id and a number: PREFIX + 24 letters and digits. The same input gives the same id.
std::string makeId(std::string_view prefix, std::string_view requestId, int number);

// Nine letters or digits, stable for the same id (Mistral's tool call ids).
std::string shortToolId(std::string_view id);

} // namespace signalbox
