// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QRegularExpression>
#include <QtCore/QStringView>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

// A regular expression of a person's, matched so that a bad one cannot stall: the steps of a match are limited, long
// texts are looked at in parts of 16,384 characters, and there is a moment at which it ends. A match may be at most
// 1,024 characters long. Immutable once made; may be used from several threads.
class BoundedPattern
{
public:
    using Deadline = std::chrono::steady_clock::time_point;
    struct Problem {
        int position = 0; // in characters, from 0
        std::string what;
    };
    struct Match {
        qsizetype begin = 0;
        qsizetype end = 0;
    };

    static std::optional<Problem> check(const QString &pattern); // nothing: it can be used
    static Result<BoundedPattern> make(const QString &pattern);

    // Adds the matches in their order, without empty ones. False: it was given up, by steps or by time.
    bool find(QStringView text, Deadline deadline, std::vector<Match> &matches) const;

private:
    explicit BoundedPattern(QRegularExpression expression) : m_expression(std::move(expression)) {}

    QRegularExpression m_expression;
};

} // namespace signalbox
