// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/errors.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

using namespace signalbox::openai_chat;

class TestOpenAiErrors final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shape()
    {
        const QJsonObject error =
            QJsonDocument::fromJson(QByteArray::fromStdString(errorBody({"code_x", "say \"what\"", 429})))
                .object()
                .value(QStringLiteral("error"))
                .toObject();
        QCOMPARE(error.value(QStringLiteral("message")).toString(), QStringLiteral("say \"what\""));
        QCOMPARE(error.value(QStringLiteral("type")).toString(), QStringLiteral("rate_limit_error"));
        QCOMPARE(error.value(QStringLiteral("code")).toString(), QStringLiteral("code_x"));
        QVERIFY(error.contains(QStringLiteral("param")));
        QVERIFY(errorEvent({"c", "m", 500}).starts_with("data: {"));
        QVERIFY(errorEvent({"c", "m", 500}).ends_with("\n\n"));
    }

    void ownShapeIsKeptOthersAreWrapped()
    {
        const std::string own = R"({"error": {"message":"x", "extra":1}})";
        QCOMPARE(relayedErrorBody(400, own), own);
        QVERIFY(relayedErrorBody(502, "<html>Bad gateway</html>").find("Bad gateway") != std::string::npos);
        QVERIFY(relayedErrorBody(502, "<html>").starts_with("{\"error\""));
        QVERIFY(relayedErrorBody(500, "").find("status 500") != std::string::npos);
    }

    void messages()
    {
        QCOMPARE(errorMessageOf(R"({"error":{"message":"x"}})"), std::string("x"));
        QCOMPARE(errorMessageOf(R"({"error":"flat"})"), std::string("flat"));
        QCOMPARE(errorMessageOf(R"({"detail":"d"})"), std::string("d"));
        QCOMPARE(errorMessageOf("plain"), std::string("plain"));
        const std::string cut = errorMessageOf(std::string(499, 'a') + "\xC3\xBC\xC3\xBC");
        QCOMPARE(cut.size(), size_t{499}); // not in the middle of a character
    }
};

QTEST_APPLESS_MAIN(TestOpenAiErrors)
#include "tst_openai_errors.moc"
