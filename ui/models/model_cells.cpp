// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_table_model.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ModelCells)
};

QString yesNo(std::optional<bool> value)
{
    if (!value)
        return missingText();
    return *value ? Words::tr("yes") : Words::tr("no");
}

QString orMissing(const std::string &text)
{
    return text.empty() ? missingText() : QString::fromStdString(text);
}

QString tokensOrMissing(std::optional<int64_t> tokens)
{
    return tokens ? formatTokens(*tokens) : missingText();
}

RateMember rateOf(int column)
{
    switch (column) {
    case ModelTableModel::InputPrice:
        return &PriceTier::input;
    case ModelTableModel::OutputPrice:
        return &PriceTier::output;
    case ModelTableModel::CacheRead:
        return &PriceTier::cacheRead;
    default:
        return &PriceTier::cacheWrite;
    }
}

QString sourceWords(const ModelRow &row)
{
    const QString own = Words::tr("own");
    if (row.facts->source.empty())
        return row.overridden ? own : missingText();
    const QString source = QString::fromStdString(row.facts->source);
    return row.overridden ? own + u" + "_s + source : source;
}

QString statusWords(const ModelRow &row)
{
    if (row.facts->status == "deprecated")
        return Words::tr("Deprecated");
    if (row.facts->status == "beta")
        return Words::tr("Beta");
    return QString::fromStdString(row.facts->status);
}

} // namespace

QString modelColumnTitle(int column)
{
    switch (column) {
    case ModelTableModel::Model:
        return Words::tr("Model");
    case ModelTableModel::Provider:
        return Words::tr("Provider");
    case ModelTableModel::Context:
        return Words::tr("Context");
    case ModelTableModel::Output:
        return Words::tr("Output limit");
    case ModelTableModel::Input:
        return Words::tr("Takes");
    case ModelTableModel::Tools:
        return Words::tr("Tools");
    case ModelTableModel::Reasoning:
        return Words::tr("Reasons");
    case ModelTableModel::InputPrice:
        return Words::tr("In $/M");
    case ModelTableModel::OutputPrice:
        return Words::tr("Out $/M");
    case ModelTableModel::CacheRead:
        return Words::tr("Cached $/M");
    case ModelTableModel::CacheWrite:
        return Words::tr("Written $/M");
    case ModelTableModel::Quality:
        return Words::tr("Quality");
    case ModelTableModel::Source:
        return Words::tr("Source");
    case ModelTableModel::Date:
        return Words::tr("As of");
    default:
        return Words::tr("Status");
    }
}

QString priceText(std::optional<double> usd)
{
    if (!usd)
        return missingText();
    // Two decimals line up; cheap models need more to say anything.
    for (int decimals = 2; decimals < 6; ++decimals) {
        const double scaled = *usd * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6)
            return formatNumber(*usd, decimals);
    }
    return formatNumber(*usd, 6);
}

QString modalityWords(Modalities modalities)
{
    if (!modalities.known())
        return missingText();
    QStringList words;
    const std::initializer_list<std::pair<Modality, QString>> all{{Modality::Text, Words::tr("text")},
                                                                  {Modality::Image, Words::tr("image")},
                                                                  {Modality::Audio, Words::tr("audio")},
                                                                  {Modality::Video, Words::tr("video")},
                                                                  {Modality::Document, Words::tr("document")}};
    for (const auto &[modality, name] : all) {
        if (modalities.has(modality))
            words += name;
    }
    return words.join(u", "_s);
}

QString modelCell(const ModelRow &row, int column)
{
    const ModelFacts &facts = *row.facts;
    switch (column) {
    case ModelTableModel::Model:
        return QString::fromStdString(facts.model);
    case ModelTableModel::Provider:
        return row.providerTitle;
    case ModelTableModel::Context:
        return tokensOrMissing(facts.contextTokens);
    case ModelTableModel::Output:
        return tokensOrMissing(facts.maxOutputTokens);
    case ModelTableModel::Input:
        return modalityWords(facts.input);
    case ModelTableModel::Tools:
        return yesNo(facts.tools);
    case ModelTableModel::Reasoning:
        return yesNo(facts.reasoning);
    case ModelTableModel::InputPrice:
    case ModelTableModel::OutputPrice:
    case ModelTableModel::CacheRead:
    case ModelTableModel::CacheWrite:
        return priceText(usdPerMTok(facts, rateOf(column)));
    case ModelTableModel::Quality:
        return facts.quality.empty() ? missingText() : formatNumber(facts.quality.front().score, 1);
    case ModelTableModel::Source:
        return sourceWords(row);
    case ModelTableModel::Date:
        return orMissing(facts.asOf);
    default:
        return statusWords(row);
    }
}

std::optional<double> modelNumber(const ModelRow &row, int column)
{
    const ModelFacts &facts = *row.facts;
    const auto number = [](const auto &value) -> std::optional<double> {
        return value ? std::optional<double>(double(*value)) : std::nullopt;
    };
    switch (column) {
    case ModelTableModel::Context:
        return number(facts.contextTokens);
    case ModelTableModel::Output:
        return number(facts.maxOutputTokens);
    case ModelTableModel::Tools:
        return number(facts.tools);
    case ModelTableModel::Reasoning:
        return number(facts.reasoning);
    case ModelTableModel::InputPrice:
    case ModelTableModel::OutputPrice:
    case ModelTableModel::CacheRead:
    case ModelTableModel::CacheWrite:
        return usdPerMTok(facts, rateOf(column));
    case ModelTableModel::Quality:
        return facts.quality.empty() ? std::nullopt : std::optional<double>(facts.quality.front().score);
    default:
        return std::nullopt;
    }
}

} // namespace signalbox
