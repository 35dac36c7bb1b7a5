// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/price_history.h"

#include "core/base/glob.h"
#include "core/catalogue/price_json.h"
#include "ui/models/model_table_model.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PriceHistory)
};

constexpr std::string_view ofCatalogue = "catalogue:";
constexpr std::string_view ofConfig = "config:";

// Whether a price of that reference was this model's.
bool isAbout(const std::string &ref, const ModelRow &row)
{
    if (ref.starts_with(ofConfig))
        return globMatch(ref.substr(ofConfig.size()), row.key());
    if (!ref.starts_with(ofCatalogue))
        return false;
    const std::string name = ref.substr(ofCatalogue.size(), ref.rfind('@') - ofCatalogue.size());
    const ModelFacts &facts = row.listed ? *row.listed : *row.facts;
    return name == facts.provider + '/' + facts.model || name == row.key();
}

QString ratesOf(const Price &price)
{
    if (price.tiers.empty())
        return missingText();
    const auto rate = [](std::optional<int64_t> value) {
        return value ? asDollars(priceText(double(*value) / 1e6)) : missingText();
    };
    const PriceTier &tier = price.tiers.front();
    QString words = Words::tr("%1 in, %2 out").arg(rate(tier.input), rate(tier.output));
    if (tier.cacheRead)
        words += Words::tr(", %1 cached").arg(rate(tier.cacheRead));
    if (price.tiers.size() > 1)
        words += Words::tr(", %n tiers", nullptr, int(price.tiers.size()));
    return words;
}

QString sourceOf(const std::string &ref, const Price &price)
{
    if (ref.starts_with(ofConfig))
        return Words::tr("own price for %1").arg(QString::fromStdString(ref.substr(ofConfig.size())));
    const QString source = QString::fromStdString(price.source);
    return price.asOf.empty() ? Words::tr("catalogue, %1").arg(source)
                              : Words::tr("catalogue, %1 of %2").arg(source, QString::fromStdString(price.asOf));
}

} // namespace

std::vector<DetailLine> priceHistory(const ModelRow &row, const std::vector<PriceNote> &notes)
{
    struct Known {
        int64_t fromMs;
        std::string ref;
        Price price;
    };
    std::vector<Known> known;
    for (const PriceNote &note : notes) {
        if (!isAbout(note.ref, row))
            continue;
        if (auto price = priceFromJson(note.json))
            known.push_back({note.validFromMs, note.ref, std::move(*price)});
    }
    std::stable_sort(known.begin(), known.end(), [](const Known &a, const Known &b) { return a.fromMs > b.fromMs; });
    std::vector<DetailLine> lines;
    const auto add = [&](const QString &when, const QString &value, const QString &note) {
        lines.push_back(
            {lines.empty() ? Words::tr("Price history, USD for a million tokens") : QString(), when, value, note});
    };
    const std::optional<Price> &now = row.facts->price;
    const bool used =
        now && std::any_of(known.begin(), known.end(), [&](const Known &one) { return one.price.tiers == now->tiers; });
    if (now && !used)
        add(Words::tr("In force"), ratesOf(*now), Words::tr("no request was charged with it yet"));
    for (const Known &one : known)
        add(Words::tr("From %1").arg(
                numberLocale().toString(QDateTime::fromMSecsSinceEpoch(one.fromMs).date(), QLocale::ShortFormat)),
            ratesOf(one.price), sourceOf(one.ref, one.price));
    return lines;
}

} // namespace signalbox
