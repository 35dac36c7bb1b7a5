// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/model_family.h"

namespace signalbox::gemini {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// "2.5-flash" → 25, "3-pro" → 30, "flash-latest" → 0
int versionAt(std::string_view text)
{
    if (text.empty() || !isDigit(text[0]))
        return 0;
    const int major = text[0] - '0';
    const bool longMajor = text.size() > 1 && isDigit(text[1]);
    if (longMajor)
        return major * 100 + (text[1] - '0') * 10;
    const bool hasMinor = text.size() > 2 && text[1] == '.' && isDigit(text[2]);
    return major * 10 + (hasMinor ? text[2] - '0' : 0);
}

bool isUnreserved(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

} // namespace

std::pair<int64_t, int64_t> ModelFamily::budgetRange() const
{
    if (pro)
        return {128, 32'768};
    return {lite ? 512 : 1, 24'576};
}

ModelFamily modelFamily(std::string_view model)
{
    ModelFamily family;
    constexpr std::string_view name = "gemini-";
    const size_t at = model.find(name);
    if (at != std::string_view::npos)
        family.version = versionAt(model.substr(at + name.size()));
    else if (model.find("gemma") != std::string_view::npos || model.find("learnlm") != std::string_view::npos)
        family.version = 10; // neither thinks
    family.pro = model.find("pro") != std::string_view::npos;
    family.lite = model.find("lite") != std::string_view::npos;
    return family;
}

std::string modelPath(std::string_view model)
{
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string path;
    for (const std::string_view prefix : {std::string_view("models/"), std::string_view("tunedModels/")}) {
        if (model.starts_with(prefix)) {
            path = prefix;
            model.remove_prefix(prefix.size());
            break;
        }
    }
    if (path.empty())
        path = "models/";
    for (const char c : model) {
        if (isUnreserved(c)) {
            path += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        path += '%';
        path += digits[byte >> 4U];
        path += digits[byte & 0xfU];
    }
    return path;
}

} // namespace signalbox::gemini
