// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/proxy_rules.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestProxyRules final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void choosesTheWay_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<QByteArray>("wanted");
        QTest::newRow("outside") << QByteArray("api.example.com") << QByteArray("http://p:1");
        QTest::newRow("named") << QByteArray("intern.example") << QByteArray("none");
        QTest::newRow("below it") << QByteArray("a.intern.example") << QByteArray("none");
        QTest::newRow("looks alike") << QByteArray("notintern.example") << QByteArray("http://p:1");
        QTest::newRow("subnet") << QByteArray("10.1.2.3") << QByteArray("none");
        QTest::newRow("other subnet") << QByteArray("11.1.2.3") << QByteArray("http://p:1");
        QTest::newRow("loopback") << QByteArray("127.0.0.1") << QByteArray("none");
        QTest::newRow("loopback six") << QByteArray("::1") << QByteArray("none");
        QTest::newRow("localhost") << QByteArray("localhost") << QByteArray("none");
    }

    void choosesTheWay()
    {
        QFETCH(QByteArray, host);
        QFETCH(QByteArray, wanted);
        const ProxyRules rules{"http://p:1", "intern.example,10.0.0.0/8"};
        QCOMPARE(QByteArray::fromStdString(rules.proxyFor(host.toStdString(), 443)), wanted);
    }

    void passwordsGoInAndOut()
    {
        const std::string with = withProxyPassword("http://me@proxy.example:3128", "p@s:s/w %\xc3\xa4");
        QVERIFY(with.starts_with("http://me:"));
        const ProxyLogin login = splitProxyLogin(with);
        QCOMPARE(login.proxy, std::string("http://me@proxy.example:3128"));
        QCOMPARE(login.password, std::string("p@s:s/w %\xc3\xa4"));
        for (const char *as : {"system", "none", "http://proxy.example:3128", "http://me:has@proxy.example"})
            QCOMPARE(withProxyPassword(as, "x"), std::string(as));
        QCOMPARE(splitProxyLogin("system").proxy, std::string("system"));
        QVERIFY(splitProxyLogin("http://me@proxy.example").password.empty());
    }
};

QTEST_APPLESS_MAIN(TestProxyRules)
#include "tst_proxy_rules.moc"
