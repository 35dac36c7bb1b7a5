// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/secret_reference.h"

#include <algorithm>

namespace signalbox {

namespace {

Error invalid(std::string message)
{
    return Error{"secret_reference_invalid", std::move(message)};
}

bool isEnvironmentName(std::string_view name)
{
    const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; };
    return !name.empty() && letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

} // namespace

Result<SecretReference> parseSecretReference(std::string_view text)
{
    const size_t colon = text.find(':');
    const std::string_view scheme = text.substr(0, colon == std::string_view::npos ? 0 : colon);
    const std::string_view where = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    if (std::any_of(where.begin(), where.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
        return invalid("must not hold control characters");
    if (scheme == "keychain") {
        const size_t slash = where.find('/');
        if (slash == std::string_view::npos || slash == 0 || slash + 1 == where.size())
            return invalid("must be keychain:SERVICE/NAME");
    } else if (scheme == "env") {
        if (!isEnvironmentName(where))
            return invalid("must be env:NAME with the name of an environment variable");
    } else if (scheme == "file") {
        if (where.empty() || where.front() != '/')
            return invalid("must be file:PATH with an absolute path");
    } else if (scheme == "vault" || scheme == "aws-sm") {
        return invalid("this version reads keychain:, env: and file: references only");
    } else {
        return invalid("must be a reference: keychain:SERVICE/NAME, env:NAME or file:PATH; the secret itself does not "
                       "belong here");
    }
    return SecretReference{std::string(scheme), std::string(where)};
}

} // namespace signalbox
