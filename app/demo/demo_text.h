// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_random.h"

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// Made-up prompts and answers of the demo. Pure.

// An answer of about `words` words, cut into pieces as a provider streams them; joined they are the whole text.
std::vector<std::string> demoAnswer(DemoRandom &random, int words);

std::string_view demoSystemPrompt(std::string_view project);
std::string_view demoQuestion(DemoRandom &random, std::string_view project);

// Rough count as tokenisers of English give it: four bytes a token.
int64_t demoTokens(size_t bytes);

} // namespace signalbox
