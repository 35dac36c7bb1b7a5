// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/sealed_signature.h"

namespace signalbox::openai_responses {

namespace {

constexpr std::string_view redactedMark = ".redacted";

} // namespace

std::string sealSignature(Dialect dialect, bool redacted, std::string_view signature)
{
    std::string sealed(sealMark);
    sealed += dialectName(dialect);
    if (redacted)
        sealed += redactedMark;
    sealed += ':';
    return sealed.append(signature);
}

std::optional<SealedSignature> openSignature(std::string_view encryptedContent)
{
    if (!encryptedContent.starts_with(sealMark))
        return std::nullopt;
    const size_t colon = encryptedContent.find(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    std::string_view name = encryptedContent.substr(sealMark.size(), colon - sealMark.size());
    const bool redacted = name.ends_with(redactedMark);
    if (redacted)
        name.remove_suffix(redactedMark.size());
    const std::optional<Dialect> dialect = dialectFromName(name);
    if (!dialect)
        return std::nullopt;
    return SealedSignature{*dialect, redacted, encryptedContent.substr(colon + 1)};
}

} // namespace signalbox::openai_responses
