// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/playground/answer_check.h"
#include "core/playground/chat_draft.h"

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// A conversation that was saved, whom to ask and what to expect. Its last turn is the user's.
struct TestCase {
    std::string name;
    ChatDraft draft;
    std::vector<ChatTarget> targets;
    std::vector<AnswerCheck> checks;
};

inline constexpr size_t largestTestCase = 32U * 1024 * 1024;

// Pure, strict: an unknown key is an error. Error case_invalid (400): a JSON pointer and what is allowed; json_invalid
// with line and column. What is written reads back the same; thinking is not kept.
Result<TestCase> readTestCase(std::string_view text);
std::string writeTestCase(const TestCase &testCase);

} // namespace signalbox
