// SPDX-License-Identifier: GPL-3.0-or-later
#include "matrix_table.h"

#include <QtTest/QtTest>

#include <set>

using namespace signalbox;
using namespace matrix;

Q_DECLARE_METATYPE(matrix::Scenario)

namespace {

const QString verdictsPath = QStringLiteral(SIGNALBOX_TEST_DATA "/matrix/verdicts.txt");
const QString readmePath = QStringLiteral(SIGNALBOX_TEST_DATA "/../../core/dialect/README.md");

std::string readAll(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
}

bool writeAll(const QString &path, const std::string &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly | QIODevice::Truncate) &&
           file.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size());
}

bool writes()
{
    return qEnvironmentVariableIsSet("SIGNALBOX_WRITE_MATRIX");
}

} // namespace

// Every client dialect against every provider dialect in every scenario. Cells that are not `yes` stand in
// matrix/verdicts.txt; with SIGNALBOX_WRITE_MATRIX=1 that table and the README's matrix are written instead of
// compared. A cell with a failure fails in both modes.
class TestMatrix : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_expected = readVerdictLines(readAll(verdictsPath));
        QVERIFY(!m_expected.empty() || writes());
    }

    void cell_data()
    {
        QTest::addColumn<Dialect>("client");
        QTest::addColumn<Dialect>("provider");
        QTest::addColumn<Scenario>("scenario");
        for (const Dialect client : allDialects) {
            for (const Dialect provider : allDialects) {
                for (const Scenario scenario : allScenarios)
                    QTest::newRow(Place{client, provider, scenario}.name().c_str()) << client << provider << scenario;
            }
        }
    }
    void cell()
    {
        QFETCH(Dialect, client);
        QFETCH(Dialect, provider);
        QFETCH(Scenario, scenario);
        const Place place{client, provider, scenario};
        const Verdict verdict = runCell(client, provider, scenario);
        m_verdicts[place] = verdict;
        std::string failures;
        for (const std::string &failure : verdict.failures)
            failures += failure + "\n";
        QVERIFY2(failures.empty(), failures.c_str());
        if (writes())
            return;
        const auto expected = m_expected.find(place.name());
        QCOMPARE(QString::fromStdString(verdict.text()),
                 QString::fromStdString(expected == m_expected.end() ? "yes" : expected->second));
    }

    void tableNamesOnlyCells()
    {
        if (writes() && isWhole())
            QVERIFY(writeAll(verdictsPath, verdictLines(m_verdicts)));
        std::set<std::string> names;
        for (const Dialect client : allDialects) {
            for (const Dialect provider : allDialects) {
                for (const Scenario scenario : allScenarios)
                    names.insert(Place{client, provider, scenario}.name());
            }
        }
        for (const auto &[name, verdict] : readVerdictLines(readAll(verdictsPath)))
            QVERIFY2(names.count(name) == 1, name.c_str());
    }

    void readmeShowsTheMatrix()
    {
        if (!isWhole())
            QSKIP("only some cells were run");
        const std::string made = markdown(m_verdicts);
        const std::string readme = readAll(readmePath);
        if (writes()) {
            const std::string changed = withMarkedPart(readme, made);
            QVERIFY2(!changed.empty(), "the README has no marks for the matrix");
            QVERIFY(writeAll(readmePath, changed));
            return;
        }
        QCOMPARE(QString::fromStdString(markedPart(readme)), QString::fromStdString(made));
    }

private:
    bool isWhole() const { return m_verdicts.size() == allDialects.size() * allDialects.size() * allScenarios.size(); }

    std::map<std::string, std::string> m_expected;
    Verdicts m_verdicts;
};

QTEST_GUILESS_MAIN(TestMatrix)
#include "tst_matrix.moc"
