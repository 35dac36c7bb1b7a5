// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/redaction_config.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace signalbox {

enum class SensitiveKind { Key, Token, PrivateKey, Email, Card, Iban, Phone };
constexpr int sensitiveKinds = 7;

// The word in a mark: «redacted:email».
std::string_view sensitiveWord(SensitiveKind kind);

struct SensitiveSpan {
    size_t begin = 0;
    size_t end = 0;
    SensitiveKind kind = SensitiveKind::Key;

    bool operator==(const SensitiveSpan &) const = default;
};

// Adds what looks like a secret or like personal data, in its order and not overlapping, in one pass over the text. A
// letter behind a backslash (the n of \n) is not taken for the beginning of a word, since texts often hold JSON.
// `isCut`: the text ends where its keeping ended, so what began there counts however short it is.
void findSensitive(std::string_view text, const RedactionConfig &wanted, bool isCut, std::vector<SensitiveSpan> &spans);

} // namespace signalbox
