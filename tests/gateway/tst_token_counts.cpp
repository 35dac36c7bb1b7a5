// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/gateway/client_request.h"
#include "core/gateway/continuity.h"
#include "core/gateway/kept_store.h"
#include "core/gateway/response_store.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

using namespace signalbox;

// What a client's request counts: for count calls, for Ollama's context, and for what the gateway learns from it.
class TestTokenCounts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_tokens = std::make_unique<TokenBook>(); }

    void countsInTheClientsDialect_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<bool>("exact");
        QTest::newRow("OpenAI's model") << QByteArray("gpt-4o") << true;
        QTest::newRow("another") << QByteArray("mistral-large") << false;
    }
    void countsInTheClientsDialect()
    {
        QFETCH(QByteArray, model);
        QFETCH(bool, exact);
        m_endpoint.dialect = Dialect::Anthropic;
        m_endpoint.operation = Operation::CountTokens;
        m_endpoint.upstreamPath = "/messages/count_tokens";
        const auto request = made("{\"model\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"hello world\"}]}");
        const auto count = request->estimateTokens("p", model.toStdString());
        QVERIFY(count);
        QCOMPARE(count->exact, exact);
        if (exact)
            QCOMPARE(count->tokens, int64_t(2 + 4 + 3)); // the text, the message, the reply
        else
            QVERIFY(count->tokens >= 2 && count->tokens < 20);
    }

    void tellsWhatCannotBeCounted()
    {
        m_endpoint.dialect = Dialect::Anthropic;
        m_endpoint.operation = Operation::CountTokens;
        m_endpoint.upstreamPath = "/messages/count_tokens";
        const auto request = made("{\"model\":\"x\",\"messages\":17}");
        const auto count = request->estimateTokens("p", "m");
        QVERIFY(count.has_error());
        QCOMPARE(count.error().httpStatus, 400);
    }

    void learnsFromWhatWasReported()
    {
        chat();
        const std::string body = "{\"model\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"" +
                                 std::string(400, 'w') + " and some more words to count\"}]}";
        const auto request = made(body);
        TokenUsage usage;
        usage.input = 300;
        usage.cachedInput = 100;
        request->learn("p", "m", usage); // nobody counted: nothing to learn from
        QCOMPARE(m_tokens->calibration().size(), size_t(0));
        const TokenEstimate first = request->countFor("p", "m");
        request->learn("q", "m", usage); // another target
        QCOMPARE(m_tokens->calibration().size(), size_t(0));
        request->learn("p", "m", usage);
        QCOMPARE(m_tokens->calibration().size(), size_t(1));
        const TokenEstimate then = made(body)->countFor("p", "m");
        QCOMPARE(then.counted, first.counted);
        QVERIFY(std::abs(then.tokens - 400) <= 1);
    }

    // A text of few tokens for its length, and one of many: the context is made for the tokens.
    void givesOllamaTheRoomItNeeds_data()
    {
        QTest::addColumn<QByteArray>("unit");
        QTest::addColumn<int>("times");
        QTest::addColumn<int>("context");
        QTest::newRow("few") << QByteArray(64, ' ') << 1500 << 4096; // 96,000 bytes, 32,000 tokens by their length
        QTest::newRow("many") << QByteArray("\xf0\x93\x80\x80") << 6000 << 32768; // 24,000 bytes, 8,000 by their length
    }
    void givesOllamaTheRoomItNeeds()
    {
        QFETCH(QByteArray, unit);
        QFETCH(int, times);
        QFETCH(int, context);
        chat();
        const auto request = made("{\"model\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"" +
                                  unit.repeated(times).toStdString() + "\"}]}");
        ProviderRuntime ollama;
        ollama.config.id = "box";
        ollama.apis.push_back({Dialect::Ollama, {}});
        const auto outgoing = request->prepare(ollama, "llama3.2", {});
        QVERIFY(outgoing);
        const auto sent = boost::json::parse(outgoing->body);
        QCOMPARE(sent.at("options").at("num_ctx").as_int64(), int64_t(context));
    }

private:
    void chat()
    {
        m_endpoint.dialect = Dialect::OpenAiChat;
        m_endpoint.operation = Operation::Chat;
        m_endpoint.upstreamPath = "/chat/completions";
    }
    std::unique_ptr<ClientRequest> made(std::string body)
    {
        m_bodies.push_back(std::make_unique<std::string>(std::move(body)));
        auto request = std::make_unique<ClientRequest>(m_endpoint, "", ClientRequest::Identity{"id", 0, {}},
                                                       ClientRequest::Memories{m_continuity, m_responses, *m_tokens});
        if (const auto scanned = request->scan(*m_bodies.back()); !scanned)
            qFatal("%s", scanned.error().message.c_str());
        return request;
    }

    SystemClock m_clock;
    KeptStore m_kept{m_clock, [](const KeptItem &) {}};
    Continuity m_continuity{m_kept};
    ResponseStore m_responses{m_kept};
    std::unique_ptr<TokenBook> m_tokens;
    Endpoint m_endpoint;
    std::vector<std::unique_ptr<std::string>> m_bodies;
};

QTEST_APPLESS_MAIN(TestTokenCounts)
#include "tst_token_counts.moc"
