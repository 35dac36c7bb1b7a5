// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"
#include "core/catalogue/resources.h"
#include "core/config/presets.h"

#include <QtTest/QTest>

#include <algorithm>
#include <thread>

using namespace signalbox;

// The catalogue that ships.
class TstCatalogue final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shippedIsValid()
    {
        const auto checked = Catalogue::fromJson(std::string(catalogueResource("catalogue.json")));
        QVERIFY2(checked, checked ? "" : checked.error().message.c_str());
        QCOMPARE((*checked)->size(), Catalogue::builtIn()->size());
        QVERIFY((*checked)->size() >= 4000);
        QVERIFY((*checked)->providers().size() >= 40);
        QCOMPARE((*checked)->asOf(), std::string("2026-11-10"));
        QCOMPARE((*checked)->sources().size(), size_t(2));
    }

    void everyFactHasSourceAndDate()
    {
        const auto catalogue = Catalogue::builtIn();
        size_t priced = 0;
        for (size_t i = 0; i < catalogue->size(); ++i) {
            const ModelFactsPtr facts = catalogue->at(i);
            QCOMPARE(facts->provider, std::string(catalogue->providerAt(i)));
            QCOMPARE(facts->model, std::string(catalogue->modelAt(i)));
            QVERIFY(!facts->source.empty());
            QCOMPARE(facts->asOf.size(), size_t(10));
            if (facts->price) {
                ++priced;
                QVERIFY(!facts->price->tiers.empty());
                QCOMPARE(facts->price->source, facts->source);
            }
        }
        QCOMPARE(priced, size_t(5505));
    }

    void findsFacts()
    {
        const ModelFactsPtr facts = Catalogue::builtIn()->find("anthropic", "claude-sonnet-4-5");
        QVERIFY(facts);
        QCOMPARE(facts->name, std::string("Claude Sonnet 4.5 (latest)"));
        QCOMPARE(facts->contextTokens.value_or(0), 200000);
        QCOMPARE(facts->otherContextTokens.value_or(0), 1000000); // both sources are kept
        QCOMPARE(facts->maxOutputTokens.value_or(0), 64000);
        QVERIFY(facts->input.has(Modality::Image) && facts->input.has(Modality::Document));
        QVERIFY(!facts->input.has(Modality::Audio) && facts->output.has(Modality::Text));
        QVERIFY(facts->tools.value_or(false) && facts->reasoning.value_or(false));
        QCOMPARE(facts->released, std::string("2025-09-29"));
        const PriceTier &tier = facts->price->tiers.front();
        QCOMPARE(facts->price->id, std::string("catalogue:anthropic/claude-sonnet-4-5@2026-11-10"));
        QCOMPARE(tier.input.value_or(0), 3000000);
        QCOMPARE(tier.cacheRead.value_or(0), 300000);
        QCOMPARE(tier.cacheWrite.value_or(0), 3750000);
        QCOMPARE(tier.cacheWrite1h.value_or(0), 6000000); // twice the input, as its vendor says
    }

    void namesAreExact()
    {
        const auto catalogue = Catalogue::builtIn();
        QVERIFY(!catalogue->find("anthropic", "claude-sonnet-4"));
        QVERIFY(!catalogue->find("anthropic", ""));
        QVERIFY(!catalogue->find("anthropics", "claude-sonnet-4-5"));
        QVERIFY(!catalogue->find("", "claude-sonnet-4-5"));
        QVERIFY(!catalogue->find("zzz", "zzz"));
    }

    void presetsNameKnownProviders()
    {
        const auto &known = Catalogue::builtIn()->providers();
        size_t named = 0;
        for (const Preset &preset : presets()) {
            for (const std::string &name : preset.catalogueProviders) {
                ++named;
                QVERIFY2(std::any_of(known.begin(), known.end(), [&](const auto &p) { return p.id == name; }),
                         name.c_str());
            }
        }
        QVERIFY(named >= 50);
    }

    void anyThread()
    {
        const auto catalogue = Catalogue::builtIn();
        std::vector<std::thread> threads;
        std::vector<size_t> found(4, 0);
        for (size_t t = 0; t < found.size(); ++t) {
            threads.emplace_back([&catalogue, &count = found[t]] {
                for (size_t i = 0; i < catalogue->size(); i += 13)
                    count += catalogue->find(catalogue->providerAt(i), catalogue->modelAt(i)) ? 1 : 0;
            });
        }
        for (std::thread &thread : threads)
            thread.join();
        for (const size_t count : found)
            QCOMPARE(count, (catalogue->size() + 12) / 13);
    }
};

QTEST_APPLESS_MAIN(TstCatalogue)
#include "tst_catalogue.moc"
