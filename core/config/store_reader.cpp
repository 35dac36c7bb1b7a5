// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/store_reader.h"

#include "core/base/bounded_pattern.h"
#include "core/config/config_checks.h"

#include <QtCore/QString>

#include <set>

namespace signalbox {

namespace {

constexpr size_t mostPatterns = 64;
constexpr size_t longestPattern = 4'000; // bytes; characters are counted by the pattern's own check

void readPattern(JsonCursor node, RedactionPattern &pattern)
{
    node.allow({"name", "pattern"});
    node.require("name");
    node.text("name", pattern.name);
    node.require("pattern");
    node.text("pattern", pattern.pattern, longestPattern);
    if (node.log().failed())
        return;
    if (const std::string wrong = checkRedactionName(pattern.name); !wrong.empty())
        node.problem("name", wrong);
    if (const std::string wrong = checkRedactionPattern(pattern.pattern); !wrong.empty())
        node.problem("pattern", wrong);
}

void readRedaction(JsonCursor node, RedactionConfig &redact)
{
    node.allow({"keys", "tokens", "privateKeys", "emails", "cards", "ibans", "phones", "patterns"});
    node.flag("keys", redact.keys);
    node.flag("tokens", redact.tokens);
    node.flag("privateKeys", redact.privateKeys);
    node.flag("emails", redact.emails);
    node.flag("cards", redact.cards);
    node.flag("ibans", redact.ibans);
    node.flag("phones", redact.phones);
    node.each("patterns", [&](JsonCursor child) { readPattern(child, redact.patterns.emplace_back()); });
    std::set<std::string> names;
    for (size_t i = 0; i < redact.patterns.size(); ++i) {
        if (!names.insert(redact.patterns[i].name).second)
            node.log().report(node.at("patterns") + '/' + std::to_string(i) + "/name", "is used twice");
    }
    if (redact.patterns.size() > mostPatterns)
        node.problem("patterns", "must be at most 64; put some together with |");
}

} // namespace

std::string checkRedactionName(const std::string &name)
{
    return checkId(name);
}

std::string checkRedactionPattern(const std::string &pattern)
{
    const auto problem = BoundedPattern::check(QString::fromStdString(pattern));
    return problem ? "character " + std::to_string(problem->position + 1) + ": " + problem->what : std::string();
}

void readStore(JsonCursor node, StoreConfig &store)
{
    node.allow({"bodies", "keepDays", "maxMiB", "redact"});
    std::string bodies = store.bodies == BodyPolicy::All ? "all" : store.bodies == BodyPolicy::None ? "none" : "errors";
    node.oneOf("bodies", bodies, {"all", "errors", "none"});
    store.bodies = bodies == "all" ? BodyPolicy::All : bodies == "none" ? BodyPolicy::None : BodyPolicy::Errors;
    node.whole("keepDays", store.keepDays, 1, 36'500);
    node.whole("maxMiB", store.maxMiB, 16, 1'048'576);
    node.object("redact", [&](JsonCursor child) { readRedaction(child, store.redact); });
}

void readBackup(JsonCursor node, BackupConfig &backup)
{
    constexpr Millis least(3'600'000);
    node.allow({"every", "keep"});
    node.require("every");
    node.duration("every", backup.every);
    if (!node.log().failed() && backup.every < least)
        node.problem("every", "must be 1h or longer");
    node.whole("keep", backup.keep, 1, 1'000);
}

} // namespace signalbox
