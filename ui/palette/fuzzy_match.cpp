// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/palette/fuzzy_match.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int perLetter = 1;
constexpr int wordStart = 12;
constexpr int neighbour = 10;
constexpr int textStart = 6;
constexpr int unreachable = -1'000'000;

bool startsWord(QStringView text, qsizetype at)
{
    return at == 0 || !text[at - 1].isLetterOrNumber();
}

} // namespace

// The best of all ways to place the letters: a table of (letters placed, position of the last one). Texts are short.
std::optional<FuzzyHit> fuzzyMatch(QStringView query, QStringView text)
{
    QString letters;
    for (const QChar c : query) {
        if (!c.isSpace())
            letters += c.toCaseFolded();
    }
    const auto wanted = size_t(letters.size());
    const auto length = size_t(text.size());
    if (wanted == 0)
        return FuzzyHit{};
    if (wanted > length)
        return std::nullopt;
    std::vector<std::vector<int>> best(wanted, std::vector<int>(length, unreachable));
    std::vector<std::vector<int>> from(wanted, std::vector<int>(length, -1));
    for (size_t i = 0; i < wanted; ++i) {
        int before = i == 0 ? 0 : unreachable; // the best end of the first i letters, up to two positions back
        int beforeAt = -1;
        for (size_t at = i; at < length; ++at) {
            if (i > 0 && at >= 2 && best[i - 1][at - 2] > before) {
                before = best[i - 1][at - 2];
                beforeAt = int(at) - 2;
            }
            if (text[qsizetype(at)].toCaseFolded() != letters[qsizetype(i)])
                continue;
            int own = perLetter + (startsWord(text, qsizetype(at)) ? wordStart : 0) + (at == 0 ? textStart : 0);
            best[i][at] = before == unreachable ? unreachable : before + own;
            from[i][at] = beforeAt;
            if (i > 0 && at >= 1 && best[i - 1][at - 1] != unreachable &&
                best[i - 1][at - 1] + own + neighbour > best[i][at]) {
                best[i][at] = best[i - 1][at - 1] + own + neighbour;
                from[i][at] = int(at) - 1;
            }
        }
    }
    const auto end = std::max_element(best.back().begin(), best.back().end());
    if (*end <= unreachable)
        return std::nullopt;
    FuzzyHit hit;
    hit.score = *end * 4 - int(std::min<size_t>(length, 60)) / 4; // of equals, the shorter
    int at = int(end - best.back().begin());
    for (size_t i = wanted; i-- > 0;) {
        hit.at.insert(hit.at.begin(), at);
        at = from[i][size_t(at)];
    }
    return hit;
}

} // namespace signalbox
