// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/access_reader.h"
#include "core/config/alerts_reader.h"
#include "core/config/answers_reader.h"
#include "core/config/budget_reader.h"
#include "core/config/config_reader.h"
#include "core/config/json_text_writer.h"
#include "core/config/policy_writer.h"
#include "core/config/presets.h"

namespace signalbox {

namespace {

void writeListen(JsonTextWriter &out, const ListenConfig &listen)
{
    const ListenConfig usual;
    if (listen == usual)
        return;
    out.key("listen");
    out.object([&] {
        out.member("address", listen.address, usual.address);
        out.member("port", listen.port, usual.port);
        out.member("auth", std::string(listen.auth == AuthMode::Keys ? "keys" : "none"), "keys");
        out.list("hosts", listen.hosts, [&](const std::string &host) { out.text(host); });
    });
}

void writeTimeouts(JsonTextWriter &out, const TimeoutsConfig &timeouts, const TimeoutsConfig &usual)
{
    if (timeouts == usual)
        return;
    out.key("timeouts");
    out.object([&] {
        out.member("connect", timeouts.connect, usual.connect);
        out.member("firstByte", timeouts.firstByte, usual.firstByte);
        out.member("firstToken", timeouts.firstToken, usual.firstToken);
        out.member("idle", timeouts.idle, usual.idle);
        out.member("total", timeouts.total, usual.total);
        out.member("exchange", timeouts.exchange, usual.exchange);
        out.member("minTokensPerSecond", timeouts.minTokensPerSecond, usual.minTokensPerSecond);
    });
}

void writeLimits(JsonTextWriter &out, const LimitsConfig &limits)
{
    const LimitsConfig usual;
    if (limits == usual)
        return;
    out.key("limits");
    out.object([&] {
        out.member("bodyMiB", limits.bodyMiB, usual.bodyMiB);
        out.member("headerKiB", limits.headerKiB, usual.headerKiB);
        out.member("connections", limits.connections, usual.connections);
        out.member("headSeconds", limits.headSeconds, usual.headSeconds);
    });
}

std::string bodiesName(BodyPolicy policy)
{
    return policy == BodyPolicy::All ? "all" : policy == BodyPolicy::None ? "none" : "errors";
}

void writeRedaction(JsonTextWriter &out, const RedactionConfig &redact)
{
    const RedactionConfig usual;
    if (redact == usual)
        return;
    const std::pair<const char *, bool RedactionConfig::*> kinds[] = {{"keys", &RedactionConfig::keys},
                                                                      {"tokens", &RedactionConfig::tokens},
                                                                      {"privateKeys", &RedactionConfig::privateKeys},
                                                                      {"emails", &RedactionConfig::emails},
                                                                      {"cards", &RedactionConfig::cards},
                                                                      {"ibans", &RedactionConfig::ibans},
                                                                      {"phones", &RedactionConfig::phones}};
    out.key("redact");
    out.object([&] {
        for (const auto &[name, kind] : kinds) {
            if (redact.*kind != usual.*kind) {
                out.key(name);
                out.flag(redact.*kind);
            }
        }
        out.list("patterns", redact.patterns, [&](const RedactionPattern &pattern) {
            out.object([&] {
                out.member("name", pattern.name, std::string());
                out.member("pattern", pattern.pattern, std::string());
            });
        });
    });
}

void writeStore(JsonTextWriter &out, const StoreConfig &store)
{
    const StoreConfig usual;
    if (store == usual)
        return;
    out.key("store");
    out.object([&] {
        out.member("bodies", bodiesName(store.bodies), bodiesName(usual.bodies));
        out.member("keepDays", store.keepDays, usual.keepDays);
        out.member("maxMiB", store.maxMiB, usual.maxMiB);
        writeRedaction(out, store.redact);
    });
}

void writeBackup(JsonTextWriter &out, const BackupConfig &backup)
{
    const BackupConfig usual;
    if (backup.every.count() == 0)
        return;
    out.key("backup");
    out.object([&] {
        out.member("every", backup.every, usual.every);
        out.member("keep", backup.keep, usual.keep);
    });
}

void writeRetry(JsonTextWriter &out, const RetryConfig &retry)
{
    const RetryConfig usual;
    if (retry == usual)
        return;
    out.key("retry");
    out.object([&] {
        out.member("attempts", retry.attempts, usual.attempts);
        out.member("backoff", retry.backoff, usual.backoff);
        out.member("maxBackoff", retry.maxBackoff, usual.maxBackoff);
        out.member("budget", retry.budget, usual.budget);
    });
}

void writeBreaker(JsonTextWriter &out, const BreakerConfig &breaker)
{
    const BreakerConfig usual;
    if (breaker == usual)
        return;
    out.key("breaker");
    out.object([&] {
        out.member("errorRate", breaker.errorRate, usual.errorRate);
        out.member("minRequests", breaker.minRequests, usual.minRequests);
        out.member("open", breaker.open, usual.open);
        out.member("halfLife", breaker.halfLife, usual.halfLife);
    });
}

void writeProvider(JsonTextWriter &out, const ProviderConfig &provider, const TimeoutsConfig &timeouts)
{
    ProviderConfig usual;
    if (const Preset *preset = findPreset(provider.preset)) {
        usual.name = preset->name;
        usual.dialect = preset->dialect;
        usual.baseUrl = preset->asks.empty() ? preset->baseUrl : std::string();
        usual.region = preset->region;
    }
    out.object([&] {
        out.key("id");
        out.text(provider.id);
        out.member("name", provider.name, usual.name);
        out.member("preset", provider.preset, usual.preset);
        if (provider.preset.empty() || provider.dialect != usual.dialect) {
            out.key("dialect");
            out.text(provider.dialect);
        }
        out.member("baseUrl", provider.baseUrl, usual.baseUrl);
        out.member("auth", provider.auth, usual.auth);
        if (!provider.quirks.empty()) {
            out.key("quirks");
            out.json(provider.quirks);
        }
        out.member("region", provider.region, usual.region);
        out.member("proxy", provider.proxy, usual.proxy);
        out.member("proxyPassword", provider.proxyPassword, usual.proxyPassword);
        out.member("caFile", provider.caFile, usual.caFile);
        if (!provider.headers.empty()) {
            out.key("headers");
            out.object([&] {
                for (const auto &[name, value] : provider.headers) {
                    out.key(name);
                    out.text(value);
                }
            });
        }
        out.list("credentials", provider.credentials, [&](const CredentialConfig &credential) {
            out.object([&] {
                out.key("id");
                out.text(credential.id);
                out.key("secret");
                out.text(credential.secret);
                out.member("weight", credential.weight, CredentialConfig().weight);
            });
        });
        writeTimeouts(out, provider.timeouts, timeouts);
        if (provider.checkEvery != Millis(0)) {
            out.key("check");
            out.object([&] { out.member("every", provider.checkEvery, Millis(0)); });
        }
    });
}

void writeProject(JsonTextWriter &out, const ProjectConfig &project)
{
    out.object([&] {
        out.key("id");
        out.text(project.id);
        out.member("name", project.name, {});
        if (project.budget) {
            out.key("budget");
            out.object([&] {
                const BudgetConfig usual;
                out.member("period", project.budget->period, usual.period);
                out.key("limitUsd");
                out.number(project.budget->limitUsd);
                out.list("alertAt", project.budget->alertAt, [&](double share) { out.number(share); });
                out.member("onLimit", project.budget->onLimit, usual.onLimit);
            });
        }
        writeConstraints(out, project.constraints);
    });
}

void writeRoute(JsonTextWriter &out, const RouteConfig &route)
{
    out.object([&] {
        out.key("id");
        out.text(route.id);
        if (!(route.match == Condition{})) {
            out.key("match");
            writeCondition(out, route.match);
        }
        if (route.onLoss == OnLoss::Reject) {
            out.key("onLoss");
            out.text("reject");
        }
        writeConstraints(out, route.constraints);
        if (route.affinity != RouteConfig().affinity) {
            out.key("affinity");
            out.text(route.affinity == Millis(0) ? "off" : formatDuration(route.affinity));
        }
        out.key("to");
        writePolicyNode(out, route.to);
    });
}

template<class Rates>
void writeRates(JsonTextWriter &out, const Rates &rates)
{
    out.member("inputUsdPerMTok", rates.inputUsdPerMTok);
    out.member("outputUsdPerMTok", rates.outputUsdPerMTok);
    out.member("cacheReadUsdPerMTok", rates.cacheReadUsdPerMTok);
    out.member("cacheWriteUsdPerMTok", rates.cacheWriteUsdPerMTok);
    out.member("cacheWrite1hUsdPerMTok", rates.cacheWrite1hUsdPerMTok);
    out.member("inputAudioUsdPerMTok", rates.inputAudioUsdPerMTok);
    out.member("outputAudioUsdPerMTok", rates.outputAudioUsdPerMTok);
    out.member("inputImageUsdPerMTok", rates.inputImageUsdPerMTok);
    out.member("outputImageUsdPerMTok", rates.outputImageUsdPerMTok);
}

void writeNumbers(JsonTextWriter &out, std::string_view name, const std::map<std::string, double> &numbers)
{
    if (numbers.empty())
        return;
    out.key(name);
    out.object([&] {
        for (const auto &[key, value] : numbers) {
            out.key(key);
            out.number(value);
        }
    });
}

void writePrice(JsonTextWriter &out, const PriceConfig &price)
{
    out.object([&] {
        out.key("model");
        out.text(price.model);
        writeRates(out, price);
        out.member("perRequestUsd", price.perRequestUsd);
        out.member("webSearchUsdPer1000", price.webSearchUsdPer1000);
        out.list("tiers", price.tiers, [&](const PriceTierConfig &tier) {
            out.object([&] {
                out.key("inputTokensAbove");
                out.json(std::to_string(tier.inputTokensAbove));
                writeRates(out, tier);
            });
        });
        writeNumbers(out, "serviceTiers", price.serviceTiers);
    });
}

void writeModel(JsonTextWriter &out, const ModelConfig &model)
{
    const auto whole = [&](std::string_view name, const std::optional<int64_t> &value) {
        if (value) {
            out.key(name);
            out.json(std::to_string(*value));
        }
    };
    const auto flag = [&](std::string_view name, const std::optional<bool> &value) {
        if (value) {
            out.key(name);
            out.flag(*value);
        }
    };
    out.object([&] {
        out.key("model");
        out.text(model.model);
        whole("contextTokens", model.contextTokens);
        whole("maxOutputTokens", model.maxOutputTokens);
        out.list("input", model.input, [&](const std::string &kind) { out.text(kind); });
        out.list("output", model.output, [&](const std::string &kind) { out.text(kind); });
        flag("tools", model.tools);
        flag("reasoning", model.reasoning);
        writeNumbers(out, "quality", model.quality);
    });
}

} // namespace

std::string writeConfig(const Config &config)
{
    JsonTextWriter out;
    out.object([&] {
        out.key("version");
        out.number(config.version);
        writeListen(out, config.listen);
        writeTimeouts(out, config.timeouts, TimeoutsConfig());
        writeLimits(out, config.limits);
        writeStore(out, config.store);
        writeBackup(out, config.backup);
        writeRetry(out, config.retry);
        writeBreaker(out, config.breaker);
        out.list("providers", config.providers,
                 [&](const ProviderConfig &provider) { writeProvider(out, provider, config.timeouts); });
        out.list("projects", config.projects, [&](const ProjectConfig &project) { writeProject(out, project); });
        out.list("clients", config.clients, [&](const ClientConfig &client) { writeClient(out, client); });
        out.list("routes", config.routes, [&](const RouteConfig &route) { writeRoute(out, route); });
        out.list("prices", config.prices, [&](const PriceConfig &price) { writePrice(out, price); });
        out.list("models", config.models, [&](const ModelConfig &model) { writeModel(out, model); });
        if (!config.budgets.empty()) {
            out.key("budgets");
            out.json(writeBudgetRules(config.budgets));
        }
        out.list("users", config.users, [&](const UserRule &rule) { writeUserRule(out, rule); });
        out.member("proxy", config.proxy, "system");
        out.member("proxyPassword", config.proxyPassword, std::string());
        out.list("noProxy", config.noProxy, [&](const std::string &entry) { out.text(entry); });
        writeAlerts(out, config.alerts);
        writeCatalogueConfig(out, config.catalogue);
        writeAnswersConfig(out, config.answers);
    });
    return out.take();
}

} // namespace signalbox
