// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/multipart_scan.h"

#include <QtTest/QTest>

using namespace signalbox::openai_chat;

namespace {

const std::string file = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"model\"\r\nContent-Type: "
                         "audio/wav\r\n\r\n\x01\x02--B\r\n\r\n";
const std::string model = "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n";
const std::string end = "--B--\r\n";

} // namespace

class TestOpenAiMultipart final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void boundary()
    {
        QCOMPARE(multipartBoundary("multipart/form-data; boundary=abc"), std::string("abc"));
        QCOMPARE(multipartBoundary("Multipart/Form-Data; Boundary=\"a b\"; charset=x"), std::string("a b"));
        QCOMPARE(multipartBoundary("application/json"), std::string());
        QCOMPARE(multipartBoundary("multipart/form-data"), std::string());
    }

    void findsTheModelWhereverItStands()
    {
        for (const std::string &body : {model + file + end, file + model + end}) {
            const auto found = findMultipartModel(body, "B");
            QVERIFY(found);
            QCOMPARE(found->value, std::string("whisper-1"));
            QCOMPARE(body.substr(found->begin, found->end - found->begin), std::string("whisper-1"));
        }
    }

    void waitsUntilTheValueIsWhole()
    {
        const std::string body = model + end;
        const size_t needed = body.find("\r\n--B--") + 5;
        for (size_t n = 0; n < body.size(); ++n)
            QCOMPARE(findMultipartModel(body.substr(0, n), "B").has_value(), n >= needed);
    }

    void aFileOfThatNameIsNotTheModel()
    {
        QVERIFY(!findMultipartModel(file + end, "B"));
        QVERIFY(!findMultipartModel(model + end, "C"));
        QVERIFY(!findMultipartModel(model + end, ""));
    }
};

QTEST_APPLESS_MAIN(TestOpenAiMultipart)
#include "tst_openai_multipart.moc"
