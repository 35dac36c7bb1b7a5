// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "tests/ledger/sample_records.h"

#include <QtCore/QDateTime>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <memory>
#include <string>

namespace signalbox::test {

inline constexpr int64_t hourMs = 3'600'000;
inline constexpr int64_t dayMs = 24 * hourMs;

// A ledger of sample requests in a folder of its own, made anew for each test.
class SpendLedger
{
public:
    QString folder() const { return m_dir.path(); }
    QString path() const { return m_dir.filePath(QStringLiteral("signalbox.db")); }
    void fill(int64_t rows, int64_t fromMs, int64_t stepMs) const
    {
        auto ledger = Ledger::open({m_dir.path(), 36'500, 2048});
        QVERIFY(ledger);
        for (int64_t i = 0; i < rows; ++i)
            (*ledger)->record(sampleRecord(i, fromMs + i * stepMs));
    }
    int64_t number(const std::string &sql) const
    {
        auto database = Database::open(path(), Database::Mode::ReadOnly);
        const auto value = database ? database->integer(sql) : Result<int64_t>(-1);
        return value ? *value : -2;
    }
    std::unique_ptr<LedgerReader> reader() const
    {
        auto opened = LedgerReader::open(path());
        return opened ? std::move(*opened) : nullptr;
    }

private:
    QTemporaryDir m_dir;
};

} // namespace signalbox::test
