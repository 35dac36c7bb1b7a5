// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"
#include "core/config/config_store.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

using namespace signalbox;

class TstConfigStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void missingFileGivesDefaults();
    void loadNamesFileAndPointer();
    void applySavesForTheOwnerOnly();
    void refusesWhatDoesNotReadBack();
    void refusesOnConflict();
    void takesAnEdit();
    void takesAReplacedFile();
    void refusesABadEdit();
    void ownSaveIsNoEdit();
    void memoryOnly();
    void tellsWhenItCannotSave();

private:
    void write(const QByteArray &bytes);
    QByteArray bytes() const;
    static Config withPort(uint16_t port);

    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_path;
};

void TstConfigStore::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_path = m_dir->filePath(QStringLiteral("sub/gateway.json"));
}

void TstConfigStore::write(const QByteArray &content)
{
    QDir().mkpath(QFileInfo(m_path).absolutePath());
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write(content);
}

QByteArray TstConfigStore::bytes() const
{
    QFile file(m_path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Config TstConfigStore::withPort(uint16_t port)
{
    Config config;
    config.listen.port = port;
    return config;
}

void TstConfigStore::missingFileGivesDefaults()
{
    ConfigStore store(m_path);
    QVERIFY(store.load());
    QVERIFY(*store.current() == Config());
    QVERIFY(!QFile::exists(m_path));
}

void TstConfigStore::loadNamesFileAndPointer()
{
    write(R"({"listen":{"port":"x"}})");
    ConfigStore store(m_path);
    const auto loaded = store.load();
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().message, m_path.toStdString() + ": /listen/port: must be a number, found text");
    QVERIFY(store.current());
}

void TstConfigStore::applySavesForTheOwnerOnly()
{
    {
        ConfigStore store(m_path);
        QVERIFY(store.load());
        QSignalSpy changed(&store, &ConfigStore::changed);
        QVERIFY(store.apply(withPort(1), QStringLiteral("one")));
        QVERIFY(store.apply(withPort(2), QStringLiteral("two")));
        QCOMPARE(changed.size(), 2);
        QCOMPARE(changed[1][1].toString(), QStringLiteral("two"));
        QCOMPARE(store.current()->listen.port, uint16_t(2));
    } // the destructor waits for the save
    QCOMPARE(bytes().toStdString(), writeConfig(withPort(2)));
    QCOMPARE(QFile::permissions(m_path) & QFileDevice::Permissions(0x0077), QFileDevice::Permissions());
}

void TstConfigStore::refusesWhatDoesNotReadBack()
{
    ConfigStore store(m_path);
    QVERIFY(store.load());
    Config bad;
    bad.providers.emplace_back().id = "box";
    QSignalSpy changed(&store, &ConfigStore::changed);
    const auto applied = store.apply(bad, QStringLiteral("bad"));
    QVERIFY(!applied);
    QCOMPARE(applied.error().code, std::string("config_invalid"));
    QCOMPARE(changed.size(), 0);
    QVERIFY(*store.current() == Config());
}

void TstConfigStore::refusesOnConflict()
{
    write("{}");
    ConfigStore store(m_path);
    QVERIFY(store.load());
    write(R"({"listen":{"port":7}})");
    const auto applied = store.apply(withPort(8), QStringLiteral("mine"));
    QVERIFY(!applied);
    QCOMPARE(applied.error().code, std::string("config_conflict"));
    QCOMPARE(bytes(), QByteArray(R"({"listen":{"port":7}})"));
    QCOMPARE(store.current()->listen.port, ListenConfig().port);
}

void TstConfigStore::takesAnEdit()
{
    write("{}");
    ConfigStore store(m_path);
    QVERIFY(store.load());
    store.watch();
    QSignalSpy changed(&store, &ConfigStore::changed);
    write(R"({"listen":{"port":9}})");
    QTRY_COMPARE(store.current()->listen.port, uint16_t(9));
    QCOMPARE(changed.size(), 1);
    QVERIFY(store.apply(withPort(10), QStringLiteral("after the edit")));
}

void TstConfigStore::takesAReplacedFile()
{
    write("{}");
    ConfigStore store(m_path);
    QVERIFY(store.load());
    store.watch();
    for (const uint16_t port : {11, 12}) {
        const QString path = m_path;
        m_path = path + QStringLiteral(".new");
        write(QByteArray::fromStdString(writeConfig(withPort(port))));
        m_path = path;
        QVERIFY(QFile::remove(m_path));
        QVERIFY(QFile::rename(m_path + QStringLiteral(".new"), m_path));
        QTRY_COMPARE(store.current()->listen.port, port);
    }
}

void TstConfigStore::refusesABadEdit()
{
    write(R"({"listen":{"port":9}})");
    ConfigStore store(m_path);
    QVERIFY(store.load());
    store.watch();
    QSignalSpy changed(&store, &ConfigStore::changed);
    QSignalSpy rejected(&store, &ConfigStore::rejected);
    write(R"({"listen":{"prt":9}})");
    // A file that is caught while it is written is refused too, before its end comes.
    QTRY_COMPARE(rejected.isEmpty() ? QString() : rejected.last()[0].toString(),
                 m_path + QStringLiteral(": /listen/prt: unknown key; did you mean `port`?"));
    QCOMPARE(store.current()->listen.port, uint16_t(9));
    QCOMPARE(changed.size(), 0);
    QCOMPARE(store.apply(withPort(1), QStringLiteral("over it")).error().code, std::string("config_conflict"));
    write(R"({"listen":{"port":10}})");
    QTRY_COMPARE(store.current()->listen.port, uint16_t(10));
}

void TstConfigStore::ownSaveIsNoEdit()
{
    ConfigStore store(m_path);
    QVERIFY(store.load());
    store.watch();
    QSignalSpy changed(&store, &ConfigStore::changed);
    QVERIFY(store.apply(withPort(3), QStringLiteral("mine")));
    QTRY_COMPARE(bytes().toStdString(), writeConfig(withPort(3)));
    QVERIFY(!changed.wait(600));
    QCOMPARE(changed.size(), 1);
}

void TstConfigStore::memoryOnly()
{
    ConfigStore store(m_path);
    Config demo;
    demo.providers.emplace_back().id = "demo";
    demo.providers[0].baseUrl = "http://127.0.0.1:1/v1";
    demo.providers[0].simulated = true;
    store.useInMemory(demo);
    demo.listen.port = 5;
    QVERIFY(store.apply(demo, QStringLiteral("edit")));
    QVERIFY(*store.current() == demo);
    QVERIFY(!QFile::exists(m_path));
}

void TstConfigStore::tellsWhenItCannotSave()
{
    QFile blocker(m_dir->filePath(QStringLiteral("sub")));
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    ConfigStore store(m_path);
    QVERIFY(store.load());
    QSignalSpy failed(&store, &ConfigStore::saveFailed);
    QVERIFY(store.apply(withPort(3), QStringLiteral("mine")));
    QVERIFY(failed.wait());
    QVERIFY(!failed[0][0].toString().isEmpty());
}

QTEST_GUILESS_MAIN(TstConfigStore)
#include "tst_config_store.moc"
