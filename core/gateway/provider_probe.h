// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/dialect/dialect.h"
#include "core/gateway/gateway_host.h"
#include "core/net/http_client.h"

#include <QtCore/QObject>

#include <memory>
#include <string>

namespace signalbox {

// One live test of a provider: does its name resolve, does it accept a connection (and TLS), does it take the key, does
// it list models. Costs nothing at the provider: only GET /models is asked. Lives on the gateway thread; deletes itself
// never, the owner does.
class ProviderProbe final : public QObject, public HttpCallHandler
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProviderProbe)

public:
    ProviderProbe(ProviderConfig provider, std::string secret, QObject *parent = nullptr);
    ~ProviderProbe() override;
    void start();

Q_SIGNALS:
    void progress(const signalbox::ProbeReport &report);

private:
    void lookUp(const ParsedUrl &url);
    void ask(const ParsedUrl &url);
    void responseHead(const HttpResponseHead &head) override;
    void responseBody(std::string_view bytes) override;
    void responseEnd() override;
    void callFailed(TransportFailure failure, const std::string &message) override;
    void readModels();

    ProbeStep &step(ProbeStep::Name name);
    void begin(ProbeStep::Name name);
    void end(ProbeStep::Name name, ProbeStep::State state, std::string detail);
    void finish();
    void connected();

    ProviderConfig m_provider;
    Dialect m_dialect = Dialect::OpenAiChat;
    std::string m_secret;
    HttpClientPool m_pool; // its own: a kept connection would prove nothing
    std::unique_ptr<HttpCall> m_call;
    ProbeReport m_report;
    std::string m_body;
    int m_status = 0;
    bool m_tls = false;
    int64_t m_beganNs = 0;
};

} // namespace signalbox
