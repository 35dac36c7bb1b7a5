// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_checks.h"
#include "core/config/json_text.h"
#include "core/config/policy_reader.h"
#include "core/config/time_window.h"

#include <QtCore/QTimeZone>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr std::array<std::string_view, 7> contentWords{"image", "audio",  "video",   "document",
                                                       "tools", "schema", "thinking"};
constexpr std::array<std::string_view, 7> dayWords{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

template<class Words>
void readWords(JsonCursor &node, std::string_view key, const Words &words, std::vector<std::string> &out)
{
    node.eachText(key, out);
    if (node.has(key) && out.empty())
        node.problem(key, "must have at least one entry");
    for (size_t i = 0; i < out.size(); ++i) {
        const std::string at = childPointer(node.at(key), std::to_string(i));
        const auto here = out.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find(words.begin(), words.end(), out[i]) == words.end()) {
            std::string list;
            for (const std::string_view word : words)
                list += (list.empty() ? "" : ", ") + std::string(word);
            node.log().report(at, "must be one of " + list + "; found `" + out[i] + "`");
        } else if (std::find(out.begin(), here, out[i]) != here) {
            node.log().report(at, "is there twice");
        }
    }
}

void readTokens(JsonCursor &node, std::string_view key, std::optional<int64_t> &out)
{
    constexpr int most = 1'000'000'000;
    if (!node.has(key))
        return;
    int tokens = 0;
    node.whole(key, tokens, 0, most);
    out = tokens;
}

void readGlob(JsonCursor &node, std::string_view key, std::string &out)
{
    node.text(key, out);
    if (node.has(key) && out.empty())
        node.problem(key, "must be a name or a pattern; leave it out for any");
}

void readHeaderGlobs(JsonCursor &node, std::map<std::string, std::string> &out)
{
    std::map<std::string, std::string> asWritten;
    node.eachMember("header", asWritten);
    for (const auto &[name, pattern] : asWritten) {
        const std::string at = childPointer(node.at("header"), name);
        std::string lower(name);
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
        if (!isHeaderName(name))
            node.log().report(at, "is not a header name");
        else if (isSecretHeader(lower))
            node.log().report(at, "carries a secret, which is not there to route by");
        else if (!out.emplace(lower, pattern).second)
            node.log().report(at, "is there twice, in different letters");
    }
}

void readGlobs(JsonCursor &node, std::string_view key, std::vector<std::string> &out)
{
    node.eachText(key, out);
    for (size_t i = 0; i < out.size(); ++i) {
        if (out[i].empty())
            node.log().report(childPointer(node.at(key), std::to_string(i)), "must be a pattern over provider/model");
    }
}

} // namespace

void readCondition(JsonCursor node, Condition &out)
{
    node.allow({"model", "project", "client", "user", "tag", "header", "has", "tokensAbove", "tokensBelow", "time",
                "days", "timeZone"});
    node.text("model", out.model);
    if (out.model.empty())
        node.problem("model", "must be a pattern over model names");
    readGlob(node, "project", out.project);
    readGlob(node, "client", out.client);
    readGlob(node, "user", out.user);
    readGlob(node, "tag", out.tag);
    readHeaderGlobs(node, out.headers);
    readWords(node, "has", contentWords, out.has);
    readTokens(node, "tokensAbove", out.tokensAbove);
    readTokens(node, "tokensBelow", out.tokensBelow);
    node.text("time", out.time);
    if (node.has("time") && !parseTimeWindow(out.time))
        node.problem("time", "must be two different times of day such as 08:00-18:00");
    readWords(node, "days", dayWords, out.days);
    node.text("timeZone", out.timeZone, 100);
    if (node.has("timeZone") && !QTimeZone(QByteArray::fromStdString(out.timeZone)).isValid())
        node.problem("timeZone", "there is no time zone `" + out.timeZone + "`; use a name such as Europe/Berlin");
    if (node.has("timeZone") && out.time.empty() && out.days.empty())
        node.problem("timeZone", "says something about `time` and `days`, of which none is there");
}

void readConstraints(JsonCursor node, Constraints &out)
{
    node.allow({"regions", "allow", "deny", "minQuality", "qualityOf", "unrated"});
    node.eachText("regions", out.regions);
    for (size_t i = 0; i < out.regions.size(); ++i) {
        if (out.regions[i].empty())
            node.log().report(childPointer(node.at("regions"), std::to_string(i)), "must be a region such as eu");
    }
    if (node.has("regions") && out.regions.empty())
        node.problem("regions", "must have at least one entry; leave it out to allow any");
    readGlobs(node, "allow", out.allow);
    if (node.has("allow") && out.allow.empty())
        node.problem("allow", "must have at least one entry; leave it out to allow any");
    readGlobs(node, "deny", out.deny);
    constexpr double highest = 1e9;
    readNumber(node, "minQuality", out.minQuality, 0, highest);
    node.text("qualityOf", out.qualityOf, 200);
    readUnrated(node, out.unratedAllowed);
    for (const std::string_view key : {"qualityOf", "unrated"}) {
        if (node.has(key) && !out.minQuality)
            node.problem(key, "says something about `minQuality`, which is not there");
    }
}

} // namespace signalbox
