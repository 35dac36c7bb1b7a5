// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/signature_tag.h"

#include "core/dialect/media.h"

namespace signalbox {

namespace {

constexpr std::string_view makers = "CRAGO"; // in the order of Dialect
constexpr size_t markSize = 4;
constexpr size_t tagSize = signatureTagMark.size() + 2 + markSize;

} // namespace

std::string accountMark(std::string_view account)
{
    return makeId({}, account, 0).substr(0, markSize);
}

std::string signatureTag(Dialect maker, bool redacted, std::string_view account)
{
    std::string tag(signatureTagMark);
    tag += makers[static_cast<size_t>(maker)];
    tag += redacted ? 'X' : '0';
    return tag + accountMark(account);
}

std::optional<TaggedSignature> readSignatureTag(std::string_view signature)
{
    if (signature.size() < tagSize || !signature.starts_with(signatureTagMark))
        return std::nullopt;
    const size_t maker = makers.find(signature[signatureTagMark.size()]);
    const char kind = signature[signatureTagMark.size() + 1];
    if (maker == std::string_view::npos || (kind != 'X' && kind != '0'))
        return std::nullopt;
    return TaggedSignature{allDialects[maker], kind == 'X', signature.substr(tagSize - markSize, markSize),
                           signature.substr(tagSize)};
}

} // namespace signalbox
