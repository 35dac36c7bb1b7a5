// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace signalbox {

struct RedactionPattern {
    std::string name;    // in the mark: «redacted:name»
    std::string pattern; // see core/base/bounded_pattern.h

    bool operator==(const RedactionPattern &) const = default;
};

// What is masked in bodies before they are kept. The gateway's own keys and what headers hold as credentials are masked
// whatever stands here.
struct RedactionConfig {
    bool keys = true;        // by the beginnings of vendors' keys and of access tokens
    bool tokens = true;      // behind Bearer and Basic, and JSON web tokens
    bool privateKeys = true; // PEM blocks
    bool emails = true;
    bool cards = true; // by issuer, length and Luhn's sum
    bool ibans = true; // by country, length and checksum
    bool phones = false;
    std::vector<RedactionPattern> patterns;

    bool operator==(const RedactionConfig &) const = default;
};

} // namespace signalbox
