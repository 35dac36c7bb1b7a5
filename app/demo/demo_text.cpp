// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_text.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

using Texts = std::span<const std::string_view>;

constexpr std::array<std::string_view, 24> sentences{
    "The short answer is yes, with one condition that is easy to miss.",
    "Start with the smallest change that makes the failing case pass.",
    "Both queues drain at the same speed, so the longer one decides.",
    "The index covers the filter but not the order, which is why the plan sorts.",
    "Keep the first version boring: one table, one writer, one reader.",
    "I would split this function where the comment says “and then”.",
    "A retry without a limit turns a slow service into a dead one.",
    "Here is the part of the log that matters, with the noise taken out.",
    "The second paragraph repeats the first; dropping it loses nothing.",
    "Measured over a day the median is fine and the tail is not.",
    "In plain words: the cache answers for a user who has already left.",
    "You can check this yourself by stopping the worker for a minute.",
    "The test passes because both sides make the same mistake.",
    "Three of the five steps can run at the same time.",
    "Rounding happens once, at the end, and always in the same direction.",
    "If the file is missing, say so and name the folder that was searched.",
    "The train to Zürich leaves at 9:32, so the meeting should end by nine.",
    "Ask for the date in ISO form and the ambiguity disappears.",
    "The customer wants the refund, not an explanation of the policy.",
    "Two readers understood this sentence in opposite ways.",
    "A table would show the trade-off better than a list.",
    "Nothing here needs a lock as long as one thread owns the map.",
    "The estimate assumes that traffic keeps its weekly shape.",
    "That leaves one open question: who rotates the key?",
};

constexpr std::array<std::string_view, 5> codingQuestions{
    "Why does this query sort although there is an index on the date column?",
    "Write a unit test for the function that merges two sorted lists.",
    "Explain what this stack trace says and where to look first.",
    "Rename the parameter and update the callers in the snippet below.",
    "Is this loop safe when two threads call it?",
};
constexpr std::array<std::string_view, 5> pipelineQuestions{
    "Summarise the failing job in two sentences for the pull request.",
    "Which of these changed files most likely broke the build?",
    "Classify this log line: infrastructure, test or product fault.",
    "Turn this changelog into release notes without internal names.",
    "Does this diff touch anything that needs a migration?",
};
constexpr std::array<std::string_view, 5> supportQuestions{
    "The customer asks how to export all invoices of last year.",
    "Write a friendly answer to a late delivery complaint.",
    "Which article of the handbook answers this question best?",
    "Translate the reply into German and keep the product names.",
    "Is this ticket about billing, login or shipping? One word.",
};
constexpr std::array<std::string_view, 5> researchQuestions{
    "Compare the two survey designs and name the weakest point of each.",
    "Extract author, year and sample size from the abstract.",
    "What would change in the conclusion if the outlier were removed?",
    "List the assumptions that the third figure depends on.",
    "Explain the difference between the two error measures with an example.",
};

constexpr std::string_view helpfulPrompt =
    "You are a careful assistant inside a developer's editor. Answer briefly, show code only when it helps, and say "
    "when you are not sure. Prefer the standard library. Keep the style of the surrounding code. Do not invent names "
    "of functions or options. When a question cannot be answered from what is given, ask for the missing piece.";
constexpr std::string_view pipelinePrompt =
    "You read output of build pipelines. Answer in at most three sentences. Name files and line numbers exactly as "
    "they "
    "appear. Never repeat secrets, tokens or addresses, even when the log shows them. If nothing failed, say so.";
constexpr std::string_view supportPrompt =
    "You draft replies for a customer desk. Be warm and short, never promise dates or money, and use the customer's "
    "language. Quote the handbook article that the answer rests on. Hand over to a person when the customer is angry, "
    "mentions a lawyer, or asks for something the handbook does not cover. Sign with the team's name, not with yours.";
constexpr std::string_view researchPrompt =
    "You help with reading papers. Separate what the authors measured from what they concluded, give page numbers, "
    "keep units, and mark every guess as a guess.";

Texts questionsOf(std::string_view project)
{
    if (project == "pipelines")
        return pipelineQuestions;
    if (project == "support")
        return supportQuestions;
    if (project == "research")
        return researchQuestions;
    return codingQuestions;
}

} // namespace

std::vector<std::string> demoAnswer(DemoRandom &random, int words)
{
    std::vector<std::string> pieces;
    pieces.reserve(size_t(std::max(words, 1)) + 20);
    int sentencesInParagraph = 0;
    std::string lead;
    while (int(pieces.size()) < words) {
        std::string_view sentence = random.pick(Texts(sentences));
        while (!sentence.empty()) {
            const size_t end = std::min(sentence.find(' '), sentence.size());
            pieces.push_back(lead + std::string(sentence.substr(0, end)));
            sentence.remove_prefix(std::min(end + 1, sentence.size()));
            lead = " ";
        }
        if (++sentencesInParagraph >= 4 && random.chance(0.4)) {
            lead = "\n\n";
            sentencesInParagraph = 0;
        }
    }
    return pieces;
}

std::string_view demoSystemPrompt(std::string_view project)
{
    if (project == "pipelines")
        return pipelinePrompt;
    if (project == "support")
        return supportPrompt;
    if (project == "research")
        return researchPrompt;
    return helpfulPrompt;
}

std::string_view demoQuestion(DemoRandom &random, std::string_view project)
{
    return random.pick(questionsOf(project));
}

int64_t demoTokens(size_t bytes)
{
    return std::max<int64_t>(1, int64_t(bytes + 3) / 4);
}

} // namespace signalbox
