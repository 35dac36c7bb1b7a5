// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_keepsakes.h"

namespace signalbox {

namespace {

constexpr int64_t minute = 60'000;
constexpr int64_t hour = 60 * minute;
constexpr int64_t day = 24 * hour;

TestCase askOnce(std::string name, std::string system, std::string question)
{
    TestCase made;
    made.name = std::move(name);
    made.draft.settings.system = std::move(system);
    made.draft.turns.push_back({.assistant = false, .text = std::move(question)});
    return made;
}

AnswerCheck check(AnswerCheck::Kind kind, std::string text)
{
    return {.kind = kind, .text = std::move(text)};
}

} // namespace

std::vector<AuditEntry> makeDemoAudit(int64_t nowMs)
{
    const auto at = [nowMs](int64_t ago, const char *who, const char *source, const char *kind, const char *what) {
        return AuditEntry{0, nowMs - ago, who, source, kind, what};
    };
    const auto changed = [&at](int64_t ago, const char *who, const char *source, const char *what, const char *pointer,
                               const char *before, const char *after) {
        AuditEntry entry = at(ago, who, source, "config", what);
        entry.pointer = pointer;
        entry.before = before;
        entry.after = after;
        return entry;
    };
    std::vector<AuditEntry> entries;
    entries.push_back(at(12 * day, "ada", "console", "key", "client contractor added"));
    entries.push_back(changed(9 * day, "ada", "console", "weights of fast changed",
                              "/routes/1/to/children/0/children/0/weight", "50", "60"));
    entries.push_back(at(6 * day + 3 * hour, "ben", "console", "catalogue", "catalogue updated"));
    entries.push_back(
        changed(4 * day + 2 * hour, "root", "file", "config file changed", "/projects/0/budget/limitUsd", "40", "50"));
    entries.push_back(at(3 * day, "ben", "console", "key", "client old-laptop revoked"));
    entries.push_back(at(day + 5 * hour, "ada", "daemon", "gateway", "the gateway stopped"));
    entries.push_back(at(day + 5 * hour - minute, "ada", "daemon", "gateway", "the gateway started"));
    entries.push_back(
        changed(7 * hour, "ada", "console", "budget research-month changed", "/budgets/1/limit/usd", "10", "12"));
    return entries;
}

std::vector<TestCase> makeDemoCases()
{
    std::vector<TestCase> cases;
    TestCase whole =
        askOnce("Answers in whole sentences", "Answer in plain words.", "What should I do about the slow query?");
    whole.targets = {{ChatTarget::Kind::Model, "fast"}};
    whole.checks = {check(AnswerCheck::Kind::Matches, "[A-Z].+\\."), check(AnswerCheck::Kind::Lacks, "TODO")};
    TestCase calm = askOnce("Never promises a refund", "You answer for the customer desk.",
                            "Write a friendly answer to a late delivery complaint.");
    calm.targets = {{ChatTarget::Kind::Model, "smart"}, {ChatTarget::Kind::Target, "cirrus/cirrus-open-8b"}};
    calm.checks = {check(AnswerCheck::Kind::Lacks, "we will refund")};
    TestCase word = askOnce("Sorts tickets with one word", "Answer with one word: billing, login or shipping.",
                            "I cannot sign in since yesterday.");
    word.targets = {{ChatTarget::Kind::Model, "fast"}};
    word.checks = {check(AnswerCheck::Kind::Equals, "login")}; // the simulated models are too talkative for it
    cases.push_back(std::move(whole));
    cases.push_back(std::move(calm));
    cases.push_back(std::move(word));
    return cases;
}

} // namespace signalbox
