// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_changes.h"

#include <QtTest/QTest>

using namespace signalbox;

class TstConfigChanges final : public QObject
{
    Q_OBJECT

    static ProviderConfig provider(const std::string &id)
    {
        ProviderConfig provider;
        provider.id = id;
        provider.baseUrl = "http://127.0.0.1:1/v1";
        return provider;
    }

private Q_SLOTS:
    void plainValues()
    {
        Config before;
        Config after;
        after.listen.port = 9000;
        after.store.keepDays = 7;
        const auto changes = configChanges(before, after);
        const auto has = [&](const char *pointer, const char *old, const char *now) {
            return std::find(changes.begin(), changes.end(), ConfigChange{pointer, old, now}) != changes.end();
        };
        QVERIFY(has("/listen/port", "(default)", "9000"));
        QVERIFY(has("/store/keepDays", "(default)", "7"));
        QCOMPARE(changes.size(), size_t(2));
        QVERIFY(configChanges(after, after).empty());
        Config later = after;
        later.store.keepDays = 8;
        later.listen = {};
        QCOMPARE(configChanges(after, later),
                 (std::vector<ConfigChange>{{"/listen/port", "9000", "(default)"}, {"/store/keepDays", "7", "8"}}));
    }

    // A new first member moves the others; only it is a change.
    void membersAreToldByTheirId()
    {
        Config before;
        before.providers = {provider("b"), provider("c")};
        Config after;
        after.providers = {provider("a"), provider("b"), provider("c")};
        auto changes = configChanges(before, after);
        QCOMPARE(changes.size(), size_t(1));
        QCOMPARE(changes[0].pointer, std::string("/providers/0"));
        QVERIFY(changes[0].before.empty());
        QVERIFY(changes[0].after.find("\"a\"") != std::string::npos);
        changes = configChanges(after, before);
        QCOMPARE(changes.size(), size_t(1));
        QCOMPARE(changes[0].pointer, std::string("/providers/0"));
        QVERIFY(changes[0].after.empty());
        after.providers = {provider("c"), provider("b")};
        changes = configChanges(before, after);
        QCOMPARE(changes.size(), size_t(1));
        QCOMPARE(changes[0], (ConfigChange{"/providers", "b, c", "c, b"}));
    }

    void nothingSecretIsTold()
    {
        Config before;
        ClientConfig client;
        client.id = "laptop";
        client.keySha256 = std::string(64, 'a');
        before.clients = {client};
        Config after = before;
        after.clients[0].keySha256 = std::string(64, 'b');
        ProviderConfig box = provider("box");
        box.headers["x-team"] = "hush-hush";
        box.credentials = {{"main", "env:BOX_KEY", 1}};
        after.providers = {box};
        WebhookConfig hook;
        hook.id = "chat";
        hook.url = "https://hooks.example.com/services/T0/verysecret";
        after.alerts.webhooks = {hook};
        std::string all;
        for (const ConfigChange &change : configChanges(before, after))
            all += change.pointer + ' ' + change.before + ' ' + change.after + '\n';
        QVERIFY2(all.find("/clients/0/keySha256") != std::string::npos, all.c_str());
        QVERIFY2(all.find("aaaa") == std::string::npos && all.find("bbbb") == std::string::npos, all.c_str());
        QVERIFY2(all.find("hush-hush") == std::string::npos, all.c_str());
        QVERIFY2(all.find("verysecret") == std::string::npos, all.c_str());
        QVERIFY2(all.find("https://hooks.example.com") != std::string::npos, all.c_str());
        QVERIFY2(all.find("env:BOX_KEY") != std::string::npos, all.c_str()); // a reference
        // The same where only the header or the address differs.
        Config later = after;
        later.providers[0].headers["x-team"] = "other-words";
        later.alerts.webhooks[0].url = "https://hooks.example.com/services/T0/othersecret";
        for (const ConfigChange &change : configChanges(after, later))
            QVERIFY2((change.before + change.after).find("secret") == std::string::npos &&
                         (change.before + change.after).find("words") == std::string::npos,
                     (change.before + change.after).c_str());
    }

    void manyAreCounted()
    {
        Config after;
        for (int i = 0; i < 30; ++i)
            after.providers.push_back(provider("p" + std::to_string(i)));
        const auto changes = configChanges({}, after, 10);
        QCOMPARE(changes.size(), size_t(10));
        QCOMPARE(changes.back().after, std::string("21 more"));
    }
};

QTEST_GUILESS_MAIN(TstConfigChanges)
#include "tst_config_changes.moc"
