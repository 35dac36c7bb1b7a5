// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace signalbox {

// Where a secret is kept: `scheme:where`. keychain:SERVICE/NAME, env:NAME, file:PATH (absolute).
struct SecretReference {
    std::string scheme;
    std::string where;
};

// Syntax only. Error code secret_reference_invalid; the message never repeats the text, which may be a real key that
// was put here by mistake.
Result<SecretReference> parseSecretReference(std::string_view text);

} // namespace signalbox
