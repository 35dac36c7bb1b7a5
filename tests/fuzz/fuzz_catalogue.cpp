// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"
#include "core/catalogue/price_json.h"
#include "core/catalogue/pricing.h"
#include "core/catalogue/quality_csv.h"

#include <cstdio>
#include <cstdlib>

// Any bytes: a catalogue that is accepted gives facts for each of its models, finds them by name, and its prices are
// never negative and read back equal from their JSON. The same bytes as a table of scores.
int fuzzOne(const uint8_t *data, size_t size)
{
    using namespace signalbox;
    const std::string text(reinterpret_cast<const char *>(data), size);
    (void)readQualityCsv(text, "fuzz");
    const auto catalogue = Catalogue::fromJson(text, std::make_shared<const QualityFigures>());
    if (!catalogue)
        return 0;
    TokenUsage usage;
    usage.input = usage.output = usage.cachedInput = usage.cacheWrite = 1'000'000;
    for (size_t i = 0; i < (*catalogue)->size(); ++i) {
        const ModelFactsPtr facts = (*catalogue)->at(i);
        bool sound = facts->model == (*catalogue)->modelAt(i) && (*catalogue)->find(facts->provider, facts->model);
        if (facts->price) {
            const auto again = priceFromJson(priceToJson(*facts->price));
            sound = sound && again && *again == *facts->price &&
                    costOf(&*facts->price, usage, true).nanoUsd.value_or(0) >= 0;
        }
        if (!sound) {
            std::fprintf(stderr, "not as it was read: %s/%s\n", facts->provider.c_str(), facts->model.c_str());
            std::abort();
        }
    }
    return 0;
}
