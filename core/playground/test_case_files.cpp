// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/test_case_files.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSaveFile>

#include <algorithm>

namespace signalbox {

namespace {

constexpr qsizetype longestName = 60;

QString fileNameOf(const std::string &name)
{
    QString safe;
    for (const QChar letter : QString::fromStdString(name).toLower().left(longestName))
        safe += letter.isLetterOrNumber() ? letter : QLatin1Char('-');
    return (safe.isEmpty() ? QStringLiteral("case") : safe) + QStringLiteral(".json");
}

Error notWritten(const QString &path, const QString &why)
{
    return {"case_not_written", path.toStdString() + ": " + why.toStdString()};
}

StoredCase readFile(const QString &folder, const QString &name)
{
    StoredCase stored{name, {}};
    QFile file(folder + QLatin1Char('/') + name);
    if (!file.open(QIODevice::ReadOnly)) {
        stored.problem = file.errorString();
        return stored;
    }
    if (file.size() > qint64(largestTestCase)) {
        stored.problem = QStringLiteral("A test case has at most 32 MiB.");
        return stored;
    }
    const QByteArray text = file.readAll();
    auto read = readTestCase({text.constData(), size_t(text.size())});
    if (read)
        stored.testCase = std::move(*read);
    else
        stored.problem = QString::fromStdString(read.error().message);
    return stored;
}

} // namespace

TestCaseFiles::TestCaseFiles(QString dataFolder) : m_folder(std::move(dataFolder) + QStringLiteral("/testcases")) {}

std::vector<StoredCase> TestCaseFiles::list() const
{
    std::vector<StoredCase> all;
    for (const QString &name : QDir(m_folder).entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name))
        all.push_back(readFile(m_folder, name));
    std::stable_sort(all.begin(), all.end(),
                     [](const StoredCase &a, const StoredCase &b) { return a.testCase.name < b.testCase.name; });
    return all;
}

Result<QString> TestCaseFiles::save(const TestCase &testCase) const
{
    const QString base = fileNameOf(testCase.name);
    QString file = base;
    // Two names may make the same file name; the same name keeps its file.
    for (int n = 2; QFile::exists(m_folder + QLatin1Char('/') + file); ++n) {
        if (readFile(m_folder, file).testCase.name == testCase.name)
            break;
        file = base.chopped(5) + QStringLiteral("-%1.json").arg(n);
    }
    if (const auto written = write(file, testCase); !written)
        return written.error();
    return file;
}

Result<void> TestCaseFiles::write(const QString &file, const TestCase &testCase) const
{
    const QString path = m_folder + QLatin1Char('/') + file;
    if (!QDir().mkpath(m_folder))
        return notWritten(m_folder, QStringLiteral("the folder cannot be made"));
    QSaveFile out(path);
    const std::string text = writeTestCase(testCase);
    if (!out.open(QIODevice::WriteOnly) || out.write(text.data(), qint64(text.size())) != qint64(text.size()) ||
        !out.commit())
        return notWritten(path, out.errorString());
    return {};
}

Result<void> TestCaseFiles::putBack(const StoredCase &stored) const
{
    return write(stored.file, stored.testCase);
}

Result<void> TestCaseFiles::remove(const QString &file) const
{
    QFile gone(m_folder + QLatin1Char('/') + file);
    if (!gone.remove())
        return notWritten(gone.fileName(), gone.errorString());
    return {};
}

} // namespace signalbox
