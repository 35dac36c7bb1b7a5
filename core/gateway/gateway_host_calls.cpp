// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway_host_p.h"

#include "core/alerts/webhook_test.h"
#include "core/gateway/provider_probe.h"

#include <QtCore/QPointer>

namespace signalbox {

void GatewayHost::acknowledgeAlerts(const std::vector<std::string> &ids)
{
    d->post([p = d.get(), ids] {
        if (p->gateway)
            p->gateway->acknowledgeAlerts(ids);
    });
}

void GatewayHost::cancelRequests(const std::vector<std::string> &ids)
{
    d->post([p = d.get(), ids] {
        if (p->gateway)
            p->gateway->cancelRequests(ids);
    });
}

void GatewayHost::explain(const std::string &request, const std::string &tags, QObject *context,
                          std::function<void(Result<std::string>)> done, ConfigPtr draft)
{
    // The guard is only looked at on the thread that made it.
    d->post([this, p = d.get(), request, tags, guard = QPointer<QObject>(context), done = std::move(done),
             draft = std::move(draft)] {
        Result<std::string> answer =
            p->gateway ? p->gateway->explain(request, tags, draft)
                       : Result<std::string>(Error{"gateway_stopped", "The gateway is not running: start it first."});
        QMetaObject::invokeMethod(
            this,
            [guard, done, answer = std::move(answer)] {
                if (guard)
                    done(answer);
            },
            Qt::QueuedConnection);
    });
}

void GatewayHost::testWebhook(const WebhookConfig &hook, QObject *context,
                              std::function<void(Result<std::string>)> done)
{
    struct Parts {
        std::string address, secret;
        int left = 1;
        std::optional<Error> error;
        std::function<void(Result<std::string>)> answer; // on this thread, while `context` lives
    };
    auto parts = std::make_shared<Parts>();
    parts->answer = [this, guard = QPointer<QObject>(context), done = std::move(done)](Result<std::string> told) {
        QMetaObject::invokeMethod(
            this,
            [guard, done, told = std::move(told)] {
                if (guard)
                    done(told);
            },
            Qt::QueuedConnection);
    };
    const auto ready = [this, parts] {
        if (--parts->left > 0)
            return;
        if (parts->error)
            return parts->answer(*parts->error);
        d->post([p = d.get(), parts, proxies = d->proxies()] {
            new WebhookTest(parts->address, parts->secret, proxies, parts->answer, p->context);
        });
    };
    const auto read = [&](const std::string &reference, std::string Parts::*into) {
        ++parts->left;
        d->secrets.read(reference, this, [parts, into, ready](Result<std::string> value) {
            if (value)
                (*parts).*into = std::move(*value);
            else
                parts->error = value.error();
            ready();
        });
    };
    if (hook.url.starts_with("http"))
        parts->address = hook.url;
    else
        read(hook.url, &Parts::address);
    if (!hook.secret.empty())
        read(hook.secret, &Parts::secret);
    ready();
}

ConsoleLine &GatewayHost::console() const
{
    return *d->console;
}

quint64 GatewayHost::probe(const ProviderConfig &provider, const std::string &secret)
{
    const quint64 id = ++d->lastProbe;
    ProviderConfig asked = provider;
    if (const auto url = parseBaseUrl(asked.baseUrl))
        asked.proxy = proxyOf(asked, d->proxies(), d->secretLookup(), url->origin.host, url->origin.port);
    const auto run = [this, id, provider = std::move(asked)](const std::string &key) {
        d->post([this, p = d.get(), id, provider, key] {
            auto *probe = new ProviderProbe(provider, key, p->context);
            connect(probe, &ProviderProbe::progress, this,
                    [this, id](const ProbeReport &report) { Q_EMIT probeProgress(id, report); });
            connect(probe, &ProviderProbe::progress, probe, [probe](const ProbeReport &report) {
                if (report.finished)
                    probe->deleteLater();
            });
            probe->start();
        });
    };
    if (!secret.empty() || provider.credentials.empty()) {
        run(secret);
        return id;
    }
    d->secrets.read(provider.credentials.front().secret, this, [this, id, run](Result<std::string> value) {
        if (value)
            return run(*value);
        ProbeReport report;
        report.steps.push_back({ProbeStep::Name::Key, ProbeStep::State::Failed, value.error().message, -1});
        report.finished = true;
        Q_EMIT probeProgress(id, report);
    });
    return id;
}

} // namespace signalbox
