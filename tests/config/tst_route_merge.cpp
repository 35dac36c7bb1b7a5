// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/route_merge.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

RouteConfig route(const std::string &id, const std::string &model)
{
    RouteConfig route;
    route.id = id;
    route.to.provider = "a";
    route.to.model = model;
    return route;
}

QStringList words(const std::vector<RouteConfig> &routes)
{
    QStringList words;
    for (const RouteConfig &one : routes)
        words << QString::fromStdString(one.id + '=' + one.to.model + (one.to.disabled ? " off" : ""));
    return words;
}

QStringList list(const char *parted)
{
    return QString::fromUtf8(parted).split(QStringLiteral(" | "));
}

QString diffOf(const std::string &before, const std::string &after)
{
    QString text;
    for (const DiffLine &line : diffLines(before, after))
        text += QLatin1String(line.kind == DiffLine::Kind::Added     ? "+"
                              : line.kind == DiffLine::Kind::Removed ? "-"
                                                                     : " ") +
                QString::fromStdString(line.text) + QLatin1Char('|');
    return text;
}

} // namespace

Q_DECLARE_METATYPE(std::vector<signalbox::RouteConfig>)

class TestRouteMerge final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void merging_data()
    {
        using Routes = std::vector<RouteConfig>;
        QTest::addColumn<Routes>("base");
        QTest::addColumn<Routes>("mine");
        QTest::addColumn<Routes>("theirs");
        QTest::addColumn<QStringList>("merged");
        QTest::addColumn<int>("both");
        const Routes base{route("x", "1"), route("y", "1")};
        QTest::newRow("only mine") << base << Routes{route("x", "2"), route("y", "1")} << base << list("x=2 | y=1")
                                   << 0;
        QTest::newRow("only theirs") << base << base << Routes{route("x", "1"), route("y", "3")} << list("x=1 | y=3")
                                     << 0;
        QTest::newRow("each another") << base << Routes{route("x", "2"), route("y", "1")}
                                      << Routes{route("x", "1"), route("y", "3")} << list("x=2 | y=3") << 0;
        QTest::newRow("the same twice") << base << Routes{route("x", "2"), route("y", "1")}
                                        << Routes{route("x", "2"), route("y", "1")} << list("x=2 | y=1") << 0;
        QTest::newRow("both the same route")
            << base << Routes{route("x", "2"), route("y", "1")} << Routes{route("x", "3"), route("y", "1")}
            << list("x=2 | x-theirs=3 off | y=1") << 1;
        QTest::newRow("they removed") << base << base << Routes{route("y", "1")} << list("y=1") << 0;
        QTest::newRow("I removed") << base << Routes{route("y", "1")} << base << list("y=1") << 0;
        QTest::newRow("they removed what I changed")
            << base << Routes{route("x", "2"), route("y", "1")} << Routes{route("y", "1")} << list("x=2 | y=1") << 1;
        QTest::newRow("I removed what they changed")
            << base << Routes{route("y", "1")} << Routes{route("x", "3"), route("y", "1")} << list("x=3 | y=1") << 1;
        QTest::newRow("both added") << base << Routes{route("x", "1"), route("y", "1"), route("m", "1")}
                                    << Routes{route("x", "1"), route("t", "1"), route("y", "1")}
                                    << list("x=1 | t=1 | y=1 | m=1") << 0;
    }

    void merging()
    {
        using Routes = std::vector<RouteConfig>;
        QFETCH(Routes, base);
        QFETCH(Routes, mine);
        QFETCH(Routes, theirs);
        QFETCH(QStringList, merged);
        QFETCH(int, both);
        const MergedRoutes result = mergeRoutes(base, mine, theirs);
        QCOMPARE(words(result.routes), merged);
        QCOMPARE(int(result.both.size()), both);
    }

    void changesInWords()
    {
        using Kind = RouteChange::Kind;
        const std::vector<RouteConfig> before{route("x", "1"), route("y", "1"), route("z", "1")};
        QVERIFY(routeChanges(before, before).empty());
        const auto changes = routeChanges(before, {route("n", "1"), route("y", "2"), route("x", "1")});
        QCOMPARE(changes, (std::vector<RouteChange>{
                              {Kind::Added, "n"}, {Kind::Changed, "y"}, {Kind::Moved, "x"}, {Kind::Removed, "z"}}));
    }

    void revokedKeysStayRevoked()
    {
        Config now;
        now.clients.resize(1);
        now.clients[0].id = "laptop";
        now.clients[0].revokedAtMs = 5;
        Config version = now;
        version.clients[0].revokedAtMs.reset();
        version.routes.push_back(route("old", "1"));
        const Config back = rolledBack(now, version);
        QCOMPARE(back.clients, now.clients);
        QCOMPARE(back.routes, version.routes);
    }

    void diffs()
    {
        QCOMPARE(diffOf("a\nb\nc\n", "a\nx\nc\n"), QStringLiteral(" a|-b|+x| c|"));
        QCOMPARE(diffOf("a\nb\n", "a\nb\n"), QStringLiteral(" a| b|"));
        QCOMPARE(diffOf("", "a\n"), QStringLiteral("+a|"));
        QCOMPARE(diffOf("a\nb\nc\nd\n", "b\nc\nd\ne\n"), QStringLiteral("-a| b| c| d|+e|"));
        std::string before;
        for (int i = 0; i < 40; ++i)
            before += std::to_string(i) + '\n';
        std::string after = before;
        after.replace(after.find("20\n"), 3, "zz\n");
        const auto shown = shortened(diffLines(before, after), 2);
        QCOMPARE(int(shown.size()), 8); // a gap, two lines, two that differ, two lines, a gap
        QCOMPARE(shown.front().text, std::string("\u2026"));
        QCOMPARE(shown[3].text, std::string("20"));
    }
};

QTEST_APPLESS_MAIN(TestRouteMerge)
#include "tst_route_merge.moc"
