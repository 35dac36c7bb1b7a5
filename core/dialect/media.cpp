// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/media.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr std::string_view idLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

// FNV-1a with a final avalanche: ids need no secrecy, only stability and spread.
uint64_t hashOf(std::string_view text, uint64_t seed)
{
    uint64_t hash = 0xcbf29ce484222325ULL ^ (seed * 0x9e3779b97f4a7c15ULL);
    for (const char c : text)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    hash ^= hash >> 32U;
    hash *= 0xd6e8feb86659fd93ULL;
    return hash ^ (hash >> 32U);
}

void appendLetters(std::string &out, uint64_t hash, int count)
{
    for (int i = 0; i < count; ++i) {
        out += idLetters[hash % idLetters.size()];
        hash /= idLetters.size();
    }
}

struct Magic {
    std::string_view base64;
    std::string_view type;
};

constexpr std::array<Magic, 11> magics = {{{"iVBORw0KGg", "image/png"},
                                           {"/9j/", "image/jpeg"},
                                           {"R0lGOD", "image/gif"},
                                           {"Qk0", "image/bmp"}, // the two bytes and what may follow them
                                           {"Qk1", "image/bmp"},
                                           {"Qk2", "image/bmp"},
                                           {"Qk3", "image/bmp"},
                                           {"SUkq", "image/tiff"},
                                           {"TU0AK", "image/tiff"},
                                           {"JVBERi0", "application/pdf"},
                                           {"SUQz", "audio/mpeg"}}};

// RIFF files say what they are in bytes 8 to 11.
std::string_view riffType(std::string_view base64)
{
    const std::string_view kind = base64.size() < 16 ? std::string_view() : base64.substr(12, 4);
    if (kind == "RUJQ")
        return "image/webp";
    return kind == "QVZF" ? "audio/wav" : std::string_view();
}

bool startsWithWord(std::string_view text, std::string_view lowerCase)
{
    return text.size() >= lowerCase.size() &&
           std::equal(lowerCase.begin(), lowerCase.end(), text.begin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); });
}

} // namespace

std::optional<DataUrl> readDataUrl(std::string_view url)
{
    if (!startsWithWord(url, "data:"))
        return std::nullopt;
    const size_t comma = url.find(',');
    if (comma == std::string_view::npos)
        return std::nullopt;
    std::string_view head = url.substr(5, comma - 5);
    constexpr std::string_view mark = ";base64";
    if (head.size() < mark.size() || !startsWithWord(head.substr(head.size() - mark.size()), mark))
        return std::nullopt;
    head.remove_suffix(mark.size());
    return DataUrl{head.substr(0, head.find(';')), url.substr(comma + 1)};
}

std::string_view sniffMimeType(std::string_view base64)
{
    if (base64.starts_with("UklGR"))
        return riffType(base64);
    for (const Magic &magic : magics) {
        if (base64.starts_with(magic.base64))
            return magic.type;
    }
    return {};
}

bool isJsonObject(std::string_view text)
{
    boost::system::error_code code;
    boost::json::parse_options options;
    options.max_depth = 128;
    const boost::json::value value = boost::json::parse(text, code, {}, options);
    return !code && value.is_object();
}

ArgumentsObject argumentsObject(std::string_view arguments)
{
    if (arguments.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return {"{}", true};
    if (isJsonObject(arguments))
        return {std::string(arguments), true};
    return {boost::json::serialize(boost::json::object{{"input", arguments}}), false};
}

std::string makeId(std::string_view prefix, std::string_view requestId, int number)
{
    std::string id(prefix);
    const auto seed = static_cast<uint64_t>(number) * 3;
    appendLetters(id, hashOf(requestId, seed), 10);
    appendLetters(id, hashOf(requestId, seed + 1), 10);
    appendLetters(id, hashOf(requestId, seed + 2), 4);
    return id;
}

std::string shortToolId(std::string_view id)
{
    std::string made;
    appendLetters(made, hashOf(id, 7), 9);
    return made;
}

} // namespace signalbox
