// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/cost_rows.h"

#include "core/catalogue/price_json.h"
#include "core/catalogue/pricing.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDate>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct CostRows {
    Q_DECLARE_TR_FUNCTIONS(CostRows)
};

using Rate = std::optional<int64_t> PriceTier::*;

QString rateText(int64_t picoPerToken)
{
    return CostRows::tr("%1 / M").arg(asDollars(QString::fromStdString(decimalText(picoPerToken, 6))));
}

class Rows
{
public:
    Rows(const PriceTier *tier, std::vector<CostRow> &rows) : m_tier(tier), m_rows(rows) {}

    // The first rate that is known is taken.
    void add(const QString &label, std::optional<int64_t> tokens, std::initializer_list<Rate> rates)
    {
        if (!tokens || *tokens <= 0)
            return;
        CostRow row{label, formatCount(*tokens), missingText(), missingText()};
        for (const Rate rate : rates) {
            const std::optional<int64_t> price = m_tier ? m_tier->*rate : std::nullopt;
            if (!price)
                continue;
            row.rate = rate == *rates.begin() ? rateText(*price)
                                              : CostRows::tr("%1, as its parent class").arg(rateText(*price));
            row.amount = formatMoney(int64_t(double(*tokens) * double(*price) / 1000 + 0.5), Places::Table);
            break;
        }
        m_rows.push_back(std::move(row));
    }

private:
    const PriceTier *m_tier;
    std::vector<CostRow> &m_rows;
};

std::optional<Price> priceOf(const PriceNote &note)
{
    if (note.json.empty())
        return std::nullopt;
    auto price = priceFromJson(note.json);
    return price && !price->tiers.empty() ? std::optional(std::move(*price)) : std::nullopt;
}

QString stateWord(CostState state)
{
    switch (state) {
    case CostState::Exact:
        return CostRows::tr("exact");
    case CostState::Reported:
        return CostRows::tr("as the provider reported it");
    case CostState::AtLeast:
        return CostRows::tr("at least, for the reply ended early");
    case CostState::Estimated:
        return CostRows::tr("estimated");
    case CostState::Unpriced:
        break;
    }
    return CostRows::tr("not known: no price for this model");
}

} // namespace

std::vector<CostRow> costRows(const TokenUsage &usage, const PriceNote &note)
{
    std::vector<CostRow> rows;
    const std::optional<Price> price = priceOf(note);
    const int64_t written = usage.cacheWrite.value_or(0);
    const int64_t hour = std::min(usage.cacheWrite1h.value_or(0), written);
    const int64_t inputAudio = std::min(usage.inputAudio.value_or(0), usage.input.value_or(0));
    const int64_t outputAudio = std::min(usage.outputAudio.value_or(0), usage.output.value_or(0));
    const int64_t inputImage = std::min(usage.inputImage.value_or(0), usage.input.value_or(0) - inputAudio);
    const int64_t outputImage = std::min(usage.outputImage.value_or(0), usage.output.value_or(0) - outputAudio);
    const PriceTier *tier =
        price ? &price->tierFor(usage.input.value_or(0) + usage.cachedInput.value_or(0) + written) : nullptr;
    Rows out(tier, rows);
    out.add(CostRows::tr("Input"), usage.input.value_or(0) - inputAudio - inputImage, {&PriceTier::input});
    out.add(CostRows::tr("Input audio"), inputAudio, {&PriceTier::inputAudio, &PriceTier::input});
    out.add(CostRows::tr("Input images"), inputImage, {&PriceTier::inputImage, &PriceTier::input});
    out.add(CostRows::tr("Cached input"), usage.cachedInput, {&PriceTier::cacheRead, &PriceTier::input});
    out.add(CostRows::tr("Cache write"), written - hour, {&PriceTier::cacheWrite, &PriceTier::input});
    out.add(CostRows::tr("Cache write, one hour"), hour,
            {&PriceTier::cacheWrite1h, &PriceTier::cacheWrite, &PriceTier::input});
    out.add(CostRows::tr("Output"), usage.output.value_or(0) - outputAudio - outputImage, {&PriceTier::output});
    out.add(CostRows::tr("Output audio"), outputAudio, {&PriceTier::outputAudio, &PriceTier::output});
    out.add(CostRows::tr("Output images"), outputImage, {&PriceTier::outputImage, &PriceTier::output});
    if (usage.reasoning.value_or(0) > 0)
        rows.push_back({CostRows::tr("Reasoning, in output"), formatCount(*usage.reasoning), {}, {}});
    if (price && price->perRequestNanoUsd)
        rows.push_back({CostRows::tr("Per request"), formatCount(1),
                        formatMoney(*price->perRequestNanoUsd, Places::Table),
                        formatMoney(*price->perRequestNanoUsd, Places::Table)});
    if (const int64_t searches = usage.webSearches.value_or(0); searches > 0) {
        const auto each = price ? price->perWebSearchNanoUsd : std::nullopt;
        rows.push_back({CostRows::tr("Web searches"), formatCount(searches),
                        each ? formatMoney(*each, Places::Table) : missingText(),
                        each ? formatMoney(*each * searches, Places::Table) : missingText()});
    }
    return rows;
}

QString costNote(const Cost &cost, const PriceNote &note)
{
    QString text = stateWord(cost.state);
    if (cost.priceId.empty() || cost.state == CostState::Reported)
        return text;
    const std::optional<Price> price = priceOf(note);
    QString name = QString::fromStdString(cost.priceId);
    text = CostRows::tr("%1 · price %2").arg(text, name);
    if (!price)
        return text;
    if (const QDate of = QDate::fromString(QString::fromStdString(price->asOf), Qt::ISODate); of.isValid())
        text = CostRows::tr("%1, as of %2").arg(text, numberLocale().toString(of, QLocale::ShortFormat));
    if (!price->source.empty())
        text = CostRows::tr("%1 (%2)").arg(text, QString::fromStdString(price->source));
    return text;
}

} // namespace signalbox
