// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway_host_p.h"

#include <set>

namespace signalbox {

namespace {

// A keychain may ask its user for a password; the gateway starts without waiting for that.
constexpr auto secretPatience = std::chrono::milliseconds(1'500);

std::set<std::string> referencesOf(const Config &config)
{
    std::set<std::string> references;
    for (const ProviderConfig &provider : config.providers) {
        for (const CredentialConfig &credential : provider.credentials)
            references.insert(credential.secret);
    }
    for (const WebhookConfig &hook : config.alerts.webhooks) {
        if (!hook.secret.empty())
            references.insert(hook.secret);
        if (!hook.url.starts_with("http"))
            references.insert(hook.url);
    }
    addProxySecrets(config, references);
    return references;
}

} // namespace

void GatewayHost::resolveSecrets(ConfigPtr config, std::function<void()> done)
{
    const std::set<std::string> references = referencesOf(*config);
    const quint64 round = ++d->secretRound;
    std::erase_if(d->knownSecrets, [&](const auto &known) { return !references.contains(known.first); });
    if (references.empty())
        return done();

    struct Round {
        size_t left;
        bool told = false;
        std::function<void()> done;
    };
    auto state = std::make_shared<Round>(Round{references.size(), false, std::move(done)});
    QTimer::singleShot(secretPatience, this, [this, state, round] {
        if (round == d->secretRound && !std::exchange(state->told, true))
            state->done();
    });
    for (const std::string &reference : references) {
        d->secrets.read(reference, this, [this, state, round, reference](Result<std::string> value) {
            if (round != d->secretRound)
                return;
            d->knownSecrets.insert_or_assign(reference, std::move(value));
            if (--state->left > 0)
                return;
            if (!std::exchange(state->told, true))
                return state->done();
            // Came late: the gateway runs already and gets what is known now.
            d->post([p = d.get(), config = d->config, secrets = d->knownSecrets]() mutable {
                if (p->gateway)
                    (void)p->gateway->reload(std::move(config), std::move(secrets));
            });
        });
    }
}

} // namespace signalbox
