// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace signalbox {

// Takes secrets out of text that a person or a log may see. Every occurrence of a known secret, and anything
// shaped like a vendor's API key (sk-…, AIza…, gsk_…, xai-…, Bearer …), becomes `[redacted]`.
// Known secrets shorter than 8 bytes are ignored: they would blank ordinary words.
std::string redactSecrets(std::string_view text, std::span<const std::string> known = {});

// True when a header's name says that its value is a credential (CONSOLE.md section 3).
bool isSensitiveHeader(std::string_view name);

} // namespace signalbox
