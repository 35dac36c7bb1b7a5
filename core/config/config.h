// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/alerts_config.h"
#include "core/config/budget_rule.h"
#include "core/config/client_config.h"
#include "core/config/policy.h"
#include "core/config/redaction_config.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

// Value types of `gateway.json` (DESIGN section 5). All text is UTF-8. A Config is immutable once published and
// shared between threads as ConfigPtr; a request in flight keeps the one it began with.

enum class AuthMode { Keys, None };
enum class BodyPolicy { All, Errors, None };

struct ListenConfig {
    std::string address = "127.0.0.1";
    uint16_t port = 8484;
    AuthMode auth = AuthMode::Keys;
    std::vector<std::string> hosts; // further Host names that may be asked for, beside loopback and `address`

    bool operator==(const ListenConfig &) const = default;
};

struct TimeoutsConfig { // each counts from the start of an attempt; idle from the last byte
    Millis connect{2'000};
    Millis firstByte{60'000};
    Millis firstToken{90'000};
    Millis idle{120'000};
    Millis total{900'000};
    Millis exchange{0};            // all attempts of one request together; 0: as long as the client waits
    double minTokensPerSecond = 0; // of a stream, over any 10 s; 0: no floor

    bool operator==(const TimeoutsConfig &) const = default;
};

struct LimitsConfig {
    int bodyMiB = 64;
    int headerKiB = 32;
    int connections = 4096;
    int headSeconds = 30;

    bool operator==(const LimitsConfig &) const = default;
};

struct StoreConfig {
    BodyPolicy bodies = BodyPolicy::Errors;
    int keepDays = 30;
    int maxMiB = 2048;
    RedactionConfig redact{};

    bool operator==(const StoreConfig &) const = default;
};

struct CredentialConfig {
    std::string id;
    std::string secret; // a reference: keychain:SERVICE/NAME, env:NAME, file:PATH; never the secret
    double weight = 1;

    bool operator==(const CredentialConfig &) const = default;
};

struct ProviderConfig {
    std::string id;
    std::string name;   // shown to people; the id when empty
    std::string preset; // empty: a plain compatible server
    std::string dialect = "openai-chat";
    std::string baseUrl; // carries the version: https://api.openai.com/v1; no trailing slash
    std::string auth;    // header that carries the key: bearer, x-api-key, x-goog-api-key, api-key; empty: as usual
    std::string quirks;  // a JSON object laid over the preset's, see core/dialect/quirks.h; empty: none
    std::string region;
    std::string proxy = "system";               // "system", "none", or http://… / socks5://…, with a user name
    std::string proxyPassword{};                // a secret reference, for that proxy
    std::string caFile;                         // further trusted certificates (PEM) beside the system's
    std::map<std::string, std::string> headers; // sent with each request; not for secrets
    std::vector<CredentialConfig> credentials;
    TimeoutsConfig timeouts; // the top level's, with this provider's own laid over
    Millis checkEvery{0};    // a cheap models call tells health; 0: no active checks
    bool simulated = false;  // only --demo sets this; never read from a file

    const std::string &title() const { return name.empty() ? id : name; }
    bool operator==(const ProviderConfig &) const = default;
};

struct BudgetConfig {
    std::string period = "month"; // minute, hour, day, week, month, total
    double limitUsd = 0;
    std::vector<double> alertAt;
    std::string onLimit = "block"; // block, warn

    bool operator==(const BudgetConfig &) const = default;
};

struct ProjectConfig {
    std::string id;
    std::string name;
    std::optional<BudgetConfig> budget;
    Constraints constraints{};

    bool operator==(const ProjectConfig &) const = default;
};

struct PriceTierConfig { // applies to the whole request when its prompt has more tokens than that
    int64_t inputTokensAbove = 0;
    std::optional<double> inputUsdPerMTok{}; // what a tier does not name is as in the tier below
    std::optional<double> outputUsdPerMTok{};
    std::optional<double> cacheReadUsdPerMTok{};
    std::optional<double> cacheWriteUsdPerMTok{};
    std::optional<double> cacheWrite1hUsdPerMTok{};
    std::optional<double> inputAudioUsdPerMTok{};
    std::optional<double> outputAudioUsdPerMTok{};
    std::optional<double> inputImageUsdPerMTok{};
    std::optional<double> outputImageUsdPerMTok{};

    bool operator==(const PriceTierConfig &) const = default;
};

struct PriceConfig {   // first match wins; an absent price is not known, never 0
    std::string model; // glob over provider/model
    std::optional<double> inputUsdPerMTok;
    std::optional<double> outputUsdPerMTok;
    std::optional<double> cacheReadUsdPerMTok;
    std::optional<double> cacheWriteUsdPerMTok;
    std::optional<double> cacheWrite1hUsdPerMTok{}; // kept for an hour
    std::optional<double> inputAudioUsdPerMTok{};
    std::optional<double> outputAudioUsdPerMTok{};
    std::optional<double> inputImageUsdPerMTok{};
    std::optional<double> outputImageUsdPerMTok{};
    std::optional<double> perRequestUsd{};
    std::optional<double> webSearchUsdPer1000{};
    std::vector<PriceTierConfig> tiers{};         // by rising inputTokensAbove
    std::map<std::string, double> serviceTiers{}; // flex, priority, batch → factor on every price per token

    bool operator==(const PriceConfig &) const = default;
};

// What the user knows better than the catalogue. Each fact is taken from the first match that names it.
struct ModelConfig {
    std::string model; // glob over provider/model
    std::optional<int64_t> contextTokens{};
    std::optional<int64_t> maxOutputTokens{};
    std::vector<std::string> input{}; // text, image, audio, video, document; empty: as the catalogue says
    std::vector<std::string> output{};
    std::optional<bool> tools{};
    std::optional<bool> reasoning{};
    std::map<std::string, double> quality{}; // metric → score

    bool operator==(const ModelConfig &) const = default;
};

enum class OnLoss { Allow, Reject }; // what to do when a target cannot be told everything the client said

struct RouteConfig {
    std::string id;
    Condition match;
    PolicyNode to;
    OnLoss onLoss = OnLoss::Allow;
    Constraints constraints{};
    Millis affinity{300'000}; // how long a conversation stays where its prompt cache is warm; 0: not at all

    bool operator==(const RouteConfig &) const = default;
};

// Newer facts about models; nothing is fetched without an address.
struct CatalogueConfig {
    std::string url; // https, or http on this machine
    Millis checkEvery{24LL * 3'600'000};

    bool operator==(const CatalogueConfig &) const = default;
};

// Which completions are looked through for repetition, on a thread of its own; only figures are kept, never a text.
enum class RepetitionScope {
    Off,
    Decoded, // those that the gateway had in one piece or translated anyway
    All      // also streams that pass through as they are, of which a copy is made
};

struct AnswersConfig {
    RepetitionScope repetition = RepetitionScope::Decoded;

    bool operator==(const AnswersConfig &) const = default;
};

// Copies of ledger, config and own catalogue by themselves, in `backups` of the data folder.
struct BackupConfig {
    Millis every{0}; // 0: none
    int keep = 7;    // the oldest beyond go; copies that somebody asked for stay

    bool operator==(const BackupConfig &) const = default;
};

struct Config {
    int version = 1;
    ListenConfig listen;
    TimeoutsConfig timeouts;
    LimitsConfig limits;
    StoreConfig store;
    RetryConfig retry;
    BreakerConfig breaker;
    std::vector<ProviderConfig> providers;
    std::vector<ProjectConfig> projects;
    std::vector<ClientConfig> clients;
    std::vector<RouteConfig> routes;
    std::vector<PriceConfig> prices;
    std::vector<ModelConfig> models{};
    std::vector<BudgetRule> budgets{};
    std::vector<UserRule> users{};
    AlertsConfig alerts{};
    CatalogueConfig catalogue{};
    AnswersConfig answers{};
    BackupConfig backup{};
    // For all that goes out: "system", "none", http://[user@]…, socks5://[user@]…; a provider's own goes before it.
    std::string proxy = "system";
    std::string proxyPassword{};        // a secret reference
    std::vector<std::string> noProxy{}; // reached directly: names with their subdomains, addresses, subnets, `*`

    const ProviderConfig *provider(std::string_view id) const;
    const ClientConfig *client(std::string_view id) const;
    bool usesSecret(std::string_view reference) const; // a credential, a proxy or a webhook names it
    bool operator==(const Config &) const = default;
};

using ConfigPtr = std::shared_ptr<const Config>;

} // namespace signalbox
