// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/loss_report.h"

#include "core/dialect/codec.h"

#include <boost/json.hpp>

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

using namespace signalbox;
namespace json = boost::json;

namespace {

Node at(const json::value &root, const char *pointer)
{
    boost::system::error_code code;
    return root.find_pointer(pointer, code);
}

class Noting final : public ReplyDecoder
{
public:
    Result<void> feed(std::string_view, ReplySink &) override { return {}; }
    Result<void> finish(ReplySink &) override { return {}; }
    Result<void> whole(std::string_view, ReplySink &) override { return {}; }
    void note(const json::value &root, const char *pointer)
    {
        LossReport report;
        report.drop(at(root, pointer), "new");
        noteLosses(report, root);
    }
};

} // namespace

class TestLossReport final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void kinds();
    void documentOrder();
    void sameTwiceIsOne();
    void otherDocument();
    void wholeDocument();
    void pointers_data();
    void pointers();
    void clearing();
    void manyEntries();
    void replyLossesOncePerKind();
};

void TestLossReport::kinds()
{
    QCOMPARE(lossKindName(LossKind::Dropped), "dropped");
    QCOMPARE(lossKindName(LossKind::Renamed), "renamed");
    QCOMPARE(lossKindName(LossKind::Approximated), "approximated");
}

void TestLossReport::documentOrder()
{
    const json::value root = json::parse(R"({"b":{"x":1},"a":[10,{"y":2}]})");
    LossReport report;
    QVERIFY(report.empty());
    report.approximate(at(root, "/a/1/y"), "third");
    report.drop(at(root, "/b/x"), "second");
    report.rename(at(root, "/b"), "first");
    QCOMPARE(report.size(), size_t(3));
    const std::vector<LossEntry> entries = report.resolve(root, false);
    const std::vector<LossEntry> expected = {{"/b", LossKind::Renamed, "first", false},
                                             {"/b/x", LossKind::Dropped, "second", false},
                                             {"/a/1/y", LossKind::Approximated, "third", false}};
    QCOMPARE(entries, expected);
}

void TestLossReport::sameTwiceIsOne()
{
    const json::value root = json::parse(R"({"a":1,"b":1})");
    LossReport report;
    report.drop(at(root, "/a"), "gone");
    report.drop(at(root, "/a"), "gone");
    report.drop(at(root, "/b"), "gone");
    report.approximate(at(root, "/a"), "gone");
    report.drop(at(root, "/a"), "for another reason");
    report.drop(nullptr, "made by the gateway");
    QCOMPARE(report.size(), size_t(4));
}

void TestLossReport::otherDocument()
{
    const json::value root = json::parse(R"({"a":1})");
    const json::value other = json::parse(R"({"a":1})");
    LossReport report;
    report.drop(at(other, "/a"), "elsewhere");
    QVERIFY(report.resolve(root, false).empty());
    QCOMPARE(pointerOf(root, at(other, "/a")), std::string());
}

void TestLossReport::wholeDocument()
{
    const json::value root = json::parse("[1]");
    LossReport report;
    report.drop(&root, "all");
    const auto entries = report.resolve(root, true);
    QCOMPARE(entries.size(), size_t(1));
    QCOMPARE(entries[0].pointer, std::string());
    QVERIFY(entries[0].reply);
}

void TestLossReport::pointers_data()
{
    QTest::addColumn<QByteArray>("pointer");
    for (const char *pointer : {"", "/a", "/a/0", "/a/1/x~1y", "/a/1/m~0n", "/a/1/~01", "/a/1/", "/a/1/ß/0/0"})
        QTest::newRow(*pointer ? pointer : "root") << QByteArray(pointer);
}

void TestLossReport::pointers()
{
    QFETCH(QByteArray, pointer);
    const json::value root = json::parse(R"({"a":[0,{"x/y":1,"m~n":2,"~1":3,"":4,"ß":[[5]]}],"z":0})");
    const Node node = at(root, pointer.constData());
    QVERIFY(node);
    QCOMPARE(QByteArray::fromStdString(pointerOf(root, node)), pointer);
}

void TestLossReport::clearing()
{
    const json::value root = json::parse(R"({"a":1})");
    LossReport report;
    report.drop(at(root, "/a"), "gone");
    report.clear();
    QVERIFY(report.empty());
    QVERIFY(report.resolve(root, false).empty());
    report.drop(at(root, "/a"), "gone");
    QCOMPARE(report.size(), size_t(1));
}

// A body of a few megabytes may be made of unknown fields alone: the work must not grow with its square.
void TestLossReport::manyEntries()
{
    json::array list;
    for (int i = 0; i < 100'000; ++i)
        list.push_back(json::object{{"x", i}});
    const json::value root(list);
    LossReport report;
    for (const json::value &item : root.get_array())
        report.drop(&item.get_object().begin()->value(), "unknown field");
    QCOMPARE(report.size(), size_t(100'000));
    const auto entries = report.resolve(root, false);
    QCOMPARE(entries.size(), size_t(100'000));
    QCOMPARE(entries.back().pointer, std::string("/99999/x"));
}

void TestLossReport::replyLossesOncePerKind()
{
    const json::value root = json::parse(R"({"choices":[{"x":1},{"x":2,"0y":3,"12":{"x":1}}]})");
    Noting decoder;
    decoder.note(root, "/choices/0/x");
    decoder.note(root, "/choices/1/x");
    decoder.note(root, "/choices/1/0y");
    decoder.note(root, "/choices/0/x");
    const std::vector<LossEntry> expected = {{"/choices/*/x", LossKind::Dropped, "new", true},
                                             {"/choices/*/0y", LossKind::Dropped, "new", true}};
    QCOMPARE(decoder.losses(), expected);
}

QTEST_APPLESS_MAIN(TestLossReport)
#include "tst_loss_report.moc"
