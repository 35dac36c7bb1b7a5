// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_override.h"

#include <QtCore/QStringList>

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

template<class T>
std::optional<T> findOwn(const std::vector<T> &list, const std::string &key)
{
    const auto found = std::find_if(list.begin(), list.end(), [&](const T &one) { return one.model == key; });
    return found == list.end() ? std::nullopt : std::optional<T>(*found);
}

template<class T>
void putOwn(std::vector<T> &list, const std::string &key, std::optional<T> value)
{
    const auto found = std::find_if(list.begin(), list.end(), [&](const T &one) { return one.model == key; });
    if (!value) {
        std::erase_if(list, [&](const T &one) { return one.model == key; });
        return;
    }
    value->model = key;
    if (found == list.end()) {
        list.insert(list.begin(), std::move(*value));
        return;
    }
    // Behind a wildcard that matches as well it would never be asked.
    list.erase(found);
    list.insert(list.begin(), std::move(*value));
}

} // namespace

ModelOverride ownOverride(const Config &config, const std::string &key)
{
    return {findOwn(config.prices, key), findOwn(config.models, key)};
}

Config withOverride(Config config, const std::string &key, const ModelOverride &own)
{
    putOwn(config.prices, key, own.price);
    putOwn(config.models, key, own.facts);
    return config;
}

QString scoresText(const std::map<std::string, double> &scores)
{
    QStringList words;
    for (const auto &[metric, score] : scores)
        words += QString::fromStdString(metric) + QLatin1Char('=') + QString::number(score, 'g', 12);
    return words.join(QStringLiteral(", "));
}

std::optional<std::map<std::string, double>> readScores(const QString &text)
{
    std::map<std::string, double> scores;
    for (const QString &part : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
        const QString metric = part.section(QLatin1Char('='), 0, 0).trimmed();
        bool good = false;
        const double score = part.section(QLatin1Char('='), 1).trimmed().toDouble(&good);
        if (!good || metric.isEmpty() || !std::isfinite(score))
            return std::nullopt;
        scores[metric.toStdString()] = score;
    }
    return scores;
}

} // namespace signalbox
