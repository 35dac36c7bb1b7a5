// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue_update.h"

#include "core/catalogue/price_json.h"

#include <QtCore/QDate>
#include <QtCore/QDateTime>

#include <algorithm>
#include <tuple>

namespace signalbox {

namespace {

constexpr int64_t mostTimes = 3;

std::string shown(const std::optional<int64_t> &number)
{
    return number ? std::to_string(*number) : std::string();
}

std::string shownPrice(const std::optional<int64_t> &picoUsd)
{
    return picoUsd ? decimalText(*picoUsd, 6) : std::string();
}

bool isOdd(int64_t before, int64_t after)
{
    return after == 0 || before == 0 || after > before * mostTimes || before > after * mostTimes;
}

class Comparison
{
public:
    explicit Comparison(CatalogueDiff &diff) : m_diff(diff) {}

    void model(const ModelFacts &before, const ModelFacts &after)
    {
        const size_t known = m_diff.changes.size();
        m_facts = &after;
        fact("contextTokens", shown(before.contextTokens), shown(after.contextTokens));
        fact("maxOutputTokens", shown(before.maxOutputTokens), shown(after.maxOutputTokens));
        fact("status", before.status, after.status);
        fact("tools", flag(before.tools), flag(after.tools));
        fact("reasoning", flag(before.reasoning), flag(after.reasoning));
        prices(before.price, after.price);
        m_diff.changed += m_diff.changes.size() > known ? 1 : 0;
    }

private:
    static std::string flag(const std::optional<bool> &value)
    {
        return !value ? std::string() : *value ? "true" : "false";
    }

    CatalogueChange *fact(const std::string &name, std::string before, std::string after)
    {
        if (before == after)
            return nullptr;
        m_diff.changes.push_back({CatalogueChange::Kind::Changed, m_facts->provider, m_facts->model, name,
                                  std::move(before), std::move(after), 0, false});
        return &m_diff.changes.back();
    }

    // What holds at each limit that either of them names.
    void prices(const std::optional<Price> &before, const std::optional<Price> &after)
    {
        const Price nothing{{}, {PriceTier()}, {}, {}, {}, {}};
        const Price &was = before ? *before : nothing;
        const Price &is = after ? *after : nothing;
        std::vector<int64_t> limits;
        for (const Price *price : {&was, &is}) {
            for (const PriceTier &tier : price->tiers)
                limits.push_back(tier.inputTokensAbove);
        }
        std::sort(limits.begin(), limits.end());
        limits.erase(std::unique(limits.begin(), limits.end()), limits.end());
        for (const int64_t limit : limits) {
            for (const PriceRate &rate : priceRates)
                price(rate, limit, was.tierFor(limit + 1).*rate.member, is.tierFor(limit + 1).*rate.member);
        }
    }

    void price(const PriceRate &rate, int64_t limit, const std::optional<int64_t> &before,
               const std::optional<int64_t> &after)
    {
        const std::string name = limit > 0 ? rate.name + (" above " + std::to_string(limit)) : rate.name;
        CatalogueChange *change = fact(name, shownPrice(before), shownPrice(after));
        if (!change || !before || !after)
            return;
        change->needsYes = isOdd(*before, *after);
        if (*before > 0)
            change->factor = static_cast<double>(*after) / static_cast<double>(*before);
    }

    CatalogueDiff &m_diff;
    const ModelFacts *m_facts = nullptr;
};

void addDoubts(CatalogueDiff &diff, const Catalogue &before, const Catalogue &after)
{
    const auto odd = std::count_if(diff.changes.begin(), diff.changes.end(), [](const auto &c) { return c.needsYes; });
    if (odd > 0)
        diff.doubts.push_back(std::to_string(odd) + (odd == 1 ? " price moves" : " prices move") +
                              " by more than three times, from zero or to zero");
    if (diff.removed * 10 > before.size())
        diff.doubts.push_back(std::to_string(diff.removed) + " of " + std::to_string(before.size()) +
                              " models are missing");
    if (after.asOf() < before.asOf())
        diff.doubts.push_back("it is of " + after.asOf() + ", older than the present one of " + before.asOf());
}

} // namespace

CatalogueDiff compareCatalogues(const Catalogue &before, const Catalogue &after)
{
    CatalogueDiff diff;
    Comparison comparison(diff);
    const auto only = [&diff](CatalogueChange::Kind kind, const Catalogue &in, size_t i) {
        diff.changes.push_back({kind, std::string(in.providerAt(i)), std::string(in.modelAt(i)), {}, {}, {}, 0, false});
        ++(kind == CatalogueChange::Kind::Added ? diff.added : diff.removed);
    };
    const auto keyIn = [](const Catalogue &in, size_t i) { return std::pair(in.providerAt(i), in.modelAt(i)); };
    size_t b = 0;
    size_t a = 0;
    while (b < before.size() || a < after.size()) {
        if (a == after.size() || (b < before.size() && keyIn(before, b) < keyIn(after, a)))
            only(CatalogueChange::Kind::Removed, before, b++);
        else if (b == before.size() || keyIn(after, a) < keyIn(before, b))
            only(CatalogueChange::Kind::Added, after, a++);
        else
            comparison.model(*before.at(b++), *after.at(a++));
    }
    addDoubts(diff, before, after);
    return diff;
}

int ageInDays(const Catalogue &catalogue, int64_t wallMs)
{
    const QDate made = QDate::fromString(QString::fromStdString(catalogue.asOf()), Qt::ISODate);
    const QDate today = QDateTime::fromMSecsSinceEpoch(wallMs, Qt::UTC).date();
    return made.isValid() ? static_cast<int>(std::max<qint64>(0, made.daysTo(today))) : 0;
}

} // namespace signalbox
