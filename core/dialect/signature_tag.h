// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"

#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// Clients of Anthropic's, Responses' and Gemini's API keep opaque signatures and send them back. One that another API
// made travels to them under a tag that says whose it is, and is recognised when it comes back: it goes to its maker
// again, by the account that made it, or nowhere. The tag has twelve letters of the base64 alphabet, so that the whole
// still reads as base64. Pure.

inline constexpr std::string_view signatureTagMark = "SgnlBx";

// Four letters that stand for an account (PROVIDER/CREDENTIAL).
std::string accountMark(std::string_view account);
std::string signatureTag(Dialect maker, bool redacted, std::string_view account);

struct TaggedSignature {
    Dialect maker = Dialect::Anthropic;
    bool redacted = false;
    std::string_view accountMark;
    std::string_view signature; // without the tag

    bool operator==(const TaggedSignature &) const = default;
};
std::optional<TaggedSignature> readSignatureTag(std::string_view signature);

} // namespace signalbox
