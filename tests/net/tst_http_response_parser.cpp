// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_response_parser.h"

#include <QtTest/QTest>

using namespace signalbox;
using Step = HttpResponseParser::Step;

namespace {

struct Outcome {
    Step last = Step::NeedMore; // End, Error, or NeedMore when the input ended too early
    bool head = false;
    int status = 0;
    int64_t contentLength = -1;
    QByteArray headers;
    QByteArray body;
    QByteArray rest; // bytes behind the end
    bool keepAlive = false;

    bool operator==(const Outcome &) const = default;
};

void feed(HttpResponseParser &parser, std::string_view &input, Outcome &outcome)
{
    for (;;) {
        const Step step = parser.next(input);
        outcome.last = step;
        if (step == Step::Head) {
            outcome.head = true;
            const HttpResponseHead &head = parser.head();
            outcome.status = head.status;
            outcome.contentLength = head.contentLength;
            for (size_t i = 0; i < head.headers.size(); ++i) {
                outcome.headers += QByteArray::fromStdString(std::string(head.headers[i].name)) + '=' +
                                   QByteArray::fromStdString(std::string(head.headers[i].value)) + ';';
            }
        } else if (step == Step::Body) {
            outcome.body.append(parser.body().data(), static_cast<qsizetype>(parser.body().size()));
        } else {
            return;
        }
    }
}

Outcome parse(const QByteArray &bytes, qsizetype piece, bool toHead, bool eof)
{
    HttpResponseParser parser(1024);
    parser.begin(toHead);
    Outcome outcome;
    std::string waiting;
    qsizetype at = 0;
    do {
        waiting.append(bytes.constData() + at, static_cast<size_t>(std::min(piece, bytes.size() - at)));
        at = std::min(at + piece, bytes.size());
        std::string_view input = waiting;
        feed(parser, input, outcome);
        waiting = std::string(input);
    } while (outcome.last == Step::NeedMore && at < bytes.size());
    if (outcome.last == Step::NeedMore && eof)
        outcome.last = parser.finish();
    if (outcome.last == Step::End) {
        outcome.rest = QByteArray::fromStdString(waiting) + bytes.mid(at);
        outcome.keepAlive = parser.keepAlive();
    }
    return outcome;
}

} // namespace

class TestHttpResponseParser final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parses_data();
    void parses();
    void refuses_data();
    void refuses();
    void boundsHeads();
    void startsAnew();
};

void TestHttpResponseParser::parses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("toHead");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("rest");
    QTest::addColumn<bool>("keepAlive");
    QTest::addColumn<qint64>("contentLength");
    const auto row = [](const char *name, const char *bytes, const char *headers, const char *body,
                        bool keepAlive = true, qint64 length = -1, const char *rest = "", bool toHead = false) {
        QTest::newRow(name) << QByteArray(bytes) << toHead << QByteArray(headers) << QByteArray(body)
                            << QByteArray(rest) << keepAlive << length;
    };
    row("length", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nA:  b \r\n\r\nabc", "Content-Length=3;A=b;", "abc", true, 3);
    row("no reason", "HTTP/1.1 200 \r\ncontent-length: 0\r\n\r\n", "content-length=0;", "", true, 0);
    row("same length twice", "HTTP/1.1 200 x\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\na",
        "content-length=1;content-length=1;", "a", true, 1);
    row("empty value", "HTTP/1.1 200 x\r\na:\r\ncontent-length: 1\r\n\r\na", "a=;content-length=1;", "a", true, 1);
    row("bytes behind the end", "HTTP/1.1 200 x\r\ncontent-length: 1\r\n\r\nabc", "content-length=1;", "a", true, 1,
        "bc");
    row("chunks", "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\nA;q=\"x\"\r\n0123456789\r\n00\r\n\r\n",
        "transfer-encoding=chunked;", "a0123456789");
    row("trailers are dropped",
        "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nx: y\r\nz: 1\r\n\r\nrest",
        "transfer-encoding=chunked;", "a", true, -1, "rest");
    row("close", "HTTP/1.1 200 x\r\nconnection: Close\r\ncontent-length: 1\r\n\r\na",
        "connection=Close;content-length=1;", "a", false, 1);
    row("1.0", "HTTP/1.0 200 x\r\ncontent-length: 1\r\n\r\na", "content-length=1;", "a", false, 1);
    row("1.0 keep-alive", "HTTP/1.0 200 x\r\nconnection: keep-alive\r\ncontent-length: 1\r\n\r\na",
        "connection=keep-alive;content-length=1;", "a", true, 1);
    row("until close", "HTTP/1.1 200 x\r\na: b\r\n\r\nall the rest\r\n", "a=b;", "all the rest\r\n", false);
    row("until close, nothing", "HTTP/1.1 200 x\r\n\r\n", "", "", false);
    row("reply to HEAD", "HTTP/1.1 200 x\r\ncontent-length: 7\r\n\r\n", "content-length=7;", "", true, 7, "", true);
    row("reply to HEAD, chunked", "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n", "transfer-encoding=chunked;",
        "", true, -1, "", true);
    row("204", "HTTP/1.1 204 x\r\n\r\n", "", "");
    row("304 with a length", "HTTP/1.1 304 x\r\ncontent-length: 7\r\n\r\n", "content-length=7;", "", true, 7);
    row("interim",
        "HTTP/1.1 100 x\r\n\r\nHTTP/1.1 103 y\r\nlink: a\r\n\r\nHTTP/1.1 200 x\r\ncontent-length: 1\r\n\r\na",
        "content-length=1;", "a", true, 1);
}

void TestHttpResponseParser::parses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, toHead);
    QFETCH(QByteArray, headers);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, rest);
    QFETCH(bool, keepAlive);
    QFETCH(qint64, contentLength);
    for (qsizetype piece = 1; piece <= bytes.size(); ++piece) {
        const Outcome outcome = parse(bytes, piece, toHead, true);
        QCOMPARE(outcome.last, Step::End);
        QCOMPARE(outcome.headers, headers);
        QCOMPARE(outcome.body, body);
        QCOMPARE(outcome.rest, rest);
        QCOMPARE(outcome.keepAlive, keepAlive);
        QCOMPARE(outcome.contentLength, contentLength);
    }
}

void TestHttpResponseParser::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("head"); // whether the head still counts
    const auto row = [](const char *name, const QByteArray &bytes, bool head = false) {
        QTest::newRow(name) << bytes << head;
    };
    row("nothing", "");
    row("other protocol", "SSH-2.0-x\r\n\r\n");
    row("HTTP/2", "HTTP/2.0 200 x\r\n\r\n");
    row("status of two digits", "HTTP/1.1 20 x\r\n\r\n");
    row("cut head", "HTTP/1.1 200 OK\r\ncontent-le");
    row("space before the colon", "HTTP/1.1 200 x\r\na : b\r\n\r\n");
    row("control character", QByteArray("HTTP/1.1 200 x\r\na: b\0c\r\n\r\n", 27));
    row("both framings", "HTTP/1.1 200 x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\na");
    row("both framings, other order", "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n\r\na");
    row("two lengths", "HTTP/1.1 200 x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na");
    row("length with a sign", "HTTP/1.1 200 x\r\ncontent-length: +1\r\n\r\na");
    row("length beyond 64 bits", "HTTP/1.1 200 x\r\ncontent-length: 99999999999999999999999\r\n\r\na");
    row("transfer coding that we cannot undo", "HTTP/1.1 200 x\r\ntransfer-encoding: gzip, chunked\r\n\r\n");
    row("chunked twice", "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n");
    row("switch of protocols", "HTTP/1.1 101 x\r\nupgrade: websocket\r\n\r\n");
    row("cut body", "HTTP/1.1 200 x\r\ncontent-length: 3\r\n\r\nab", true);
    row("cut chunk", "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab", true);
    row("no last chunk", "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n", true);
    row("cut trailers", "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n0\r\na: b\r\n", true);
    row("chunk size", "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\nab\r\n0\r\n\r\n", true);
    row("chunk without line end", "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nabX\r\n0\r\n\r\n", true);
}

void TestHttpResponseParser::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(bool, head);
    for (qsizetype piece = 1; piece <= bytes.size() + 1; ++piece) {
        const Outcome outcome = parse(bytes, piece, false, true);
        QCOMPARE(outcome.last, Step::Error);
        QCOMPARE(outcome.head, head);
    }
}

void TestHttpResponseParser::boundsHeads()
{
    const QByteArray line = "x: " + QByteArray(60, 'y') + "\r\n";
    const QByteArray start = "HTTP/1.1 200 x\r\ncontent-length: 0\r\n";
    const QByteArray chunked = "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n";
    const QByteArray interim = "HTTP/1.1 103 x\r\n" + line + "\r\n";
    for (const qsizetype piece : {1, 50, 100'000}) {
        QCOMPARE(parse(start + line.repeated(10) + "\r\n", piece, false, false).last, Step::End);
        QCOMPARE(parse(start + line.repeated(20) + "\r\n", piece, false, false).last, Step::Error);
        QCOMPARE(parse("HTTP/1.1 200 " + QByteArray(2000, 'a'), piece, false, false).last, Step::Error);
        QCOMPARE(parse(interim.repeated(50), piece, false, false).last, Step::Error);
        QCOMPARE(parse(chunked + "1;" + QByteArray(2000, 'a'), piece, false, false).last, Step::Error);
        QCOMPARE(parse(chunked + "0\r\n" + line.repeated(50), piece, false, false).last, Step::Error);
    }
}

void TestHttpResponseParser::startsAnew()
{
    HttpResponseParser parser;
    const std::string_view bytes = "HTTP/1.1 200 x\r\na: 1\r\ncontent-length: 1\r\n\r\na";
    for (int i = 0; i < 3; ++i) {
        parser.begin(false);
        QVERIFY(parser.atStart() && !parser.headDone());
        Outcome outcome;
        std::string_view input = bytes;
        feed(parser, input, outcome);
        QCOMPARE(outcome.last, Step::End);
        QCOMPARE(outcome.headers, QByteArray("a=1;content-length=1;"));
        QCOMPARE(parser.next(input), Step::End); // stays there
    }
    parser.begin(false);
    std::string_view broken = "nonsense\r\n";
    QCOMPARE(parser.next(broken), Step::Error);
    broken = bytes;
    QCOMPARE(parser.next(broken), Step::Error); // stays there
    QVERIFY(!parser.error().empty());
    parser.begin(true);
    broken = bytes;
    QCOMPARE(parser.next(broken), Step::Head);
}

QTEST_GUILESS_MAIN(TestHttpResponseParser)
#include "tst_http_response_parser.moc"
