// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/health_watch.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

HealthBook::ProviderRow provider(Block block, HealthBook::CredentialRow credential = {})
{
    HealthBook::ProviderRow row;
    row.id = "box";
    row.block = block;
    row.untilNs = block == Block::Breaker ? 15'000'000'000 : 0;
    credential.id = "main";
    row.credentials.push_back(std::move(credential));
    return row;
}

HealthBook::CredentialRow credential(Block block, QuotaReading quota = {})
{
    HealthBook::CredentialRow row;
    row.block = block;
    row.quota = quota;
    return row;
}

QuotaReading tokensLeft(int64_t left, std::optional<int64_t> resetMs)
{
    QuotaReading quota;
    quota.tokensLimit = 1000;
    quota.tokensLeft = left;
    quota.tokensResetMs = resetMs;
    return quota;
}

} // namespace

class TestHealthWatch final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void downAndBack()
    {
        HealthWatch watch;
        QVERIFY(watch.look({provider(Block::None)}, 0).empty());
        const auto down = watch.look({provider(Block::Breaker)}, 1);
        QCOMPARE(down.size(), size_t(1));
        QVERIFY(down[0].kind == AlertKind::Provider && down[0].level == AlertLevel::Critical);
        QCOMPARE(down[0].text,
                 std::string("Provider 'box' is down: too many of its requests failed; it is tried again in 15 s."));
        QVERIFY(watch.look({provider(Block::Breaker)}, 2).empty());
        // Keys that cool down while it is closed again do not say that it is back.
        QVERIFY(watch.look({provider(Block::CoolDown)}, 3).empty());
        const auto back = watch.look({provider(Block::None)}, 4);
        QCOMPARE(back.size(), size_t(1));
        QVERIFY(back[0].level == AlertLevel::Info);
        QVERIFY(watch.look({provider(Block::None)}, 5).empty());
    }

    void refusedAndSpentKeys()
    {
        HealthWatch watch;
        const auto refused = watch.look({provider(Block::BadCredential, credential(Block::BadCredential))}, 0);
        QCOMPARE(refused.size(), size_t(1));
        QVERIFY(refused[0].kind == AlertKind::Credential);
        QVERIFY(refused[0].text.find("'main' of provider 'box' was refused") != std::string::npos);
        QVERIFY(watch.look({provider(Block::BadCredential, credential(Block::BadCredential))}, 1).empty());
        QVERIFY(watch.look({provider(Block::None, credential(Block::None))}, 2).empty());
        QCOMPARE(watch.look({provider(Block::None, credential(Block::OutOfCredit))}, 3).size(), size_t(1));
        QVERIFY(watch.look({provider(Block::None, credential(Block::CoolDown))}, 4).empty());
    }

    void quotas()
    {
        HealthWatch watch;
        const auto look = [&](int64_t left, std::optional<int64_t> resetMs) {
            return watch.look({provider(Block::None, credential(Block::None, tokensLeft(left, resetMs)))}, 0);
        };
        QVERIFY(look(101, 7'200'000).empty());
        QVERIFY(look(50, 60'000).empty()); // full again in a minute: pace
        const auto told = look(100, 7'200'000);
        QCOMPARE(told.size(), size_t(1));
        QVERIFY(told[0].kind == AlertKind::Quota);
        QVERIFY2(told[0].text.find("100 of 1000 tokens are left, full again in 2 h") != std::string::npos,
                 told[0].text.c_str());
        QVERIFY(look(50, 7'200'000).empty());  // told already
        QVERIFY(look(150, 7'200'000).empty()); // neither free nor news
        QVERIFY(look(99, 7'200'000).empty());
        QVERIFY(look(900, 7'200'000).empty());
        QCOMPARE(look(10, std::nullopt).size(), size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestHealthWatch)
#include "tst_health_watch.moc"
