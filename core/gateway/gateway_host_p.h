// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/spend_watch.h"
#include "core/catalogue/catalogue.h"
#include "core/gateway/console_line.h"
#include "core/gateway/gateway.h"
#include "core/gateway/gateway_host.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/proxy_choice.h"
#include "core/gateway/seed_reader.h"
#include "core/secrets/secret_store.h"

#include <QtCore/QThread>
#include <QtCore/QTimer>

namespace signalbox {

// What the host's three sources share: gateway_host.cpp (its life), gateway_host_secrets.cpp and gateway_host_calls.cpp
// (what the console asks for). Main thread, but for what says otherwise.
struct GatewayHost::Private {
    Private(Ledger &l, SecretStore &s, const Options &options)
        : ledger(l),
          secrets(s),
          pingAfter(options.pingAfter),
          log(options.logToStderr ? std::make_unique<LogSink>() : std::make_unique<LogSink>(options.logFolder))
    {
    }

    // Runs on the gateway thread.
    template<class F>
    void post(F &&work)
    {
        QMetaObject::invokeMethod(context, std::forward<F>(work), Qt::QueuedConnection);
    }

    SecretLookup secretLookup() const
    {
        return [this](const std::string &reference) -> const std::string * {
            const auto known = knownSecrets.find(reference);
            return known != knownSecrets.end() && known->second ? &*known->second : nullptr;
        };
    }
    ProxyRules proxies() const { return config ? proxyRulesOf(*config, secretLookup()) : ProxyRules(); }

    Ledger &ledger;
    SecretStore &secrets;
    Millis pingAfter;
    std::unique_ptr<LogSink> log;
    QThread thread;
    QObject *context = nullptr; // lives on the thread
    Gateway *gateway = nullptr; // touched on the thread only
    SeedReader seeds{ledger};
    SpendWatch spend{ledger.databasePath()};
    QTimer spendTimer;
    ConfigPtr config;
    std::shared_ptr<const Catalogue> catalogue = Catalogue::builtIn();
    std::optional<std::pair<std::string, uint16_t>> listen;
    SecretMap knownSecrets;
    std::unique_ptr<ConsoleLine> console;
    quint64 lastProbe = 0;
    quint64 secretRound = 0; // answers of an older round are dropped
    QString url;
};

} // namespace signalbox
