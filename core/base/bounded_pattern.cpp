// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bounded_pattern.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr qsizetype longestPattern = 1'000;
constexpr qsizetype partLength = 16'384;
constexpr qsizetype overlap = 1'024;
// The limit holds for each place where a match may begin, so a part's length bounds what one call may take, too.
constexpr auto limits = "(*LIMIT_MATCH=20000)(*LIMIT_DEPTH=2000)"_L1;
constexpr auto options = QRegularExpression::UseUnicodePropertiesOption;

} // namespace

std::optional<BoundedPattern::Problem> BoundedPattern::check(const QString &pattern)
{
    if (pattern.isEmpty())
        return Problem{0, "is empty"};
    if (pattern.size() > longestPattern)
        return Problem{int(longestPattern), "is longer than 1,000 characters"};
    if (pattern.startsWith("(*"_L1))
        return Problem{0, "must not begin with (*, which would set limits of its own"};
    const QRegularExpression expression(pattern, options);
    if (!expression.isValid())
        return Problem{int(expression.patternErrorOffset()), expression.errorString().toStdString()};
    if (QRegularExpression(limits + pattern, options).match(QString()).hasMatch())
        return Problem{0, "matches an empty text, so it would match everywhere"};
    return std::nullopt;
}

Result<BoundedPattern> BoundedPattern::make(const QString &pattern)
{
    if (const auto problem = check(pattern))
        return Error{"pattern_invalid", "character " + std::to_string(problem->position + 1) + ": " + problem->what};
    QRegularExpression expression(limits + pattern, options);
    expression.optimize();
    return BoundedPattern(std::move(expression));
}

bool BoundedPattern::find(QStringView text, Deadline deadline, std::vector<Match> &matches) const
{
    qsizetype known = 0; // matches end here at the latest so far
    for (qsizetype from = 0;; from += partLength - overlap) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        const bool isLast = from + partLength >= text.size();
        const QString part = text.mid(from, partLength).toString();
        // What begins in the overlap is found in the next part, with more text behind it.
        const qsizetype beginBefore = isLast ? part.size() : partLength - overlap;
        for (qsizetype at = std::max<qsizetype>(0, known - from); at < beginBefore;) {
            const QRegularExpressionMatch match = m_expression.match(part, at);
            if (!match.isValid())
                return false;
            if (!match.hasMatch() || match.capturedStart() >= beginBefore)
                break;
            at = std::max(match.capturedEnd(), match.capturedStart() + 1);
            if (match.capturedLength() == 0)
                continue;
            known = from + match.capturedEnd();
            matches.push_back({from + match.capturedStart(), known});
        }
        if (isLast)
            return true;
    }
}

} // namespace signalbox
