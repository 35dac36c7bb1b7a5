// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/families.h"

#include <QTest>

using namespace signalbox;

class TestFamilies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsWhoseTokens_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<bool>("exact");
        QTest::addColumn<int>("vocabulary");
        QTest::addColumn<int>("vendor");
        const auto row = [](const char *model, bool exact, VocabularyId id, TokenVendor vendor) {
            QTest::newRow(model) << QByteArray(model) << exact << int(id) << int(vendor);
        };
        const auto large = VocabularyId::O200k;
        const auto small = VocabularyId::Cl100k;
        row("gpt-4o", true, large, TokenVendor::OpenAi);
        row("gpt-4o-mini-2024-07-18", true, large, TokenVendor::OpenAi);
        row("gpt-4.1", true, large, TokenVendor::OpenAi);
        row("gpt-5", true, large, TokenVendor::OpenAi);
        row("o3-pro", true, large, TokenVendor::OpenAi);
        row("gpt-oss:20b", true, large, TokenVendor::OpenAi);
        row("openai/gpt-oss-120b", true, large, TokenVendor::OpenAi);
        row("ft:gpt-4o-mini:acme::id", true, large, TokenVendor::OpenAi);
        row("gpt-4", true, small, TokenVendor::OpenAi);
        row("gpt-4-turbo", true, small, TokenVendor::OpenAi);
        row("gpt-3.5-turbo-0125", true, small, TokenVendor::OpenAi);
        row("gpt-35-turbo", true, small, TokenVendor::OpenAi);
        row("text-embedding-3-small", true, small, TokenVendor::OpenAi);
        row("claude-sonnet-4-5", false, large, TokenVendor::Anthropic);
        row("anthropic/claude-opus-4.1", false, large, TokenVendor::Anthropic);
        row("us.anthropic.claude-3-haiku-v1:0", false, large, TokenVendor::Anthropic);
        row("models/gemini-2.5-pro", false, large, TokenVendor::Gemini);
        row("Qwen/Qwen3-32B", false, large, TokenVendor::Other);
        row("llama3.2:3b", false, large, TokenVendor::Other);
        row("", false, large, TokenVendor::Other);
    }
    void knowsWhoseTokens()
    {
        QFETCH(QByteArray, model);
        QFETCH(bool, exact);
        QFETCH(int, vocabulary);
        QFETCH(int, vendor);
        const TokenFamily family = tokenFamilyOf(model.toStdString());
        QCOMPARE(family.exact, exact);
        QCOMPARE(int(family.vocabulary), vocabulary);
        QCOMPARE(int(family.vendor), vendor);
        QCOMPARE(family.factor == 1.0, exact);
    }
};

QTEST_APPLESS_MAIN(TestFamilies)
#include "tst_families.moc"
