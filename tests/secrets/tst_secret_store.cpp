// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/secret_store.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtTest/QtTest>

using namespace signalbox;

namespace {

class MemoryBackend final : public SecretBackend
{
public:
    void read(const std::string &where, QObject *context, ReadDone done) override
    {
        Result<std::string> result = Error{"secret_not_found", "none"};
        if (const auto found = m_values.find(where); found != m_values.end())
            result = Result<std::string>(boost::system::in_place_value, found->second);
        QMetaObject::invokeMethod(
            context, [done, result] { done(result); }, Qt::QueuedConnection);
    }
    void write(const std::string &where, const std::string &secret, QObject *context, WriteDone done) override
    {
        m_values[where] = secret;
        QMetaObject::invokeMethod(
            context, [done] { done({}); }, Qt::QueuedConnection);
    }
    void remove(const std::string &where, QObject *context, WriteDone done) override
    {
        m_values.erase(where);
        QMetaObject::invokeMethod(
            context, [done] { done({}); }, Qt::QueuedConnection);
    }

private:
    std::map<std::string, std::string> m_values;
};

} // namespace

class TstSecretStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void references_data();
    void references();
    void environment();
    void files_data();
    void files();
    void missingFile();
    void readOnlyPlaces();
    void ownBackend();
    void answersLaterOnTheCallersThread();
    void dropsTheAnswerOfADeadContext();
    void badReferenceIsAnswered();

private:
    Result<std::string> read(const std::string &reference);

    SecretStore m_store;
    QTemporaryDir m_dir;
};

Result<std::string> TstSecretStore::read(const std::string &reference)
{
    std::optional<Result<std::string>> answer;
    QObject context;
    m_store.read(reference, &context, [&](Result<std::string> result) { answer = std::move(result); });
    if (answer)
        return Error{"answered_inside_the_call", {}};
    if (!QTest::qWaitFor([&] { return answer.has_value(); }))
        return Error{"no_answer", {}};
    return *answer;
}

void TstSecretStore::references_data()
{
    QTest::addColumn<std::string>("reference");
    QTest::addColumn<bool>("good");
    for (const char *good :
         {"keychain:openai/main", "keychain:a/b/c", "env:OPENAI_API_KEY", "env:_x1", "file:/run/secrets/key"})
        QTest::newRow(good) << std::string(good) << true;
    for (const char *bad : {"", "sk-live-0123456789", "keychain:", "keychain:a", "keychain:/a", "keychain:a/",
                            "env:", "env:1A", "env:A B", "file:", "file:relative", "vault:a/b#c", "Env:A", "env:A\n"})
        QTest::newRow(bad) << std::string(bad) << false;
}

void TstSecretStore::references()
{
    QFETCH(std::string, reference);
    QFETCH(bool, good);
    const auto checked = SecretStore::checkReference(reference);
    QCOMPARE(checked.has_value(), good);
    if (good)
        return;
    QCOMPARE(checked.error().code, std::string("secret_reference_invalid"));
    // It may be a key that was pasted in the wrong place.
    QVERIFY(reference.size() < 12 || checked.error().message.find(reference) == std::string::npos);
}

void TstSecretStore::environment()
{
    qputenv("SIGNALBOX_TEST_SECRET", "value with ü");
    QCOMPARE(*read("env:SIGNALBOX_TEST_SECRET"), std::string("value with ü"));
    qunsetenv("SIGNALBOX_TEST_SECRET");
    const auto missing = read("env:SIGNALBOX_TEST_SECRET");
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, std::string("secret_not_found"));
    QCOMPARE(missing.error().message, std::string("the environment variable SIGNALBOX_TEST_SECRET is not set"));
}

void TstSecretStore::files_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QByteArray>("expected"); // empty: an error
    QTest::newRow("plain") << QByteArray("abc") << QByteArray("abc");
    QTest::newRow("newline") << QByteArray("abc\n") << QByteArray("abc");
    QTest::newRow("windows newline") << QByteArray("abc\r\n") << QByteArray("abc");
    QTest::newRow("only one") << QByteArray("abc\n\n") << QByteArray("abc\n");
    QTest::newRow("inner") << QByteArray("a\nb c\n") << QByteArray("a\nb c");
    QTest::newRow("empty") << QByteArray() << QByteArray();
    QTest::newRow("largest") << QByteArray(64 * 1024, 'x') << QByteArray(64 * 1024, 'x');
    QTest::newRow("too large") << QByteArray(64 * 1024 + 1, 'x') << QByteArray();
}

void TstSecretStore::files()
{
    QFETCH(QByteArray, content);
    QFETCH(QByteArray, expected);
    QFile file(m_dir.filePath(QStringLiteral("secret")));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(content);
    file.close();
    const auto secret = read("file:" + file.fileName().toStdString());
    QCOMPARE(secret.has_value(), !expected.isEmpty());
    if (secret) {
        QVERIFY(*secret == expected.toStdString());
    } else {
        QCOMPARE(secret.error().code, std::string("secret_not_found"));
        QVERIFY(secret.error().message.find("xxx") == std::string::npos);
    }
}

void TstSecretStore::missingFile()
{
    QCOMPARE(read("file:" + m_dir.filePath(QStringLiteral("none")).toStdString()).error().code,
             std::string("secret_not_found"));
    QCOMPARE(read("file:" + m_dir.path().toStdString()).error().code, std::string("secret_not_found"));
}

void TstSecretStore::readOnlyPlaces()
{
    for (const char *reference : {"env:SIGNALBOX_TEST_SECRET", "file:/tmp/signalbox-none"}) {
        std::vector<std::string> codes;
        const auto note = [&](const Result<void> &result) { codes.push_back(result ? "" : result.error().code); };
        m_store.write(reference, "x", this, note);
        m_store.remove(reference, this, note);
        QVERIFY(codes.empty());
        QTRY_COMPARE(codes.size(), size_t(2));
        QCOMPARE(codes, std::vector<std::string>(2, "secret_read_only"));
    }
}

void TstSecretStore::ownBackend()
{
    SecretStore store;
    store.setBackend("keychain", std::make_unique<MemoryBackend>());
    std::vector<std::string> log;
    const auto noteRead = [&](const Result<std::string> &result) {
        log.push_back(result ? *result : result.error().code);
    };
    const auto noteWrite = [&](const Result<void> &result) { log.push_back(result ? "done" : result.error().code); };
    store.read("keychain:a/b", this, noteRead);
    store.write("keychain:a/b", "one", this, noteWrite);
    store.read("keychain:a/b", this, noteRead);
    store.remove("keychain:a/b", this, noteWrite);
    store.read("keychain:a/b", this, noteRead);
    QTRY_COMPARE(log.size(), size_t(5));
    QCOMPARE(log, (std::vector<std::string>{"secret_not_found", "done", "one", "done", "secret_not_found"}));
}

void TstSecretStore::answersLaterOnTheCallersThread()
{
    QThread *answeredOn = nullptr;
    m_store.read("file:/etc/hostname-that-is-not-there", this,
                 [&](const Result<std::string> &) { answeredOn = QThread::currentThread(); });
    QVERIFY(!answeredOn);
    QTRY_COMPARE(answeredOn, QThread::currentThread());
}

void TstSecretStore::dropsTheAnswerOfADeadContext()
{
    int answers = 0;
    for (const char *reference : {"env:PATH", "file:/none", "nonsense"}) {
        auto context = std::make_unique<QObject>();
        m_store.read(reference, context.get(), [&](const Result<std::string> &) { ++answers; });
    }
    QThreadPool::globalInstance()->waitForDone();
    bool later = false;
    m_store.read("file:/none", this, [&](const Result<std::string> &) { later = true; });
    QTRY_VERIFY(later);
    QCOMPARE(answers, 0);
}

void TstSecretStore::badReferenceIsAnswered()
{
    QCOMPARE(read("sk-abcdefghijkl").error().code, std::string("secret_reference_invalid"));
}

QTEST_GUILESS_MAIN(TstSecretStore)
#include "tst_secret_store.moc"
