// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/sim_reader.h"

#include "core/catalogue/price_json.h"
#include "core/config/config_reader.h"
#include "core/config/json_cursor.h"
#include "core/config/json_text.h"
#include "core/config/model_reader.h"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace signalbox {

namespace {

constexpr double mostOfAnything = 1e12;
constexpr int mostRequests = std::numeric_limits<int>::max();

void readAmount(JsonCursor &node, std::string_view key, double &out, double least = 0, double most = mostOfAnything)
{
    if (!node.has(key))
        return;
    node.number(key, out);
    if (!(out >= least && out <= most))
        node.problem(key, most < mostOfAnything ? "must be from " + std::to_string(int64_t(least)) + " to " +
                                                      std::to_string(int64_t(most))
                                                : "must be " + std::to_string(int64_t(least)) + " or above");
}

void readWhole(JsonCursor &node, std::string_view key, int64_t &out, int least = 0)
{
    if (!node.has(key))
        return;
    int value = least;
    node.whole(key, value, least, mostRequests);
    out = value;
}

void readTail(JsonCursor node, Distribution &out)
{
    node.allow({"share", "from", "alpha", "most"});
    node.require("share");
    node.require("from");
    readAmount(node, "share", out.tailShare, 0, 1);
    readAmount(node, "from", out.tailFrom);
    readAmount(node, "alpha", out.tailAlpha);
    readAmount(node, "most", out.tailMost);
    if (out.tailAlpha <= 0)
        node.problem("alpha", "must be above 0");
}

// A number, or what it spreads like: {"median","sigma"}, {"mean"}, {"least","most"}, each with or without a "tail".
void readDistribution(JsonCursor &node, std::string_view key, Distribution &out)
{
    const boost::json::value *value = node.find(key);
    if (!value)
        return;
    if (value->is_number()) {
        double fixed = 0;
        readAmount(node, key, fixed);
        out = Distribution::fixed(fixed);
        return;
    }
    node.object(key, [&](JsonCursor spread) {
        spread.allow({"median", "sigma", "mean", "least", "most", "tail"});
        double a = 0;
        double b = 0;
        if (spread.has("median")) {
            readAmount(spread, "median", a);
            readAmount(spread, "sigma", b, 0, 10);
            out = Distribution::logNormal(a, b);
        } else if (spread.has("mean")) {
            readAmount(spread, "mean", a);
            out = Distribution::exponential(a);
        } else if (spread.has("least") && spread.has("most")) {
            readAmount(spread, "least", a);
            readAmount(spread, "most", b, a);
            out = Distribution::uniform(a, b);
        } else {
            spread.log().report(spread.pointer(), "takes a number, {\"median\",\"sigma\"}, {\"mean\"} or "
                                                  "{\"least\",\"most\"}");
        }
        spread.object("tail", [&](JsonCursor tail) { readTail(tail, out); });
    });
}

void readMoment(JsonCursor &node, std::string_view key, int64_t &out)
{
    Millis moment{0};
    if (const boost::json::value *value = node.find(key); value && value->is_int64() && value->get_int64() == 0)
        out = 0;
    else if (value) {
        node.duration(key, moment);
        out = moment.count();
    }
}

void readFailure(JsonCursor &node, FailureClass &out)
{
    static constexpr std::array<FailureClass, 9> told{
        FailureClass::None,           FailureClass::Connect,     FailureClass::Timeout,
        FailureClass::RequestTimeout, FailureClass::RateLimited, FailureClass::Quota,
        FailureClass::Credential,     FailureClass::Overloaded,  FailureClass::Server};
    std::string word = failureName(out);
    node.oneOf("failure", word,
               {"none", "connect", "timeout", "408", "429", "quota", "credential", "overloaded", "5xx"});
    for (const FailureClass failure : told) {
        if (word == failureName(failure))
            out = failure;
    }
}

SimFault readFault(JsonCursor node)
{
    SimFault fault;
    node.allow({"from", "to", "every", "on", "share", "failure", "afterMs", "afterContent", "retryAfter", "slowdown"});
    readMoment(node, "from", fault.fromMs);
    readMoment(node, "to", fault.toMs);
    readMoment(node, "every", fault.everyMs);
    readMoment(node, "on", fault.onMs);
    readAmount(node, "share", fault.share, 0, 1);
    readFailure(node, fault.failure);
    readAmount(node, "afterMs", fault.afterMs);
    node.flag("afterContent", fault.afterContent);
    if (node.has("retryAfter"))
        readMoment(node, "retryAfter", fault.retryAfterMs.emplace(0));
    readAmount(node, "slowdown", fault.slowdown);
    if (fault.toMs <= fault.fromMs)
        node.problem("to", "must come after `from`");
    if (fault.everyMs > 0 && (fault.onMs <= 0 || fault.onMs > fault.everyMs))
        node.problem("on", "must be above 0 and within `every`");
    return fault;
}

void readLimit(JsonCursor node, SimRateLimit &limit)
{
    node.allow({"window", "requests", "tokens", "announced"});
    node.duration("window", limit.window);
    readWhole(node, "requests", limit.requests);
    readWhole(node, "tokens", limit.tokens);
    node.flag("announced", limit.announced);
}

SimUpstreamModel readUpstream(JsonCursor node)
{
    SimUpstreamModel upstream;
    node.allow({"provider", "model", "ttftMs", "msPerThousandInput", "tokensPerSecond", "faults", "limit", "capacity",
                "cacheKept", "price"});
    node.require("provider");
    node.text("provider", upstream.provider);
    node.text("model", upstream.model);
    readDistribution(node, "ttftMs", upstream.ttftMs);
    readAmount(node, "msPerThousandInput", upstream.msPerThousandInput);
    readDistribution(node, "tokensPerSecond", upstream.tokensPerSecond);
    node.each("faults", [&](JsonCursor fault) { upstream.faults.push_back(readFault(fault)); });
    node.object("limit", [&](JsonCursor limit) { readLimit(limit, upstream.limit); });
    node.whole("capacity", upstream.capacity, 0, mostRequests);
    int64_t cacheKeptMs = upstream.cacheKept.count();
    readMoment(node, "cacheKept", cacheKeptMs);
    upstream.cacheKept = Millis(cacheKeptMs);
    node.object("price", [&](JsonCursor price) {
        price.allow({"inputUsdPerMTok", "outputUsdPerMTok", "cacheReadUsdPerMTok", "cacheWriteUsdPerMTok",
                     "cacheWrite1hUsdPerMTok", "inputAudioUsdPerMTok", "outputAudioUsdPerMTok", "inputImageUsdPerMTok",
                     "outputImageUsdPerMTok", "perRequestUsd", "webSearchUsdPer1000", "tiers", "serviceTiers"});
        PriceConfig config;
        config.model = "simulation";
        readPriceKeys(price, config);
        upstream.price = priceFrom(config);
    });
    return upstream;
}

void readContents(JsonCursor &node, Contents &contents)
{
    static constexpr std::array<std::pair<std::string_view, Content>, 7> known{{{"image", Content::Image},
                                                                                {"audio", Content::Audio},
                                                                                {"video", Content::Video},
                                                                                {"document", Content::Document},
                                                                                {"tools", Content::Tools},
                                                                                {"schema", Content::Schema},
                                                                                {"thinking", Content::Thinking}}};
    std::vector<std::string> words;
    node.eachText("has", words);
    for (const std::string &word : words) {
        const auto found = std::find_if(known.begin(), known.end(), [&](const auto &one) { return one.first == word; });
        if (found == known.end())
            node.problem("has", "knows image, audio, video, document, tools, schema and thinking");
        else
            contents.add(found->second);
    }
}

TrafficClass readClass(JsonCursor node)
{
    TrafficClass kind;
    node.allow({"share", "model", "project", "client", "user", "tags", "has", "inputTokens", "outputTokens",
                "maxOutputTokens", "meanTurns", "pauseMs", "patience"});
    readAmount(node, "share", kind.share);
    node.text("model", kind.model);
    node.text("project", kind.project);
    node.text("client", kind.client);
    node.text("user", kind.user);
    node.text("tags", kind.tags);
    readContents(node, kind.contents);
    readDistribution(node, "inputTokens", kind.inputTokens);
    readDistribution(node, "outputTokens", kind.outputTokens);
    if (node.has("maxOutputTokens"))
        readWhole(node, "maxOutputTokens", kind.maxOutputTokens.emplace(1), 1);
    readAmount(node, "meanTurns", kind.meanTurns, 1, 10'000);
    readDistribution(node, "pauseMs", kind.pauseMs);
    int64_t patienceMs = 0;
    readMoment(node, "patience", patienceMs);
    kind.patience = Millis(patienceMs);
    return kind;
}

void readTraffic(JsonCursor node, SyntheticTraffic &traffic)
{
    node.allow({"perSecond", "poisson", "length", "most", "seed", "classes"});
    readAmount(node, "perSecond", traffic.perSecond);
    if (traffic.perSecond <= 0)
        node.problem("perSecond", "must be above 0");
    node.flag("poisson", traffic.poisson);
    node.duration("length", traffic.length);
    readWhole(node, "most", traffic.most, 1);
    int seed = 1;
    node.whole("seed", seed, 0, mostRequests);
    traffic.seed = uint64_t(seed);
    if (!node.has("classes"))
        return;
    traffic.classes.clear();
    node.each("classes", [&](JsonCursor kind) { traffic.classes.push_back(readClass(kind)); });
    const bool any = std::any_of(traffic.classes.begin(), traffic.classes.end(),
                                 [](const TrafficClass &kind) { return kind.share > 0; });
    if (!any)
        node.problem("classes", "needs one with a share above 0");
}

// Its own errors begin with a pointer into it.
Error placed(const Error &error)
{
    return {error.code, (error.message.starts_with('/') ? "/config" : "/config: ") + error.message, error.httpStatus};
}

} // namespace

Result<SimSetup> readSimulation(std::string_view text)
{
    const auto value = parseStrictJson(text);
    if (!value)
        return value.error();
    SimSetup setup;
    ProblemLog log;
    JsonCursor root(*value, "", log);
    root.allow({"config", "upstreams", "traffic", "seed", "slice"});
    int seed = 1;
    root.whole("seed", seed, 0, mostRequests);
    setup.options.seed = uint64_t(seed);
    root.duration("slice", setup.options.slice);
    root.each("upstreams", [&](JsonCursor node) { setup.upstreams.push_back(readUpstream(node)); });
    root.object("traffic", [&](JsonCursor node) { readTraffic(node, setup.traffic.emplace()); });
    if (log.failed())
        return Error{"config_invalid", log.message(), 400};
    if (const boost::json::value *config = root.find("config")) {
        auto read = readConfig(boost::json::serialize(*config));
        if (!read)
            return placed(read.error());
        setup.config = std::move(*read);
    }
    return setup;
}

} // namespace signalbox
