// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_client.h"
#include "core/net/proxy_setting.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestBaseUrl final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data();
    void parses();
    void refuses_data();
    void refuses();
    void parsesProxies_data();
    void parsesProxies();
    void honoursNoProxy_data();
    void honoursNoProxy();
    void knowsLoopback();
};

void TestBaseUrl::parses_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QByteArray>("path");
    const auto row = [](const char *url, bool tls, const char *host, int port, const char *path) {
        QTest::newRow(url) << QByteArray(url) << tls << QByteArray(host) << port << QByteArray(path);
    };
    row("https://api.openai.com/v1", true, "api.openai.com", 443, "/v1");
    row("http://127.0.0.1:9100/v1/", false, "127.0.0.1", 9100, "/v1");
    row("http://localhost:11434", false, "localhost", 11434, "");
    row("http://localhost/", false, "localhost", 80, "");
    row("HTTPS://API.Example.COM/A//", true, "api.example.com", 443, "/A");
    row("http://[::1]:8080/v1", false, "::1", 8080, "/v1");
    row("https://[2001:db8::1]", true, "2001:db8::1", 443, "");
    row("https://x.test/a%20b/c", true, "x.test", 443, "/a%20b/c");
    row("https://b\xc3\xbc"
        "cher.test/v1",
        true, "xn--bcher-kva.test", 443, "/v1");
}

void TestBaseUrl::parses()
{
    QFETCH(QByteArray, url);
    QFETCH(bool, tls);
    QFETCH(QByteArray, host);
    QFETCH(int, port);
    QFETCH(QByteArray, path);
    const auto parsed = parseBaseUrl(url.toStdString());
    QVERIFY2(parsed, parsed ? "" : parsed.error().message.c_str());
    QCOMPARE(parsed->origin.tls, tls);
    QCOMPARE(QByteArray::fromStdString(parsed->origin.host), host);
    QCOMPARE(int(parsed->origin.port), port);
    QCOMPARE(QByteArray::fromStdString(parsed->path), path);
    QCOMPARE(parsed->origin.proxy, std::string("system"));
}

void TestBaseUrl::refuses_data()
{
    QTest::addColumn<QByteArray>("url");
    for (const char *url :
         {"", "api.openai.com/v1", "ftp://x/", "file:///etc/passwd", "http://", "http:///v1", "https://user@x.test/v1",
          "https://user:pass@x.test/v1", "https://@x.test/", "https://x.test/v1?key=1", "https://x.test/v1?",
          "https://x.test/v1#a", "https://x.test:99999/", "https://x.test:0/", "https://x.test:abc/",
          "https://x y.test/", "http://[::1/", "//x.test/v1"})
        QTest::newRow(url) << QByteArray(url);
}

void TestBaseUrl::refuses()
{
    QFETCH(QByteArray, url);
    const auto parsed = parseBaseUrl(url.toStdString());
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code, std::string("url_invalid"));
    QVERIFY(!parsed.error().message.empty());
    QVERIFY(parsed.error().message.find("pass@") == std::string::npos);
}

void TestBaseUrl::parsesProxies_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind"); // -1: refused
    QTest::addColumn<QString>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("user");
    QTest::addColumn<QString>("password");
    const auto row = [](const char *text, int kind, const char *host = "", int port = 0, const char *user = "",
                        const char *password = "") {
        QTest::newRow(text) << QByteArray(text) << kind << QString::fromLatin1(host) << port
                            << QString::fromLatin1(user) << QString::fromLatin1(password);
    };
    row("", int(ProxySetting::Kind::System));
    row("system", int(ProxySetting::Kind::System));
    row("none", int(ProxySetting::Kind::None));
    row("http://proxy.corp:3128", int(ProxySetting::Kind::Fixed), "proxy.corp", 3128);
    row("http://proxy.corp/", int(ProxySetting::Kind::Fixed), "proxy.corp", 8080);
    row("http://me:p%40ss@proxy.corp:1", int(ProxySetting::Kind::Fixed), "proxy.corp", 1, "me", "p@ss");
    row("socks5://10.0.0.1", int(ProxySetting::Kind::Fixed), "10.0.0.1", 1080);
    row("socks5h://[::1]:9050", int(ProxySetting::Kind::Fixed), "::1", 9050);
    for (const char *bad : {"https://proxy:1", "ftp://x", "proxy:8080", "http://", "http://x/path", "http://x?y", "on"})
        row(bad, -1);
}

void TestBaseUrl::parsesProxies()
{
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QFETCH(QString, host);
    QFETCH(int, port);
    QFETCH(QString, user);
    QFETCH(QString, password);
    const auto setting = parseProxySetting(text.toStdString());
    if (kind < 0) {
        QVERIFY(!setting);
        QCOMPARE(setting.error().code, std::string("proxy_invalid"));
        return;
    }
    QVERIFY(setting);
    QCOMPARE(int(setting->kind), kind);
    if (setting->kind != ProxySetting::Kind::Fixed)
        return;
    QCOMPARE(setting->proxy.type(), text.startsWith("socks") ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy);
    QCOMPARE(setting->proxy.hostName(), host);
    QCOMPARE(int(setting->proxy.port()), port);
    QCOMPARE(setting->proxy.user(), user);
    QCOMPARE(setting->proxy.password(), password);
}

void TestBaseUrl::honoursNoProxy_data()
{
    QTest::addColumn<QByteArray>("rules");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<bool>("covered");
    const auto row = [](const char *rules, const char *host, int port, bool covered) {
        QTest::addRow("%s / %s:%d", rules, host, port) << QByteArray(rules) << QByteArray(host) << port << covered;
    };
    row("", "x.test", 80, false);
    row("*", "x.test", 80, true);
    row("x.test", "x.test", 80, true);
    row("x.test", "X.TEST", 80, true);
    row("x.test", "a.x.test", 80, true);
    row("x.test", "ax.test", 80, false);
    row(".x.test", "a.x.test", 80, true);
    row("*.x.test", "a.x.test", 80, true);
    row("a, x.test ,b", "x.test", 80, true);
    row("x.test:81", "x.test", 80, false);
    row("x.test:81", "x.test", 81, true);
    row("10.1.2.3", "10.1.2.3", 80, true);
    row("10.1.2.3", "10.1.2.30", 80, false);
    row("10.0.0.0/8", "10.1.2.3", 80, true);
    row("10.0.0.0/8", "11.1.2.3", 80, false);
    row("nonsense/99", "11.1.2.3", 80, false);
    row("::1", "::1", 80, true);
    row("[::1]:80", "::1", 80, true);
    row("[::1]:81", "::1", 80, false);
    row("fd00::/8", "fd12::1", 80, true);
    row(":80", "x.test", 80, false);
}

void TestBaseUrl::honoursNoProxy()
{
    QFETCH(QByteArray, rules);
    QFETCH(QByteArray, host);
    QFETCH(int, port);
    QFETCH(bool, covered);
    QCOMPARE(noProxyCovers(rules.toStdString(), host.toStdString(), static_cast<uint16_t>(port)), covered);
}

void TestBaseUrl::knowsLoopback()
{
    for (const char *host : {"localhost", "LocalHost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"})
        QVERIFY2(isLoopbackHost(host), host);
    for (const char *host : {"localhost.example.com", "notlocalhost", "10.0.0.1", "::2", "example.com", ""})
        QVERIFY2(!isLoopbackHost(host), host);
}

QTEST_GUILESS_MAIN(TestBaseUrl)
#include "tst_base_url.moc"
