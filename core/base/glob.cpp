// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/glob.h"

namespace signalbox {

bool globMatch(std::string_view pattern, std::string_view text)
{
    size_t p = 0;
    size_t t = 0;
    size_t starAt = std::string_view::npos;
    size_t retryAt = 0;
    while (t < text.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]) && pattern[p] != '*') {
            ++p;
            ++t;
        } else if (p < pattern.size() && pattern[p] == '*') {
            starAt = p++;
            retryAt = t;
        } else if (starAt != std::string_view::npos) {
            p = starAt + 1;
            t = ++retryAt;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*')
        ++p;
    return p == pattern.size();
}

} // namespace signalbox
