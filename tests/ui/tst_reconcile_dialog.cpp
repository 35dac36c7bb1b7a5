// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ledger/spend_ledger.h"
#include "ui/answers/reconcile_dialog.h"
#include "ui/answers/reconcile_model.h"
#include "ui/data/ledger_feed.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>

using namespace signalbox;
using namespace signalbox::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int64_t firstDay = 20'000; // 2024-10-04

void book(Ledger &ledger, int64_t day, const char *model, const TokenUsage &usage, int64_t nanoUsd)
{
    RequestRecord record = sampleRecord(0, day * dayMs + 1000);
    record.provider = "openrouter";
    record.model = model;
    record.usage = usage;
    record.cost = {nanoUsd, CostState::Exact, "p"};
    ledger.record(record);
}

} // namespace

class TestReconcileDialog final : public QObject
{
    Q_OBJECT

    SpendLedger m_ledger;
    QTemporaryDir m_folder;

    QString write(const QString &name, const QByteArray &bytes) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() ? file.fileName() : QString();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-tests"_s);
        QCoreApplication::setApplicationName(u"tst_reconcile_dialog"_s);
        Preferences().clear();
        theme().install();
        auto ledger = Ledger::open({m_ledger.folder(), 36'500, 2048});
        QVERIFY(ledger);
        book(**ledger, firstDay, "openai/gpt-4.1", {55, std::nullopt, std::nullopt, 126, std::nullopt}, 16'000'000);
        book(**ledger, firstDay + 1, "openai/gpt-4.1", {10, std::nullopt, std::nullopt, 20, std::nullopt}, 2'000'000);
    }

    void model()
    {
        Reconciliation result;
        ReconciledDay day;
        day.day = firstDay;
        day.model = "gpt";
        day.state = ReconciledDay::State::Differs;
        day.figures = {{"requests", 6, 6, true}, {"cost_nanousd", 16'000'000, 15'000'000, false}};
        result.days = {day};
        result.differing = 1;
        ReconcileModel model;
        QAbstractItemModelTester tester(&model);
        model.setResult(result);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, ReconcileModel::Figure).data().toString(), u"Cost"_s);
        QCOMPARE(model.index(0, ReconcileModel::Report).data().toString(), u"$0.0160"_s);
        QCOMPARE(model.index(0, ReconcileModel::Difference).data().toString(), u"$0.0010"_s);
        QCOMPARE(model.index(0, ReconcileModel::State).data().toString(), u"Differs"_s);
        model.setOnlyDifferences(false);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, ReconcileModel::Difference).data().toString(), missingText());
    }

    void comparesAFile()
    {
        LedgerFeed feed(m_ledger.path());
        ReconcileDialog dialog(&feed);
        dialog.show();
        // As OpenRouter lets one download it: one line agrees, the other costs more there.
        const QByteArray json =
            "{\"data\":[{\"date\":\"2024-10-04\",\"model\":\"openai/gpt-4.1\",\"model_permaslug\":\"openai/gpt-4.1\","
            "\"endpoint_id\":\"e\",\"provider_name\":\"OpenAI\",\"usage\":0.016,\"byok_usage_inference\":0,"
            "\"requests\":1,\"prompt_tokens\":55,\"completion_tokens\":126,\"reasoning_tokens\":0},"
            "{\"date\":\"2024-10-05\",\"model\":\"openai/gpt-4.1\",\"model_permaslug\":\"openai/gpt-4.1\","
            "\"endpoint_id\":\"e\",\"provider_name\":\"OpenAI\",\"usage\":0.004,\"byok_usage_inference\":0,"
            "\"requests\":1,\"prompt_tokens\":10,\"completion_tokens\":20,\"reasoning_tokens\":0}]}";
        dialog.compare(write(u"a.json"_s, json));
        QVERIFY(dialog.isBusy()); // the file is not read here
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.isBusy(), 10'000);
        QVERIFY2(dialog.message().contains(u"1"_s) && dialog.model()->result().differing == 1,
                 qPrintable(dialog.message()));
        QCOMPARE(dialog.model()->rowCount(), 1); // the cost of the second day
        QCOMPARE(dialog.model()->result().provider, std::string("openrouter"));
    }

    void saysWhatIsWrongInPlace()
    {
        LedgerFeed feed(m_ledger.path());
        ReconcileDialog dialog(&feed);
        dialog.compare(write(u"b.json"_s, "{\"data\": 7}"));
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.isBusy(), 10'000);
        QVERIFY(!dialog.message().isEmpty());
        QCOMPARE(dialog.model()->rowCount(), 0);
        dialog.compare(m_folder.filePath(u"none.json"_s));
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.isBusy(), 10'000);
        QVERIFY(!dialog.message().isEmpty());
    }
};

QTEST_MAIN(TestReconcileDialog)
#include "tst_reconcile_dialog.moc"
