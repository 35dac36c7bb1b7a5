// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_details.h"

#include "core/catalogue/quality_figures.h"
#include "core/tokens/families.h"
#include "core/tokens/token_book.h"
#include "ui/models/model_table_model.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/theme.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ModelDetails)
};

constexpr std::array comparedColumns{
    ModelTableModel::Provider,  ModelTableModel::Context,    ModelTableModel::Output,     ModelTableModel::Input,
    ModelTableModel::Tools,     ModelTableModel::Reasoning,  ModelTableModel::InputPrice, ModelTableModel::OutputPrice,
    ModelTableModel::CacheRead, ModelTableModel::CacheWrite, ModelTableModel::Quality,    ModelTableModel::Status,
    ModelTableModel::Source,    ModelTableModel::Date};

QString sourceAndDate(const std::string &source, const std::string &asOf)
{
    if (source.empty())
        return {};
    const QString name = QString::fromStdString(source);
    return asOf.empty() ? name : Words::tr("%1, %2").arg(name, QString::fromStdString(asOf));
}

// What the source of a fact is: the config where it names another value than the catalogue.
template<class T>
QString factNote(const ModelRow &row, const T &fact, const T &listed)
{
    if (row.listed && fact != listed)
        return Words::tr("own; the catalogue differs");
    return sourceAndDate(row.facts->source, row.facts->asOf);
}

class Lines
{
public:
    void begin(const QString &section) { m_section = section; }
    void add(const QString &label, const QString &value, const QString &note = {})
    {
        m_lines.push_back({std::exchange(m_section, {}), label, value, note});
    }
    // What is not known has no source.
    void addFact(const QString &label, const QString &value, const QString &note)
    {
        add(label, value, value == missingText() ? QString() : note);
    }
    std::vector<DetailLine> take() { return std::move(m_lines); }

private:
    QString m_section;
    std::vector<DetailLine> m_lines;
};

void addLimits(Lines &lines, const ModelRow &row)
{
    const ModelFacts &facts = *row.facts;
    const ModelFacts &listed = row.listed ? *row.listed : facts;
    lines.begin(Words::tr("Limits and abilities"));
    const auto tokens = [](std::optional<int64_t> value) { return value ? formatTokens(*value) : missingText(); };
    QString note = factNote(row, facts.contextTokens, listed.contextTokens);
    if (facts.otherContextTokens && facts.otherContextTokens != facts.contextTokens)
        note = Words::tr("chosen; another source says %1").arg(formatTokens(*facts.otherContextTokens));
    lines.addFact(Words::tr("Context"), tokens(facts.contextTokens), note);
    lines.addFact(Words::tr("Output limit"), tokens(facts.maxOutputTokens),
                  factNote(row, facts.maxOutputTokens, listed.maxOutputTokens));
    lines.addFact(Words::tr("Takes"), modalityWords(facts.input), factNote(row, facts.input, listed.input));
    lines.addFact(Words::tr("Gives"), modalityWords(facts.output), factNote(row, facts.output, listed.output));
    lines.addFact(Words::tr("Tools"), modelCell(row, ModelTableModel::Tools), factNote(row, facts.tools, listed.tools));
    lines.addFact(Words::tr("Reasons"), modelCell(row, ModelTableModel::Reasoning),
                  factNote(row, facts.reasoning, listed.reasoning));
    if (!facts.released.empty())
        lines.add(Words::tr("Released"), QString::fromStdString(facts.released));
    if (!facts.status.empty())
        lines.add(Words::tr("Status"), modelCell(row, ModelTableModel::Status));
}

QString rateName(RateMember rate)
{
    if (rate == &PriceTier::input)
        return Words::tr("Input");
    if (rate == &PriceTier::output)
        return Words::tr("Output");
    if (rate == &PriceTier::cacheRead)
        return Words::tr("Cache read");
    if (rate == &PriceTier::cacheWrite)
        return Words::tr("Cache write");
    if (rate == &PriceTier::cacheWrite1h)
        return Words::tr("Cache write, one hour");
    if (rate == &PriceTier::inputAudio)
        return Words::tr("Audio in");
    if (rate == &PriceTier::outputAudio)
        return Words::tr("Audio out");
    return rate == &PriceTier::inputImage ? Words::tr("Images in") : Words::tr("Images out");
}

void addTier(Lines &lines, const PriceTier &tier, const QString &source)
{
    QString note = source;
    for (const RateMember rate : {&PriceTier::input, &PriceTier::output, &PriceTier::cacheRead, &PriceTier::cacheWrite,
                                  &PriceTier::cacheWrite1h, &PriceTier::inputAudio, &PriceTier::outputAudio,
                                  &PriceTier::inputImage, &PriceTier::outputImage}) {
        if (!(tier.*rate))
            continue;
        lines.add(rateName(rate), asDollars(priceText(double(*(tier.*rate)) / 1e6)), note);
    }
}

void addPrice(Lines &lines, const ModelRow &row)
{
    if (!row.facts->price) {
        lines.begin(Words::tr("Price"));
        lines.add(Words::tr("Price"), missingText(), Words::tr("not known: its requests are unpriced"));
        return;
    }
    const Price &price = *row.facts->price;
    const QString source = sourceAndDate(price.source, price.asOf);
    for (const PriceTier &tier : price.tiers) {
        lines.begin(tier.inputTokensAbove == 0
                        ? Words::tr("Price, USD for a million tokens")
                        : Words::tr("Above %1 input tokens").arg(formatTokens(tier.inputTokensAbove)));
        addTier(lines, tier, source);
    }
    if (price.perRequestNanoUsd)
        lines.add(Words::tr("Each request"), formatMoney(*price.perRequestNanoUsd, Places::Table), source);
    if (price.perWebSearchNanoUsd)
        lines.add(Words::tr("Each web search"), formatMoney(*price.perWebSearchNanoUsd, Places::Table), source);
    if (!price.serviceTiers.empty())
        lines.begin(Words::tr("Service tiers"));
    for (const auto &[name, factor] : price.serviceTiers)
        lines.add(QString::fromStdString(name), Words::tr("× %1").arg(formatNumber(factor, 2)), source);
    if (row.overridden && row.listed && row.listed->price && !(row.listed->price->tiers == price.tiers)) {
        lines.begin(Words::tr("The catalogue's own price, not used"));
        addTier(lines, row.listed->price->tiers.front(),
                sourceAndDate(row.listed->price->source, row.listed->price->asOf));
    }
}

void addQuality(Lines &lines, const ModelRow &row, const QualityFigures &figures)
{
    if (!row.facts->quality.empty())
        lines.begin(Words::tr("Quality"));
    for (const QualityScore &score : row.facts->quality) {
        const auto metric = std::find_if(figures.metrics().begin(), figures.metrics().end(),
                                         [&](const QualityMetric &one) { return one.id == score.metric; });
        const bool known = metric != figures.metrics().end();
        QString note = sourceAndDate(score.source, score.asOf);
        if (known && !metric->label.empty())
            note = QString::fromStdString(metric->label);
        lines.add(QString::fromStdString(known ? metric->title : score.metric), formatNumber(score.score, 1), note);
    }
}

} // namespace

std::vector<DetailLine> modelDetails(const ModelRow &row, const QualityFigures &figures)
{
    Lines lines;
    addLimits(lines, row);
    addPrice(lines, row);
    addQuality(lines, row, figures);
    return lines.take();
}

std::vector<DetailLine> tokenCountDetails(const ModelRow &row, const std::optional<Calibration::Factor> &learnt)
{
    const auto percent = [](double share) { return Words::tr("about %1 %").arg(formatNumber(share * 100, 1)); };
    const TokenFamily family = tokenFamilyOf(row.facts->model);
    Lines lines;
    lines.begin(Words::tr("Token counts"));
    lines.add(Words::tr("Counted by"),
              family.exact ? Words::tr("the model's own vocabulary") : Words::tr("a related vocabulary"),
              family.exact ? Words::tr("texts are exact; files and tool calls are estimates")
                           : Words::tr("an estimate, corrected by what the provider reports"));
    if (learnt) {
        lines.add(Words::tr("Corrected by"), Words::tr("× %1").arg(formatNumber(learnt->factor, 3)),
                  Words::tr("learnt from %n reports", nullptr, int(learnt->reports)));
        lines.add(Words::tr("Error of a count"), percent(learnt->error));
    } else if (!family.exact) {
        lines.add(Words::tr("Error of a count"), percent(TokenBook::unknownError),
                  Words::tr("nothing was reported yet"));
    }
    return lines.take();
}

ModelCompareModel::ModelCompareModel(QObject *parent) : QAbstractTableModel(parent) {}

void ModelCompareModel::setModels(std::vector<ModelRow> models)
{
    beginResetModel();
    if (models.size() > size_t(most))
        models.resize(size_t(most));
    m_models = std::move(models);
    endResetModel();
}

bool ModelCompareModel::differs(int row) const
{
    const int column = comparedColumns[size_t(row)];
    return std::any_of(m_models.begin(), m_models.end(), [&](const ModelRow &model) {
        return modelCell(model, column) != modelCell(m_models.front(), column);
    });
}

int ModelCompareModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || m_models.empty() ? 0 : int(comparedColumns.size());
}

int ModelCompareModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : 1 + int(m_models.size());
}

QVariant ModelCompareModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= columnCount())
        return {};
    const int column = comparedColumns[size_t(index.row())];
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeading | Qt::AlignVCenter);
    if (index.column() == 0) {
        if (role == Qt::DisplayRole)
            return modelColumnTitle(column);
        return role == InkRole ? QVariant(int(Token::Text3)) : QVariant();
    }
    if (role == Qt::DisplayRole)
        return modelCell(m_models[size_t(index.column()) - 1], column);
    if (role == InkRole)
        return int(differs(index.row()) ? Token::Text : Token::Text3);
    return {};
}

QVariant ModelCompareModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::DisplayRole)
        return section == 0 ? tr("Fact") : QString::fromStdString(m_models[size_t(section) - 1].facts->model);
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeading | Qt::AlignVCenter);
    return {};
}

} // namespace signalbox
