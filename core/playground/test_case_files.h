// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/playground/test_case.h"

#include <QtCore/QString>

#include <vector>

namespace signalbox {

struct StoredCase {
    QString file; // its name in the folder
    TestCase testCase;
    QString problem{}; // why it could not be read; testCase then holds nothing
};

// The folder `testcases` below the data folder, one file for each case. Waits for the disk: not for the GUI thread.
class TestCaseFiles
{
public:
    explicit TestCaseFiles(QString dataFolder);

    std::vector<StoredCase> list() const; // by name; files that cannot be read too
    // → the file. A case of the same name is written over. Errors: case_not_written.
    Result<QString> save(const TestCase &testCase) const;
    Result<void> remove(const QString &file) const;
    Result<void> putBack(const StoredCase &stored) const; // under its old file name

private:
    Result<void> write(const QString &file, const TestCase &testCase) const;
    QString m_folder;
};

} // namespace signalbox
