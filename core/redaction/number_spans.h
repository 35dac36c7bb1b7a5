// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace signalbox {

// Numbers of people. Each returns where the number that begins at `at` ends; 0: there is none. What stands before it
// is the caller's to judge.

// By issuer, length and Luhn's sum; digits together, or in groups as on cards with blanks or hyphens between.
size_t cardEnd(std::string_view text, size_t at);
// Two capitals, two digits, the country's length, checksum 97-10 of ISO 7064; with blanks between groups of four too.
size_t ibanEnd(std::string_view text, size_t at);
// +49 30 1234567 and other international ones; 415-555-2671 and (415) 555-2671, whose bracket stands before `at`.
size_t phoneEnd(std::string_view text, size_t at);

} // namespace signalbox
