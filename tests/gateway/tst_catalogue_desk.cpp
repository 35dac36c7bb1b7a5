// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace json = boost::json;

// Another catalogue while the gateway runs: sent to it, or fetched by it.
class TestCatalogueDesk final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void sentAppliedAndTakenBack();
    void mistakes_data();
    void mistakes();
    void fetchedWithoutDoubtIsTakenOver();
    void fetchedWithDoubtWaits();

private:
    json::value post(const std::string &body, int status = 200);
    json::value get(const char *path);
    int64_t models() { return get("/signalbox/v1/catalogue").at("models").as_int64(); }
    bool start(const std::string &path);

    std::string m_served;
    std::unique_ptr<ScriptedProvider> m_site;
    std::unique_ptr<GatewayFixture> m_gateway;
};

namespace {

constexpr char updatePath[] = "/signalbox/v1/catalogue/update";

// The shipped one with a model more; `price` of an other model changed by ten times where it is wished.
std::string newer(bool odd)
{
    std::string text(Catalogue::builtIn()->text());
    const std::string begin = "\"models\":[";
    size_t at = text.find(begin) + begin.size();
    const std::string provider(Catalogue::builtIn()->providerAt(0));
    text.insert(at, R"({"provider":")" + provider + R"(","model":"brand-new","source":"models.dev","inputUsdPerMTok":1},)");
    if (odd) {
        const std::string price = "\"inputUsdPerMTok\":";
        at = text.find(price, text.find("brand-new") + 60) + price.size();
        const size_t end = text.find_first_of(",}", at);
        text.replace(at, end - at, "123456");
    }
    return text;
}

} // namespace

void TestCatalogueDesk::init()
{
    m_site = std::make_unique<ScriptedProvider>([this](HttpExchange &http, const ScriptedProvider::Seen &) {
        http.reply(200, GatewayFixture::jsonHeaders(), m_served);
    });
    m_gateway = std::make_unique<GatewayFixture>();
}

void TestCatalogueDesk::cleanup()
{
    m_gateway.reset();
    m_site.reset();
}

bool TestCatalogueDesk::start(const std::string &path)
{
    Config config;
    config.providers = {GatewayFixture::provider("box", *m_site)};
    if (!path.empty())
        config.catalogue.url = m_site->baseUrl() + path;
    return m_gateway->start(config);
}

json::value TestCatalogueDesk::post(const std::string &body, int status)
{
    RecordingHandler reply;
    m_gateway->post(reply, updatePath, body);
    if (!QTest::qWaitFor([&] { return reply.over(); }, 20'000) || !reply.head || reply.head->status != status)
        qWarning("%d %s", reply.head ? reply.head->status : 0, reply.body.substr(0, 500).c_str());
    json::error_code failed;
    return json::parse(reply.body, failed);
}

json::value TestCatalogueDesk::get(const char *path)
{
    RecordingHandler reply;
    m_gateway->get(reply, path);
    if (!QTest::qWaitFor([&] { return reply.over(); }, 20'000))
        qWarning("%s: no answer", path);
    json::error_code failed;
    return json::parse(reply.body, failed);
}

void TestCatalogueDesk::sentAppliedAndTakenBack()
{
    QVERIFY(start({}));
    const int64_t shipped = models();
    const json::value status = get(updatePath);
    QVERIFY(!status.at("own").as_bool());
    QVERIFY(status.at("pending").is_null());
    const json::value offer = post(newer(true));
    QCOMPARE(offer.at("added").as_int64(), 1);
    QCOMPARE(offer.at("changed").as_int64(), 1);
    QVERIFY(offer.at("needs_yes").as_bool());
    QVERIFY(offer.at("changes").at(0).at("needs_yes").as_bool());
    const std::string digest(offer.at("digest").as_string());
    QCOMPARE(models(), shipped);
    const json::value refused = post(R"({"apply":true,"digest":")" + digest + "\"}", 409);
    QVERIFY(refused.at("error").at("message").as_string().find("1 price moves") != json::string::npos);
    QVERIFY(post(R"({"apply":true,"yes":true,"digest":")" + digest + "\"}").at("applied").as_bool());
    QTRY_COMPARE(models(), shipped + 1);
    QVERIFY(get(updatePath).at("own").as_bool());
    QVERIFY(post(R"({"revert":true})").at("reverted").as_bool());
    QTRY_COMPARE(models(), shipped);
}

void TestCatalogueDesk::mistakes_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char *body, int status, const char *told) {
        QTest::newRow(body) << QByteArray(body) << status << QByteArray(told);
    };
    row(R"({"apply":true})", 400, "/digest");
    row(R"({"apply":true,"digest":"00"})", 409, "No catalogue waits");
    row(R"({"apply":true,"revert":true})", 400, "exactly one");
    row(R"({"apply":true,"digest":"00","force":1})", 400, "/force");
    row(R"({"revert":true})", 409, "no other catalogue");
    row(R"({"check":true})", 400, "catalogue.url");
    row(R"({"version":1})", 400, "/models");
    row("nonsense", 400, "line 1");
    row("", 400, "line 1");
}

void TestCatalogueDesk::mistakes()
{
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    QFETCH(QByteArray, told);
    QVERIFY(start({}));
    const json::value answer = post(body.toStdString(), status);
    const std::string message(answer.at("error").at("message").as_string());
    QVERIFY2(QByteArray::fromStdString(message).contains(told), message.c_str());
}

void TestCatalogueDesk::fetchedWithoutDoubtIsTakenOver()
{
    m_served = newer(false);
    QVERIFY(start("/catalogue.json"));
    const int64_t shipped = models();
    QVERIFY(post(R"({"check":true})").at("checking").as_bool());
    QTRY_COMPARE_WITH_TIMEOUT(models(), shipped + 1, 20'000);
    QVERIFY(get(updatePath).at("check_result").as_string().find("Taken over") == 0);
    QCOMPARE(m_site->seen().size(), size_t(1));
}

void TestCatalogueDesk::fetchedWithDoubtWaits()
{
    m_served = newer(true);
    QVERIFY(start("/catalogue.json"));
    const int64_t shipped = models();
    QVERIFY(post(R"({"check":true})").at("checking").as_bool());
    QTRY_VERIFY_WITH_TIMEOUT(get(updatePath).at("pending").is_object(), 20'000);
    QCOMPARE(models(), shipped);
    m_served = "{}";
    QVERIFY(post(R"({"check":true})").at("checking").as_bool());
    QTRY_VERIFY(get(updatePath).at("check_result").as_string().find("no catalogue") != json::string::npos);
    QCOMPARE(models(), shipped);
}

QTEST_GUILESS_MAIN(TestCatalogueDesk)
#include "tst_catalogue_desk.moc"
