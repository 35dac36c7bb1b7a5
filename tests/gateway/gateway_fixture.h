// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/net/http_client.h"
#include "core/secrets/secret_store.h"
#include "tests/gateway/scripted_provider.h"
#include "tests/net/recording_handler.h"

#include <QtCore/QTemporaryDir>

#include <memory>
#include <string>
#include <vector>

// A real gateway on loopback with a ledger of its own and one admin client, "tester", which a
// config may bring with limits of its own. Lives on the thread of the test.
class GatewayFixture final
{
public:
    explicit GatewayFixture(signalbox::Millis pingAfter = signalbox::Millis(15'000));
    ~GatewayFixture();

    bool start(signalbox::Config config);
    void post(signalbox::test::RecordingHandler &handler, const char *path, const std::string &body,
              signalbox::HeaderList headers = jsonHeaders());
    void get(signalbox::test::RecordingHandler &handler, const char *path, signalbox::HeaderList headers = {});
    // Waits until so many requests are booked; newest first.
    std::vector<signalbox::RequestRecord> records(int expected);

    void stop(); // without draining; start() may follow
    QString folder() const { return m_folder.path(); }
    signalbox::Ledger &ledger() { return *m_ledger; }
    signalbox::GatewayHost &host() { return *m_host; }

    static signalbox::HeaderList jsonHeaders();
    static signalbox::ProviderConfig provider(const char *id, const ScriptedProvider &at,
                                              std::vector<std::string> keys = {"main"});
    static signalbox::PolicyNode target(const char *provider, const char *model = "*");
    static signalbox::PolicyNode node(signalbox::PolicyNode::Kind kind, std::vector<signalbox::PolicyNode> children);
    static signalbox::RouteConfig route(signalbox::PolicyNode to);
    static void replyEvents(signalbox::HttpExchange &exchange, const std::string &events, bool finish = true);

    static const std::string goodReply; // 10 tokens in, 2 out
    static const std::string goodEvents;
    static const char *const clientKey;

private:
    void send(signalbox::test::RecordingHandler &handler, signalbox::HttpClientRequest request);

    QTemporaryDir m_folder;
    std::unique_ptr<signalbox::Ledger> m_ledger;
    signalbox::SecretStore m_secrets;
    std::unique_ptr<signalbox::GatewayHost> m_host;
    signalbox::HttpClientPool m_client;
    uint16_t m_port = 0;
};
