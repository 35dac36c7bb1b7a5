// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"

#include "core/config/access_reader.h"
#include "core/config/alerts_reader.h"
#include "core/config/answers_reader.h"
#include "core/config/budget_reader.h"
#include "core/config/config_checks.h"
#include "core/config/json_text.h"
#include "core/config/model_reader.h"
#include "core/config/policy_reader.h"
#include "core/config/presets.h"
#include "core/config/secret_reference.h"
#include "core/config/store_reader.h"

#include <QtNetwork/QHostAddress>

#include <boost/json/serialize.hpp>

namespace signalbox {

namespace {

using Check = std::string (*)(const std::string &);

void apply(JsonCursor &node, std::string_view key, const std::string &value, Check check)
{
    const std::string wrong = check(value);
    if (!wrong.empty())
        node.problem(key, wrong);
}

void readId(JsonCursor &node, std::string &id)
{
    node.require("id");
    node.text("id", id);
    apply(node, "id", id, checkId);
}

void readListen(JsonCursor node, ListenConfig &listen)
{
    node.allow({"address", "port", "auth", "hosts"});
    node.text("address", listen.address);
    if (QHostAddress(QString::fromStdString(listen.address)).isNull())
        node.problem("address", "must be an IP address such as 127.0.0.1 or ::1");
    node.port("port", listen.port);
    std::string auth = listen.auth == AuthMode::Keys ? "keys" : "none";
    node.oneOf("auth", auth, {"keys", "none"});
    listen.auth = auth == "keys" ? AuthMode::Keys : AuthMode::None;
    node.eachText("hosts", listen.hosts);
    for (size_t i = 0; i < listen.hosts.size(); ++i) {
        if (listen.hosts[i].empty() || listen.hosts[i].find_first_of("/@ ?#") != std::string::npos)
            node.log().report(node.at("hosts") + '/' + std::to_string(i), "must be a host name without scheme or path");
    }
}

enum class TimeoutsOf { Gateway, Provider };

void readTimeouts(JsonCursor node, TimeoutsConfig &timeouts, TimeoutsOf whose)
{
    if (whose == TimeoutsOf::Gateway)
        node.allow({"connect", "firstByte", "firstToken", "idle", "total", "minTokensPerSecond", "exchange"});
    else
        node.allow({"connect", "firstByte", "firstToken", "idle", "total", "minTokensPerSecond"});
    node.duration("connect", timeouts.connect);
    node.duration("firstByte", timeouts.firstByte);
    node.duration("firstToken", timeouts.firstToken);
    node.duration("idle", timeouts.idle);
    node.duration("total", timeouts.total);
    node.duration("exchange", timeouts.exchange);
    readNumber(node, "minTokensPerSecond", timeouts.minTokensPerSecond, 0, 1e6);
}

void readRetry(JsonCursor node, RetryConfig &retry)
{
    node.allow({"attempts", "backoff", "maxBackoff", "budget"});
    node.whole("attempts", retry.attempts, 1, 100);
    node.duration("backoff", retry.backoff);
    node.duration("maxBackoff", retry.maxBackoff);
    readNumber(node, "budget", retry.budget, 0, 1);
}

void readBreaker(JsonCursor node, BreakerConfig &breaker)
{
    node.allow({"errorRate", "minRequests", "open", "halfLife"});
    readNumber(node, "errorRate", breaker.errorRate, 0.01, 1);
    node.whole("minRequests", breaker.minRequests, 1, 10'000);
    node.duration("open", breaker.open);
    node.duration("halfLife", breaker.halfLife);
}

void readLimits(JsonCursor node, LimitsConfig &limits)
{
    node.allow({"bodyMiB", "headerKiB", "connections", "headSeconds"});
    node.whole("bodyMiB", limits.bodyMiB, 1, 2048);
    node.whole("headerKiB", limits.headerKiB, 4, 1024);
    node.whole("connections", limits.connections, 1, 100'000);
    node.whole("headSeconds", limits.headSeconds, 1, 3600);
}

void readCredential(JsonCursor node, CredentialConfig &credential)
{
    node.allow({"id", "secret", "weight"});
    readId(node, credential.id);
    node.require("secret");
    node.text("secret", credential.secret);
    if (const auto reference = parseSecretReference(credential.secret); !reference)
        node.problem("secret", reference.error().message);
    node.number("weight", credential.weight);
    if (credential.weight <= 0)
        node.problem("weight", "must be above 0");
}

void readHeaders(JsonCursor &node, ProviderConfig &provider)
{
    node.eachMember("headers", provider.headers);
    for (const auto &[name, value] : provider.headers) {
        const std::string wrong = checkHeader(name);
        if (!wrong.empty())
            node.log().report(childPointer(node.at("headers"), name), wrong);
    }
}

void applyPreset(JsonCursor &node, ProviderConfig &provider)
{
    node.text("preset", provider.preset);
    const Preset *preset = findPreset(provider.preset);
    if (!preset) {
        if (!provider.preset.empty())
            node.problem("preset", "there is no preset `" + provider.preset + "`");
        else if (!node.has("baseUrl"))
            node.problem("baseUrl", "is required when there is no preset");
        return;
    }
    if (!preset->asks.empty() && !node.has("baseUrl"))
        node.problem("baseUrl", "is required: the preset's address " + preset->baseUrl + " has parts only you know");
    provider.name = preset->name;
    provider.dialect = preset->dialect;
    provider.baseUrl = preset->baseUrl;
    provider.region = preset->region;
}

void readDialect(JsonCursor &node, ProviderConfig &provider)
{
    const std::string usual = provider.dialect;
    node.oneOf("dialect", provider.dialect, {"openai-chat", "openai-responses", "anthropic", "gemini", "ollama"});
    const Preset *preset = findPreset(provider.preset);
    if (!preset || provider.dialect == usual || node.has("baseUrl"))
        return;
    for (const PresetEndpoint &endpoint : preset->endpoints) {
        if (endpoint.dialect == provider.dialect) {
            provider.baseUrl = endpoint.baseUrl;
            return;
        }
    }
    node.problem("dialect", "preset `" + provider.preset + "` has no address for it; give `baseUrl`");
}

void readQuirks(JsonCursor node, ProviderConfig &provider)
{
    const boost::json::value *own = node.self();
    node.allow({"maxTokensField",  "developerRole",      "usageInStream", "thinking",        "temperature",
                "store",           "strictTools",        "parallelTools", "replayReasoning", "midSystem",
                "seedField",       "requiredToolChoice", "shortToolIds",  "refused",         "maxStops",
                "jsonSchemaTools", "fileUrls",           "customTools",   "cacheControl",    "promptCacheKey",
                "videoParts"});
    if (!node.log().failed() && own)
        provider.quirks = boost::json::serialize(*own);
}

void readProxy(JsonCursor &node, std::string &proxy, std::string &password)
{
    node.text("proxy", proxy);
    apply(node, "proxy", proxy, checkProxy);
    node.text("proxyPassword", password);
    if (password.empty())
        return;
    if (const auto reference = parseSecretReference(password); !reference)
        node.problem("proxyPassword", reference.error().message);
    else if (proxy.find('@') == std::string::npos)
        node.problem("proxyPassword", "needs a proxy with a user name, such as http://name@proxy.example:3128");
}

void readProvider(JsonCursor node, ProviderConfig &provider, const TimeoutsConfig &timeouts)
{
    node.allow({"id", "name", "preset", "dialect", "baseUrl", "region", "proxy", "proxyPassword", "caFile", "headers",
                "credentials", "timeouts", "auth", "quirks", "check"});
    if (node.log().failed())
        return;
    readId(node, provider.id);
    applyPreset(node, provider);
    node.text("name", provider.name, 200);
    readDialect(node, provider);
    node.oneOf("auth", provider.auth, {"bearer", "x-api-key", "x-goog-api-key", "api-key"});
    node.object("quirks", [&](JsonCursor child) { readQuirks(child, provider); });
    node.text("baseUrl", provider.baseUrl);
    while (!provider.baseUrl.empty() && provider.baseUrl.back() == '/')
        provider.baseUrl.pop_back();
    apply(node, "baseUrl", provider.baseUrl, checkBaseUrl);
    node.text("region", provider.region, 200);
    readProxy(node, provider.proxy, provider.proxyPassword);
    node.text("caFile", provider.caFile, 4096);
    readHeaders(node, provider);
    node.each("credentials", [&](JsonCursor child) { readCredential(child, provider.credentials.emplace_back()); });
    provider.timeouts = timeouts;
    node.object("timeouts", [&](JsonCursor child) { readTimeouts(child, provider.timeouts, TimeoutsOf::Provider); });
    node.object("check", [&](JsonCursor child) {
        child.allow({"every"});
        child.require("every");
        child.duration("every", provider.checkEvery);
    });
}

void readBudget(JsonCursor node, BudgetConfig &budget)
{
    node.allow({"period", "limitUsd", "alertAt", "onLimit"});
    node.oneOf("period", budget.period, {"minute", "hour", "day", "week", "month", "total"});
    node.require("limitUsd");
    node.number("limitUsd", budget.limitUsd);
    if (budget.limitUsd <= 0)
        node.problem("limitUsd", "must be above 0");
    node.eachNumber("alertAt", budget.alertAt);
    for (size_t i = 0; i < budget.alertAt.size(); ++i) {
        if (budget.alertAt[i] <= 0 || budget.alertAt[i] > 1)
            node.log().report(node.at("alertAt") + '/' + std::to_string(i), "must be above 0 and at most 1");
    }
    node.oneOf("onLimit", budget.onLimit, {"block", "warn"});
}

void readProject(JsonCursor node, ProjectConfig &project)
{
    node.allow({"id", "name", "budget", "constraints"});
    readId(node, project.id);
    node.text("name", project.name, 200);
    node.object("budget", [&](JsonCursor child) { readBudget(child, project.budget.emplace()); });
    node.object("constraints", [&](JsonCursor child) { readConstraints(child, project.constraints); });
}

void readAffinity(JsonCursor &node, RouteConfig &route)
{
    const boost::json::value *value = node.find("affinity");
    if (value && value->is_string() && value->get_string() == "off")
        route.affinity = Millis(0);
    else
        node.duration("affinity", route.affinity);
}

void readRoute(JsonCursor node, RouteConfig &route)
{
    node.allow({"id", "match", "to", "onLoss", "constraints", "affinity"});
    readId(node, route.id);
    std::string onLoss = "allow";
    node.oneOf("onLoss", onLoss, {"allow", "reject"});
    route.onLoss = onLoss == "reject" ? OnLoss::Reject : OnLoss::Allow;
    node.object("match", [&](JsonCursor child) { readCondition(child, route.match); });
    node.object("constraints", [&](JsonCursor child) { readConstraints(child, route.constraints); });
    readAffinity(node, route);
    node.require("to");
    node.object("to", [&](JsonCursor child) { readPolicyNode(child, route.to); });
}

void readRoot(JsonCursor root, Config &config)
{
    root.allow({"version",   "listen",  "timeouts", "limits",        "store",   "retry",   "breaker", "providers",
                "projects",  "clients", "routes",   "prices",        "models",  "budgets", "users",   "alerts",
                "catalogue", "answers", "proxy",    "proxyPassword", "noProxy", "backup"});
    root.whole("version", config.version, 1, 1);
    root.object("listen", [&](JsonCursor node) { readListen(node, config.listen); });
    root.object("timeouts", [&](JsonCursor node) { readTimeouts(node, config.timeouts, TimeoutsOf::Gateway); });
    root.object("limits", [&](JsonCursor node) { readLimits(node, config.limits); });
    root.object("store", [&](JsonCursor node) { readStore(node, config.store); });
    root.object("retry", [&](JsonCursor node) { readRetry(node, config.retry); });
    root.object("breaker", [&](JsonCursor node) { readBreaker(node, config.breaker); });
    root.each("providers",
              [&](JsonCursor node) { readProvider(node, config.providers.emplace_back(), config.timeouts); });
    root.each("projects", [&](JsonCursor node) { readProject(node, config.projects.emplace_back()); });
    root.each("clients", [&](JsonCursor node) { readClient(node, config.clients.emplace_back()); });
    root.each("routes", [&](JsonCursor node) { readRoute(node, config.routes.emplace_back()); });
    root.each("prices", [&](JsonCursor node) { readPrice(node, config.prices.emplace_back()); });
    root.each("models", [&](JsonCursor node) { readModel(node, config.models.emplace_back()); });
    root.each("budgets", [&](JsonCursor node) { readBudgetRule(node, config.budgets.emplace_back()); });
    root.each("users", [&](JsonCursor node) { readUserRule(node, config.users.emplace_back()); });
    root.object("alerts", [&](JsonCursor node) { readAlerts(node, config.alerts); });
    root.object("catalogue", [&](JsonCursor node) { readCatalogueConfig(node, config.catalogue); });
    readProxy(root, config.proxy, config.proxyPassword);
    root.eachText("noProxy", config.noProxy);
    for (size_t i = 0; i < config.noProxy.size(); ++i) {
        if (const std::string wrong = checkNoProxy(config.noProxy[i]); !wrong.empty())
            root.log().report(root.at("noProxy") + '/' + std::to_string(i), wrong);
    }
    root.object("backup", [&](JsonCursor node) { readBackup(node, config.backup); });
    root.object("answers", [&](JsonCursor node) { readAnswersConfig(node, config.answers); });
}

} // namespace

Result<Config> readConfig(std::string_view json)
{
    const auto parsed = parseStrictJson(json);
    if (!parsed)
        return parsed.error();
    Config config;
    ProblemLog log;
    readRoot(JsonCursor(*parsed, {}, log), config);
    if (!log.failed())
        checkReferences(config, log);
    if (!log.failed())
        checkClients(config, log);
    if (!log.failed())
        checkBudgetRules(config, log);
    if (log.failed())
        return Error{"config_invalid", log.message()};
    return config;
}

} // namespace signalbox
