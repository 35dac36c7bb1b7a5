// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::openai_responses {

// A Responses client keeps one opaque text for each reasoning item, `encrypted_content`, and sends it back. Thinking
// that another API signed travels in it as `signalbox.DIALECT:SIGNATURE` (`signalbox.DIALECT.redacted:…` for a redacted
// block), so that a conversation goes on with that API without anything kept here. OpenAI refuses such a text: a body
// that holds `"signalbox.` must be translated, not passed through, when it goes to a Responses provider. Pure.
inline constexpr std::string_view sealMark = "signalbox.";

struct SealedSignature {
    Dialect dialect;
    bool redacted;
    std::string_view signature;
};

std::string sealSignature(Dialect dialect, bool redacted, std::string_view signature);
// nullopt: not sealed by us, so OpenAI's own.
std::optional<SealedSignature> openSignature(std::string_view encryptedContent);

} // namespace signalbox::openai_responses
