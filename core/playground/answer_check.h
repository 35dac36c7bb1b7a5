// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/reply_events.h"

#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace signalbox {

// What an answer is expected to be. Pure.
struct AnswerCheck {
    enum class Kind {
        Contains,
        Lacks,
        Equals,  // white space around it does not count
        Matches, // a regular expression, anywhere
        Shape,   // the answer is JSON of this shape
        Calls,   // it calls this tool
    };
    Kind kind = Kind::Contains;
    std::string text{};         // all but Shape
    boost::json::value shape{}; // type, properties, required, items, enum, const of JSON Schema

    bool operator==(const AnswerCheck &) const = default;
};
const char *checkName(AnswerCheck::Kind kind); // contains, lacks, equals, matches, json, calls

// At the pointer of the check. check_invalid (400): an expression or a shape that cannot be used.
Result<void> validateCheck(const AnswerCheck &check, const std::string &pointer);

struct CheckOutcome {
    bool passed = false;
    std::string text; // for a person: what was expected and, when it failed, what came

    bool operator==(const CheckOutcome &) const = default;
};
std::vector<CheckOutcome> runChecks(const std::vector<AnswerCheck> &checks, const FoldedReply &reply);

} // namespace signalbox
