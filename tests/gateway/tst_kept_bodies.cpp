// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/request_details.h"
#include "tests/gateway/gateway_fixture.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtTest/QTest>

#include <algorithm>
#include <set>

using namespace signalbox;
using signalbox::test::RecordingHandler;
using Kind = StoredBody::Kind;

namespace {

const char *const plainBody = R"({"model":"m1","messages":[{"role":"user","content":"hi"}]})";
const char *const anthropicBody = R"({"model":"m1","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})";

const StoredBody *bodyOf(const RequestRecord &record, Kind kind)
{
    const auto found = std::find_if(record.bodies.begin(), record.bodies.end(),
                                    [kind](const StoredBody &body) { return body.kind == kind; });
    return found == record.bodies.end() ? nullptr : &*found;
}

} // namespace

class TestKeptBodies final : public QObject
{
    Q_OBJECT

private:
    static Config configFor(const ScriptedProvider &box, BodyPolicy policy)
    {
        Config config;
        config.providers = {GatewayFixture::provider("box", box)};
        config.retry.attempts = 1;
        config.store.bodies = policy;
        return config;
    }

    static std::optional<RequestDetail> ask(const Config &config, const char *path, const char *body)
    {
        GatewayFixture gateway;
        if (!gateway.start(config))
            return std::nullopt;
        RecordingHandler reply;
        gateway.post(reply, path, body);
        if (!QTest::qWaitFor([&] { return reply.over(); }))
            return std::nullopt;
        const auto records = gateway.records(1);
        if (records.empty())
            return std::nullopt;
        auto reader = LedgerReader::open(gateway.ledger().databasePath());
        auto detail = reader ? (*reader)->detail(records[0].id) : Result<std::optional<RequestDetail>>(reader.error());
        return detail ? *detail : std::nullopt;
    }

private Q_SLOTS:
    void bothSidesOfATranslationAreKept();
    void theSameBytesAreKeptOnce();
    void aStreamTellsWhenItsBytesLeft();
    void anErrorIsKeptWithWhatItsProviderSaid();
    void noneKeepsNothing();
    void whatIsMaskedNeverReachesTheDisk();
};

void TestKeptBodies::bothSidesOfATranslationAreKept()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        HeaderList headers = GatewayFixture::jsonHeaders();
        headers.add("x-request-id", "req-7");
        exchange.reply(200, headers, GatewayFixture::goodReply);
    });
    const auto detail = ask(configFor(box, BodyPolicy::All), "/v1/messages?key=abc&beta=true", anthropicBody);
    QVERIFY(detail.has_value());
    const RequestRecord &record = detail->record;
    QCOMPARE(record.bodies.size(), size_t(5));
    QCOMPARE(bodyOf(record, Kind::ClientRequest)->bytes, std::string(anthropicBody));
    QCOMPARE(bodyOf(record, Kind::ProviderRequest)->bytes, box.seen().at(0)->body);
    QCOMPARE(bodyOf(record, Kind::ProviderReply)->bytes, GatewayFixture::goodReply);
    QVERIFY(bodyOf(record, Kind::ClientReply)->bytes != GatewayFixture::goodReply);
    const auto details = detailsOf(record);
    QVERIFY(details.has_value());
    QVERIFY(details->receivedUs >= 0 && details->parsedUs >= details->receivedUs);
    QVERIFY(details->plannedUs >= details->parsedUs);
    QCOMPARE(details->path, std::string("/v1/messages?beta=true"));
    QCOMPARE(details->attempts.size(), size_t(1));
    QCOMPARE(details->attempts[0].dialect, std::string("openai-chat"));
    QCOMPARE(details->attempts[0].providerRequestId, std::string("req-7"));
    QVERIFY(details->attempts[0].translated);
    QVERIFY(details->attempts[0].startedUs >= details->attempts[0].madeFromUs);
    QVERIFY(!details->sameReply && !details->sameRequest);
    bool masked = false;
    for (const auto &[name, value] : details->requestHeaders) {
        QVERIFY(value.find(GatewayFixture::clientKey) == std::string::npos);
        masked = masked || value == "[redacted]";
    }
    QVERIFY(masked);
}

void TestKeptBodies::theSameBytesAreKeptOnce()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    const auto detail = ask(configFor(box, BodyPolicy::All), "/v1/chat/completions", plainBody);
    QVERIFY(detail.has_value());
    const auto details = detailsOf(detail->record);
    QVERIFY(details && details->sameReply && details->sameRequest);
    QVERIFY(!bodyOf(detail->record, Kind::ProviderReply));
    QVERIFY(!bodyOf(detail->record, Kind::ProviderRequest));
}

void TestKeptBodies::aStreamTellsWhenItsBytesLeft()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange, GatewayFixture::goodEvents);
    });
    const auto detail = ask(configFor(box, BodyPolicy::All), "/v1/chat/completions",
                            R"({"model":"m1","stream":true,"messages":[{"role":"user","content":"hi"}]})");
    QVERIFY(detail.has_value());
    const auto details = detailsOf(detail->record);
    QVERIFY(details && !details->chunks.empty());
    int64_t bytes = 0;
    for (const RequestDetails::Chunk &chunk : details->chunks)
        bytes += chunk.bytes;
    QCOMPARE(size_t(bytes), bodyOf(detail->record, Kind::ClientReply)->bytes.size());
    QVERIFY(details->attempts.at(0).firstTokenUs >= 0);
    QVERIFY(details->chunks.front().atUs >= details->attempts[0].firstTokenUs);
}

void TestKeptBodies::anErrorIsKeptWithWhatItsProviderSaid()
{
    const std::string said = R"({"error":{"message":"no such thing","type":"invalid_request_error"}})";
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(400, GatewayFixture::jsonHeaders(), said);
    });
    const auto detail = ask(configFor(box, BodyPolicy::Errors), "/v1/messages", anthropicBody);
    QVERIFY(detail.has_value());
    QCOMPARE(bodyOf(detail->record, Kind::ProviderReply)->bytes, said);
    QCOMPARE(bodyOf(detail->record, Kind::ProviderRequest)->bytes, box.seen().at(0)->body);
    QVERIFY(detailsOf(detail->record).has_value());
}

void TestKeptBodies::noneKeepsNothing()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(500, GatewayFixture::jsonHeaders(), R"({"error":{"message":"oops"}})");
    });
    const auto detail = ask(configFor(box, BodyPolicy::None), "/v1/chat/completions", plainBody);
    QVERIFY(detail.has_value());
    QVERIFY(detail->record.bodies.empty());
}

void TestKeptBodies::whatIsMaskedNeverReachesTheDisk()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        GatewayFixture::replyEvents(exchange,
                                    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"anna@exam\"}}]}\n\n"
                                    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"ple.org!\"}}]}\n\n"
                                    "data: [DONE]\n\n");
    });
    GatewayFixture gateway;
    Config config = configFor(box, BodyPolicy::All);
    config.store.redact.patterns.push_back({"account", "ACC-\\d{4}"});
    QVERIFY(gateway.start(config));
    HeaderList headers = GatewayFixture::jsonHeaders();
    headers.add("x-asked-by", "carl@example.net");
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions",
                 R"({"model":"m1","stream":true,"messages":[{"role":"user","content":"bob@example.com ACC-1234"}]})",
                 headers);
    QTRY_VERIFY(reply.over());
    QVERIFY(reply.body.find("anna@exam") != std::string::npos); // the client gets what was said
    QVERIFY(box.seen().at(0)->body.find("bob@example.com") != std::string::npos);
    const auto records = gateway.records(1);
    QCOMPARE(records.size(), size_t(1));
    auto reader = LedgerReader::open(gateway.ledger().databasePath());
    QVERIFY(reader);
    const auto detail = (*reader)->detail(records[0].id);
    QVERIFY(detail && *detail);
    const RequestRecord &record = (*detail)->record;
    QVERIFY(bodyOf(record, Kind::ClientRequest)->bytes.find("\"«redacted:email» «redacted:account»\"") !=
            std::string::npos);
    const std::string &kept = bodyOf(record, Kind::ClientReply)->bytes;
    QVERIFY(kept.find("«redacted:email»") != std::string::npos && kept.find("ple.org") == std::string::npos);
    const auto details = detailsOf(record);
    QVERIFY(details && details->masked.at("email") >= 3 && details->masked.at("account") >= 1);
    QVERIFY(std::any_of(details->requestHeaders.begin(), details->requestHeaders.end(), [](const auto &header) {
        return header.first == "x-asked-by" && header.second == "«redacted:email»";
    }));
    for (const QFileInfo &info : QDir(gateway.folder()).entryInfoList(QDir::Files)) {
        QFile file(info.filePath());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        for (const char *said : {"bob@example.com", "anna@exam", "carl@example.net", "ACC-1234"})
            QVERIFY2(!bytes.contains(said), qPrintable(info.fileName()));
    }
}

QTEST_GUILESS_MAIN(TestKeptBodies)
#include "tst_kept_bodies.moc"
