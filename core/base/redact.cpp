// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/redact.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace signalbox {

namespace {

constexpr std::string_view mask = "[redacted]";
constexpr size_t shortestSecret = 8;
constexpr size_t shortestKeyTail = 12;

bool isKeyCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.';
}

void replaceAll(std::string &text, std::string_view what)
{
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + mask.size()))
        text.replace(at, what.size(), mask);
}

void maskAfter(std::string &text, std::string_view prefix, bool keepPrefix)
{
    size_t from = 0;
    for (size_t at; (at = text.find(prefix, from)) != std::string::npos;) {
        const bool atWordStart = at == 0 || !isKeyCharacter(text[at - 1]);
        size_t end = at + prefix.size();
        while (end < text.size() && isKeyCharacter(text[end]))
            ++end;
        if (!atWordStart || end - at - prefix.size() < shortestKeyTail) {
            from = at + prefix.size();
            continue;
        }
        const size_t begin = keepPrefix ? at + prefix.size() : at;
        text.replace(begin, end - begin, mask);
        from = begin + mask.size();
    }
}

} // namespace

std::string redactSecrets(std::string_view text, std::span<const std::string> known)
{
    std::string out(text);
    for (const std::string &secret : known) {
        if (secret.size() >= shortestSecret)
            replaceAll(out, secret);
    }
    for (const std::string_view prefix : {"sk-", "sk_", "AIza", "gsk_", "xai-", "pplx-", "hf_", "r8_", "nvapi-", "sb-"})
        maskAfter(out, prefix, false);
    maskAfter(out, "Bearer ", true);
    maskAfter(out, "bearer ", true);
    return out;
}

bool isSensitiveHeader(std::string_view name)
{
    constexpr std::array<std::string_view, 11> words = {"auth", "bearer", "cookie", "credential", "csrf", "jwt",
                                                        "key",  "pass",   "secret", "signature",  "token"};
    constexpr size_t longest = 64; // of a name that is looked at letter by letter; longer ones are odd enough to mask
    if (name.size() > longest)
        return true;
    char lower[longest];
    std::transform(name.begin(), name.end(), lower,
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    const std::string_view text(lower, name.size());
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

} // namespace signalbox
