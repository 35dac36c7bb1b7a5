// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/door.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestDoor final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void check_data()
    {
        QTest::addColumn<QString>("address");
        QTest::addColumn<QString>("host");
        QTest::addColumn<QString>("origin"); // "-": not sent
        QTest::addColumn<bool>("allowed");
        const QString local = QStringLiteral("127.0.0.1");
        const QString all = QStringLiteral("0.0.0.0");
        QTest::newRow("loopback") << local << "127.0.0.1:8484"
                                  << "-" << true;
        QTest::newRow("localhost") << local << "LocalHost:8484"
                                   << "-" << true;
        QTest::newRow("v6 loopback") << local << "[::1]:8484"
                                     << "-" << true;
        QTest::newRow("other loopback") << local << "127.8.8.8"
                                        << "-" << true;
        QTest::newRow("rebinding") << local << "evil.example:8484"
                                   << "-" << false;
        QTest::newRow("prefix trick") << local << "127.0.0.1.evil.example"
                                      << "-" << false;
        QTest::newRow("suffix trick") << local << "localhost.evil"
                                      << "-" << false;
        QTest::newRow("user trick") << local << "localhost@evil.example"
                                    << "-" << false;
        QTest::newRow("foreign address") << local << "192.168.1.5:8484"
                                         << "-" << false;
        QTest::newRow("no host") << local << ""
                                 << "-" << false;
        QTest::newRow("listed name") << local << "gateway.lan:8484"
                                     << "-" << true;
        QTest::newRow("own address when open") << all << "192.168.1.5:8484"
                                               << "-" << true;
        QTest::newRow("name when open") << all << "evil.example"
                                        << "-" << false;
        QTest::newRow("own origin") << local << "127.0.0.1:8484"
                                    << "http://127.0.0.1:8484" << true;
        QTest::newRow("local page") << local << "127.0.0.1:8484"
                                    << "http://localhost:3000" << true;
        QTest::newRow("foreign origin") << local << "127.0.0.1:8484"
                                        << "https://evil.example" << false;
        QTest::newRow("null origin") << local << "127.0.0.1:8484"
                                     << "null" << false;
        QTest::newRow("empty origin") << local << "127.0.0.1:8484"
                                      << "" << false;
        QTest::newRow("file origin") << local << "127.0.0.1:8484"
                                     << "file://" << false;
        QTest::newRow("extension") << local << "127.0.0.1:8484"
                                   << "chrome-extension://localhost" << false;
        QTest::newRow("origin trick") << local << "127.0.0.1:8484"
                                      << "https://localhost.evil" << false;
    }

    void check()
    {
        QFETCH(QString, address);
        QFETCH(QString, host);
        QFETCH(QString, origin);
        QFETCH(bool, allowed);
        ListenConfig listen;
        listen.address = address.toStdString();
        listen.hosts = {"gateway.lan"};
        HttpRequestHead head;
        head.headers.add("Host", host.toStdString());
        if (origin != QStringLiteral("-"))
            head.headers.add("Origin", origin.toStdString());
        const auto checked = Door(listen).check(head);
        QCOMPARE(checked.has_value(), allowed);
        if (!allowed)
            QCOMPARE(checked.error().httpStatus, 403);
    }
};

QTEST_APPLESS_MAIN(TestDoor)
#include "tst_door.moc"
