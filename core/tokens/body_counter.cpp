// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/media.h"
#include "core/tokens/media_rules.h"
#include "core/tokens/request_counter.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace signalbox {

namespace {

constexpr int64_t perMessage = 4;
constexpr size_t leastMedia = 256; // of base64; shorter texts are counted as texts

// Values that a model does not read, or reads as part of a message's overhead.
constexpr std::array<std::string_view, 22> unread = {"role",
                                                     "type",
                                                     "id",
                                                     "model",
                                                     "mime_type",
                                                     "media_type",
                                                     "mimeType",
                                                     "signature",
                                                     "thoughtSignature",
                                                     "encrypted_content",
                                                     "tool_call_id",
                                                     "call_id",
                                                     "tool_use_id",
                                                     "status",
                                                     "user",
                                                     "service_tier",
                                                     "previous_response_id",
                                                     "prompt_cache_key",
                                                     "detail",
                                                     "ttl",
                                                     "user_id",
                                                     "keep_alive"};

// Objects whose keys and marks are read as well, so they count as the text they are.
constexpr std::array<std::string_view, 9> readWhole = {"tools", "functions",       "response_format",
                                                       "args",  "arguments",       "response",
                                                       "input", "response_schema", "responseSchema"};

template<size_t N>
bool isOneOf(const std::array<std::string_view, N> &words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

// The quote that closes a string which begins behind `at`; the size when none does.
size_t stringEnd(std::string_view body, size_t at)
{
    while (at < body.size()) {
        const size_t quote = body.find('"', at);
        if (quote == std::string_view::npos)
            return body.size();
        size_t slashes = 0;
        while (quote > at + slashes && body[quote - slashes - 1] == '\\')
            ++slashes;
        if (slashes % 2 == 0)
            return quote;
        at = quote + 1;
    }
    return body.size();
}

// Behind the bracket that closes the one at `at`.
size_t valueEnd(std::string_view body, size_t at)
{
    size_t depth = 0;
    for (; at < body.size(); ++at) {
        const char c = body[at];
        if (c == '"')
            at = stringEnd(body, at + 1);
        else if (c == '{' || c == '[')
            ++depth;
        else if ((c == '}' || c == ']') && --depth == 0)
            return at + 1;
    }
    return body.size();
}

size_t skipBlanks(std::string_view body, size_t at)
{
    while (at < body.size() && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t'))
        ++at;
    return at;
}

int hexValue(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// \uXXXX at `at`; -1 when it is none.
int unicodeEscape(std::string_view text, size_t at)
{
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u')
        return -1;
    int code = 0;
    for (size_t i = at + 2; i < at + 6; ++i) {
        const int digit = hexValue(text[i]);
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

void appendUtf8(std::string &out, uint32_t code)
{
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xc0U | code >> 6U);
        out += static_cast<char>(0x80U | (code & 0x3fU));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xe0U | code >> 12U);
        out += static_cast<char>(0x80U | (code >> 6U & 0x3fU));
        out += static_cast<char>(0x80U | (code & 0x3fU));
    } else {
        out += static_cast<char>(0xf0U | code >> 18U);
        out += static_cast<char>(0x80U | (code >> 12U & 0x3fU));
        out += static_cast<char>(0x80U | (code >> 6U & 0x3fU));
        out += static_cast<char>(0x80U | (code & 0x3fU));
    }
}

// The string's value; the text itself when nothing in it is escaped. Half a surrogate pair becomes a bad sequence,
// which the tokeniser replaces as the reference does.
std::string_view unescaped(std::string_view text, std::string &scratch)
{
    if (text.find('\\') == std::string_view::npos)
        return text;
    scratch.clear();
    scratch.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        const size_t slash = std::min(text.find('\\', at), text.size());
        scratch.append(text, at, slash - at);
        at = slash;
        if (at + 1 >= text.size())
            break;
        const int code = unicodeEscape(text, at);
        if (code >= 0) {
            const int low = code >= 0xd800 && code < 0xdc00 ? unicodeEscape(text, at + 6) : -1;
            const bool pair = low >= 0xdc00 && low < 0xe000;
            appendUtf8(scratch, pair ? 0x10000U + ((static_cast<uint32_t>(code) & 0x3ffU) << 10U) +
                                           (static_cast<uint32_t>(low) & 0x3ffU)
                                     : static_cast<uint32_t>(code));
            at += pair ? 12 : 6;
            continue;
        }
        constexpr std::string_view names = "nrtbf";
        constexpr std::string_view values = "\n\r\t\b\f";
        const size_t which = names.find(text[at + 1]);
        scratch += which == std::string_view::npos ? text[at + 1] : values[which];
        at += 2;
    }
    return scratch;
}

struct FoundMedia {
    MediaKind kind = MediaKind::Image;
    std::string_view base64;
};

MediaKind kindOf(std::string_view mimeType)
{
    if (mimeType.starts_with("audio/"))
        return MediaKind::Audio;
    if (mimeType.starts_with("video/"))
        return MediaKind::Video;
    return mimeType.starts_with("image/") ? MediaKind::Image : MediaKind::Document;
}

std::optional<FoundMedia> mediaIn(std::string_view value, std::string_view key)
{
    if (const auto url = readDataUrl(value); url && !url->mimeType.starts_with("text/"))
        return FoundMedia{kindOf(url->mimeType), url->data};
    if (value.size() < leastMedia || value.substr(0, leastMedia).find_first_of(" \n\\.,:") != std::string_view::npos)
        return std::nullopt;
    const std::string_view mimeType = sniffMimeType(value);
    if (!mimeType.empty())
        return FoundMedia{kindOf(mimeType), value};
    if (key == "data" || key == "file_data")
        return FoundMedia{MediaKind::Document, value};
    return std::nullopt;
}

// Calls text(view), media(found) and message() for what a body holds. Texts still have their escapes.
template<class Text, class Media, class MessageSeen>
void scanBody(std::string_view body, const Text &text, const Media &media, const MessageSeen &message)
{
    std::string_view key;
    for (size_t at = 0; at < body.size();) {
        if (body[at] != '"') {
            ++at;
            continue;
        }
        const size_t end = stringEnd(body, at + 1);
        const std::string_view value = body.substr(at + 1, std::min(end, body.size()) - at - 1);
        at = skipBlanks(body, end + 1);
        if (at < body.size() && body[at] == ':') {
            key = value;
            at = skipBlanks(body, at + 1);
            const bool opens = at < body.size() && (body[at] == '{' || (body[at] == '[' && key != "input"));
            if (opens && isOneOf(readWhole, key)) {
                const size_t behind = valueEnd(body, at);
                text(body.substr(at, behind - at));
                at = behind;
            }
            continue;
        }
        if (key == "role")
            message();
        if (isOneOf(unread, key))
            continue;
        if (const auto found = mediaIn(value, key))
            media(*found);
        else
            text(value);
    }
}

} // namespace

RequestTokens RequestCounter::countBody(std::string_view body, const TokenFamily &family)
{
    size_t bytes = body.size();
    if (bytes > mostText) { // most of it may be media
        bytes = 0;
        scanBody(
            body, [&bytes](std::string_view text) { bytes += text.size(); }, [](const FoundMedia &) {}, [] {});
    }
    begin(family, bytes);
    RequestTokens sum;
    std::string scratch;
    scanBody(
        body, [&](std::string_view text) { addText(sum, unescaped(text, scratch)); },
        [&](const FoundMedia &found) {
            sum.other += mediaTokens(m_family, {found.kind, found.base64, {}}).tokens;
        },
        [&sum] { sum.other += perMessage; });
    sum.guessed = true;
    return sum;
}

} // namespace signalbox
