// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "matrix_cell.h"

#include <map>
#include <string>
#include <tuple>

namespace matrix {

struct Place {
    signalbox::Dialect client;
    signalbox::Dialect provider;
    Scenario scenario;

    bool operator<(const Place &other) const
    {
        return std::tie(client, provider, scenario) < std::tie(other.client, other.provider, other.scenario);
    }
    std::string name() const; // "anthropic -> gemini: thinking"
};
using Verdicts = std::map<Place, Verdict>;

// The table of cells that are not `yes`, one line each: NAME | verdict.
std::string verdictLines(const Verdicts &verdicts);
std::map<std::string, std::string> readVerdictLines(const std::string &text);

// The matrix for people, in Markdown, with footnotes.
std::string markdown(const Verdicts &verdicts);

// The text between the README's two marks, and the README with another text there; empty when the marks are missing.
std::string markedPart(const std::string &readme);
std::string withMarkedPart(const std::string &readme, const std::string &part);

} // namespace matrix
