// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/object_reader.h"

#include "core/dialect/conversation.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

using namespace signalbox;
namespace json = boost::json;

namespace {

// One run over one document: `read` takes what it likes from the root object.
struct Run {
    explicit Run(std::string_view text) : root(json::parse(text)) {}

    template<class Read>
    void read(const Read &reading)
    {
        ObjectReader reader(root.get_object(), context);
        reading(reader);
    }
    QByteArrayList pointers() const
    {
        QByteArrayList list;
        for (const LossEntry &entry : losses.resolve(root, false))
            list += QByteArray::fromStdString(entry.pointer);
        return list;
    }
    QByteArray mistake() const { return QByteArray::fromStdString(context.error(root).message); }

    json::value root;
    LossReport losses;
    TextPool pool;
    DecodeContext context{losses, pool};
};

} // namespace

class TestObjectReader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void untakenMembersAreLosses();
    void pointersAreEscaped_data();
    void pointersAreEscaped();
    void nullIsAbsent();
    void peekTakesNothing();
    void quietAndReason();
    void takenTypes();
    void wrongTypes_data();
    void wrongTypes();
    void wholeNumbers_data();
    void wholeNumbers();
    void firstMistakeWins();
    void mistakeSilencesLosses();
    void nestedReaders();
    void manyMembers();
};

void TestObjectReader::untakenMembersAreLosses()
{
    Run run(R"({"a":1,"b":{"deep":[1,2]},"c":"x","d":[true],"e":false})");
    run.read([](ObjectReader &reader) {
        reader.integer("a");
        reader.text("c");
    });
    QCOMPARE(run.pointers(), QByteArrayList({"/b", "/d", "/e"}));
    for (const LossEntry &entry : run.losses.resolve(run.root, false)) {
        QCOMPARE(entry.kind, LossKind::Dropped);
        QVERIFY(!entry.reason.empty());
        QVERIFY(!entry.reply);
    }
}

void TestObjectReader::pointersAreEscaped_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QByteArray>("pointer");
    QTest::newRow("slash") << QByteArray("a/b") << QByteArray("/a~1b");
    QTest::newRow("tilde") << QByteArray("a~b") << QByteArray("/a~0b");
    QTest::newRow("both, in order") << QByteArray("~1/~0") << QByteArray("/~01~1~00");
    QTest::newRow("empty") << QByteArray("") << QByteArray("/");
    QTest::newRow("blank") << QByteArray(" ") << QByteArray("/ ");
    QTest::newRow("not ASCII") << QByteArray("größe✓") << QByteArray("/größe✓");
    QTest::newRow("a number") << QByteArray("0") << QByteArray("/0");
}

void TestObjectReader::pointersAreEscaped()
{
    QFETCH(QByteArray, key);
    QFETCH(QByteArray, pointer);
    json::object object;
    object.emplace(key.toStdString(), 1);
    Run run(json::serialize(object));
    run.read([](ObjectReader &) {});
    QCOMPARE(run.pointers(), QByteArrayList({pointer}));
}

void TestObjectReader::nullIsAbsent()
{
    Run run(R"({"a":null,"b":null,"c":null})");
    run.read([](ObjectReader &reader) {
        QVERIFY(!reader.has("a"));
        QVERIFY(!reader.take("a"));
        QVERIFY(!reader.integer("b"));
        QVERIFY(!reader.array("b"));
        QVERIFY(!reader.object("missing"));
        QCOMPARE(reader.text("missing"), std::string_view());
    });
    QVERIFY(!run.context.failed());
    QCOMPARE(run.pointers(), QByteArrayList());
}

void TestObjectReader::peekTakesNothing()
{
    Run run(R"({"a":1})");
    run.read([](ObjectReader &reader) {
        QVERIFY(reader.peek("a"));
        QVERIFY(reader.has("a"));
    });
    QCOMPARE(run.pointers(), QByteArrayList({"/a"}));
}

void TestObjectReader::quietAndReason()
{
    Run quiet(R"({"a":1,"b":2})");
    quiet.read([](ObjectReader &reader) { reader.ignoreRest(); });
    QVERIFY(quiet.losses.empty());

    Run said(R"({"a":1,"b":2})");
    said.read([](ObjectReader &reader) {
        reader.setReason("only for cats");
        reader.ignore("a");
    });
    const auto entries = said.losses.resolve(said.root, true);
    QCOMPARE(entries.size(), size_t(1));
    QCOMPARE(entries[0], (LossEntry{"/b", LossKind::Dropped, "only for cats", true}));
}

void TestObjectReader::takenTypes()
{
    Run run(R"({"text":"x","number":1.5,"whole":7,"truth":true,"list":[1],"object":{"k":1}})");
    run.read([&](ObjectReader &reader) {
        const auto text = reader.textSetting("text");
        QCOMPARE(*text, std::string_view("x"));
        QCOMPARE(pointerOf(run.root, text.origin), std::string("/text"));
        QCOMPARE(*reader.number("number"), 1.5);
        QCOMPARE(*reader.number("whole"), 7.0);
        QCOMPARE(*reader.integer("whole"), int64_t(7));
        QCOMPARE(*reader.boolean("truth"), true);
        QCOMPARE(reader.array("list")->size(), size_t(1));
        QCOMPARE(reader.object("object")->size(), size_t(1));
    });
    QVERIFY(!run.context.failed());
    QVERIFY(run.losses.empty());
}

void TestObjectReader::wrongTypes_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("as");
    const QList<QByteArray> values = {R"("x")", "1", "1.5", "true", "[]", "{}"};
    const QMap<QByteArray, QList<QByteArray>> fitting = {{"text", {R"("x")"}}, {"number", {"1", "1.5"}},
                                                         {"integer", {"1"}},   {"boolean", {"true"}},
                                                         {"array", {"[]"}},    {"object", {"{}"}}};
    for (auto kind = fitting.begin(); kind != fitting.end(); ++kind) {
        for (const QByteArray &value : values) {
            if (!kind.value().contains(value))
                QTest::addRow("%s as %s", value.constData(), kind.key().constData()) << value << kind.key();
        }
    }
}

void TestObjectReader::wrongTypes()
{
    QFETCH(QByteArray, value);
    QFETCH(QByteArray, as);
    Run run("{\"a/b\":" + value.toStdString() + "}");
    run.read([&](ObjectReader &reader) {
        if (as == "text")
            QCOMPARE(reader.text("a/b"), std::string_view());
        else if (as == "number")
            QVERIFY(!reader.number("a/b"));
        else if (as == "integer")
            QVERIFY(!reader.integer("a/b"));
        else if (as == "boolean")
            QVERIFY(!reader.boolean("a/b"));
        else if (as == "array")
            QVERIFY(!reader.array("a/b"));
        else
            QVERIFY(!reader.object("a/b"));
    });
    QVERIFY(run.context.failed());
    const Error error = run.context.error(run.root);
    QCOMPARE(error.code, std::string("field_invalid"));
    QCOMPARE(error.httpStatus, 400);
    QVERIFY2(error.message.starts_with("/a~1b: must be "), error.message.c_str());
}

void TestObjectReader::wholeNumbers_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("fits");
    QTest::addColumn<qint64>("value");
    QTest::newRow("whole real") << QByteArray("12.0") << true << qint64(12);
    QTest::newRow("exponent") << QByteArray("1e3") << true << qint64(1000);
    QTest::newRow("negative") << QByteArray("-4") << true << qint64(-4);
    QTest::newRow("largest") << QByteArray("9223372036854775807") << true << std::numeric_limits<qint64>::max();
    QTest::newRow("above int64") << QByteArray("9223372036854775808") << false << qint64(0);
    QTest::newRow("above uint64") << QByteArray("18446744073709551616") << false << qint64(0);
    QTest::newRow("fraction") << QByteArray("0.5") << false << qint64(0);
}

void TestObjectReader::wholeNumbers()
{
    QFETCH(QByteArray, json);
    QFETCH(bool, fits);
    QFETCH(qint64, value);
    Run run("{\"n\":" + json.toStdString() + "}");
    run.read([&](ObjectReader &reader) {
        const Setting<int64_t> number = reader.integer("n");
        QCOMPARE(bool(number), fits);
        if (fits)
            QCOMPARE(qint64(*number), value);
    });
    QCOMPARE(run.context.failed(), !fits);
}

void TestObjectReader::firstMistakeWins()
{
    Run run(R"({"a":1,"b":1})");
    run.read([](ObjectReader &reader) {
        reader.text("b");
        reader.array("a");
    });
    QCOMPARE(run.mistake(), QByteArray("/b: must be a text"));

    Run rootless(R"({})");
    rootless.context.fail(nullptr, "model is missing");
    QCOMPARE(rootless.mistake(), QByteArray("model is missing"));
}

void TestObjectReader::mistakeSilencesLosses()
{
    Run run(R"({"a":1,"b":1})");
    run.read([](ObjectReader &reader) { reader.text("a"); });
    QVERIFY(run.losses.empty());
}

void TestObjectReader::nestedReaders()
{
    Run run(R"({"list":[{"known":1,"x":1},{"y":{"z":null}},{"z":null}],"same":1})");
    run.read([&](ObjectReader &reader) {
        for (const json::value &item : *reader.array("list")) {
            ObjectReader inner(item.get_object(), run.context);
            inner.take("known");
        }
    });
    QCOMPARE(run.pointers(), QByteArrayList({"/list/0/x", "/list/1/y", "/same"}));
}

// Members behind the 256th cannot be marked: they are all reported, taken or not, and nothing before them is.
void TestObjectReader::manyMembers()
{
    json::object object;
    for (int i = 0; i < 300; ++i)
        object.emplace("k" + std::to_string(i), i);
    Run run(json::serialize(object));
    run.read([](ObjectReader &reader) {
        for (int i = 0; i < 300; ++i)
            QCOMPARE(*reader.integer("k" + std::to_string(i)), int64_t(i));
    });
    const QByteArrayList pointers = run.pointers();
    QCOMPARE(pointers.size(), 300 - 256);
    QCOMPARE(pointers.first(), QByteArray("/k256"));
    QCOMPARE(pointers.last(), QByteArray("/k299"));
}

QTEST_APPLESS_MAIN(TestObjectReader)
#include "tst_object_reader.moc"
