// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bounded_pattern.h"
#include "core/redaction/sensitive_spans.h"

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// Masks what a config names in bodies before they are kept: each place becomes a mark such as «redacted:email». JSON
// stays JSON and all else stays byte for byte. A text that a stream brings in pieces is looked at as a whole: the mark
// stands in the first piece, and the others lose their part. Immutable, may be used from several threads; one pass for
// all that is built in, and the user's patterns together get `patience` for a body: what is left then is masked
// altogether, since nobody has looked at it.
class BodyRedactor
{
public:
    static constexpr std::chrono::milliseconds patience{2'000};

    // Values of secrets that are masked wherever they occur; patterns that cannot be used are left out (the config's
    // reader refuses them).
    BodyRedactor(RedactionConfig config, std::vector<std::string> secrets);

    struct Masked {
        std::string bytes;
        std::map<std::string, int> counts; // by the word of their marks
        bool gaveUp = false;               // a pattern was too slow, and more was masked than it asked for
    };
    Masked mask(std::string_view body, bool isCut) const;
    Masked mask(std::string_view body, bool isCut, BoundedPattern::Deadline until) const;

private:
    class Run;
    struct Pattern {
        std::string name;
        BoundedPattern expression;
    };

    RedactionConfig m_config;
    std::vector<std::string> m_secrets;
    std::vector<Pattern> m_patterns;
};

// How many marks a text holds: it is not what was sent.
size_t countMarks(std::string_view body);

} // namespace signalbox
