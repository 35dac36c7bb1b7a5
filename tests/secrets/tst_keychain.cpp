// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/secrets/secret_store.h"

#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

using namespace signalbox;

// Talks to a real keyring daemon. Without arguments the program starts itself again on a session bus of its own, once
// with an unlocked keyring, once with a locked one, and once without any bus; environment variable
// SIGNALBOX_KEYCHAIN_CASE says which.
class TstKeychain : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cases_data();
    void cases();
    void unlocked();
    void locked();
    void withoutBus();

private:
    std::string read(const std::string &reference);
    std::string write(const std::string &reference, const std::string &secret);
    std::string remove(const std::string &reference);
    template<class R>
    static std::string codeOf(const std::optional<Result<R>> &answer);
    static bool isCase(const char *name) { return m_case == name; }

    static inline QByteArray m_case = qgetenv("SIGNALBOX_KEYCHAIN_CASE");
    SecretStore m_store;
};

template<class R>
std::string TstKeychain::codeOf(const std::optional<Result<R>> &answer)
{
    if (!answer)
        return "no answer";
    return answer->has_value() ? "done" : answer->error().code;
}

std::string TstKeychain::read(const std::string &reference)
{
    std::optional<Result<std::string>> answer;
    QObject context;
    m_store.read(reference, &context, [&](Result<std::string> result) { answer = std::move(result); });
    [[maybe_unused]] const bool came = QTest::qWaitFor([&] { return answer.has_value(); }, 10'000);
    return answer && *answer ? "value " + **answer : codeOf(answer);
}

std::string TstKeychain::write(const std::string &reference, const std::string &secret)
{
    std::optional<Result<void>> answer;
    QObject context;
    m_store.write(reference, secret, &context, [&](Result<void> result) { answer = std::move(result); });
    [[maybe_unused]] const bool came = QTest::qWaitFor([&] { return answer.has_value(); }, 10'000);
    return codeOf(answer);
}

std::string TstKeychain::remove(const std::string &reference)
{
    std::optional<Result<void>> answer;
    QObject context;
    m_store.remove(reference, &context, [&](Result<void> result) { answer = std::move(result); });
    [[maybe_unused]] const bool came = QTest::qWaitFor([&] { return answer.has_value(); }, 10'000);
    return codeOf(answer);
}

void TstKeychain::initTestCase()
{
    for (const char *program : {"dbus-run-session", "gnome-keyring-daemon", "bash"}) {
        if (QStandardPaths::findExecutable(QString::fromLatin1(program)).isEmpty())
            QSKIP(qPrintable(QStringLiteral("%1 is not installed").arg(QLatin1String(program))));
    }
}

void TstKeychain::cases_data()
{
    QTest::addColumn<QString>("script");
    QTest::newRow("unlocked") << QStringLiteral("exec dbus-run-session -- bash -ec 'printf test-password | "
                                                "gnome-keyring-daemon --unlock --components=secrets >/dev/null; "
                                                "exec \"$0\" unlocked' \"$0\"");
    QTest::newRow("locked") << QStringLiteral("exec dbus-run-session -- bash -ec 'gnome-keyring-daemon --start "
                                              "--components=secrets >/dev/null; exec \"$0\" locked' \"$0\"");
    QTest::newRow("withoutBus") << QStringLiteral("exec \"$0\" withoutBus");
}

void TstKeychain::cases()
{
    if (!m_case.isEmpty())
        QSKIP("started by itself");
    QFETCH(QString, script);
    const QTemporaryDir data;
    const QTemporaryDir runtime;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("SIGNALBOX_KEYCHAIN_CASE"), QString::fromLatin1(QTest::currentDataTag()));
    environment.insert(QStringLiteral("XDG_DATA_HOME"), data.path());
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), runtime.path());
    environment.insert(QStringLiteral("XDG_CURRENT_DESKTOP"), QStringLiteral("GNOME"));
    environment.remove(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"));
    environment.remove(QStringLiteral("DISPLAY"));
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QStringLiteral("bash"), {QStringLiteral("-c"), script, QCoreApplication::applicationFilePath()});
    QVERIFY(process.waitForFinished(50'000));
    const QByteArray output = process.readAll();
    QVERIFY2(process.exitCode() == 0 && output.contains("Totals: 3 passed, 0 failed"), output.constData());
}

void TstKeychain::unlocked()
{
    if (!isCase("unlocked"))
        QSKIP("needs the session that cases() makes");
    const std::string place = "keychain:signalbox-test/main";
    const std::string odd = "line one\nline two ü €";
    QCOMPARE(read(place), std::string("secret_not_found"));
    QCOMPARE(write(place, "first"), std::string("done"));
    QCOMPARE(read(place), std::string("value first"));
    QCOMPARE(write(place, odd), std::string("done"));
    QCOMPARE(read(place), "value " + odd);
    QCOMPARE(read("keychain:signalbox-test/other"), std::string("secret_not_found"));
    QCOMPARE(remove(place), std::string("done"));
    QCOMPARE(read(place), std::string("secret_not_found"));
}

void TstKeychain::locked()
{
    if (!isCase("locked"))
        QSKIP("needs the session that cases() makes");
    QCOMPARE(read("keychain:signalbox-test/main"), std::string("keychain_locked"));
    QCOMPARE(write("keychain:signalbox-test/main", "x"), std::string("keychain_locked"));
}

void TstKeychain::withoutBus()
{
    if (!isCase("withoutBus"))
        QSKIP("needs the session that cases() makes");
    QCOMPARE(read("keychain:signalbox-test/main"), std::string("keychain_not_available"));
    QCOMPARE(write("keychain:signalbox-test/main", "x"), std::string("keychain_not_available"));
}

QTEST_GUILESS_MAIN(TstKeychain)
#include "tst_keychain.moc"
