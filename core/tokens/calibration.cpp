// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/calibration.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QSaveFile>

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace signalbox {

namespace {

constexpr int64_t leastTokens = 16;
constexpr double mostRatio = 20;
constexpr double leastWeight = 1.0 / 20;
constexpr double firstSpread = 0.25; // before there are two reports
constexpr double leastSpread = 0.01;
constexpr int64_t reportsBeforeClipping = 5;
constexpr size_t longestName = 512;
constexpr qint64 largestFile = 8LL * 1024 * 1024;

Error fileError(const QString &path, const QString &what)
{
    return {"calibration_file", path.toStdString() + ": " + what.toStdString()};
}

std::string keyOf(std::string_view provider, std::string_view model)
{
    return std::string(provider) + "/" + std::string(model);
}

} // namespace

void Calibration::learn(std::string_view provider, std::string_view model, int64_t counted, int64_t reported)
{
    if (counted < leastTokens || reported < leastTokens || provider.size() + model.size() > longestName)
        return;
    double seen = std::log(static_cast<double>(reported) / static_cast<double>(counted));
    if (std::abs(seen) > std::log(mostRatio))
        return;
    ++m_changes;
    const std::string key = keyOf(provider, model);
    State *state = m_models.find(key);
    if (!state) {
        m_models.put(key, {seen, firstSpread, 1});
        return;
    }
    ++state->reports;
    double off = seen - state->mean;
    if (state->reports > reportsBeforeClipping) {
        const double most = 3 * std::max(state->spread, leastSpread);
        off = std::clamp(off, -most, most);
    }
    const double weight = std::max(leastWeight, 1.0 / static_cast<double>(state->reports));
    const double variance = (1 - weight) * (state->spread * state->spread + weight * off * off);
    state->mean += weight * off;
    // The guess that stood for the spread of one report must not be remembered as if it had been measured.
    state->spread = state->reports == 2 ? std::max(std::abs(off), leastSpread) : std::sqrt(variance);
}

std::optional<Calibration::Factor> Calibration::factorOf(std::string_view provider, std::string_view model) const
{
    const State *state = m_models.peek(keyOf(provider, model));
    if (!state)
        return std::nullopt;
    return factorIn(*state);
}

Calibration::Factor Calibration::factorIn(const State &state)
{
    return {std::exp(state.mean), std::expm1(std::max(state.spread, 0.0)), state.reports};
}

std::vector<Calibration::Row> Calibration::rows() const
{
    std::vector<Row> rows;
    rows.reserve(m_models.size());
    for (const auto &[target, state] : m_models.entries())
        rows.push_back({target, factorIn(state)});
    return rows;
}

std::string Calibration::toJson() const
{
    boost::json::object models;
    for (const auto &[key, state] : m_models.entries())
        models[key] = boost::json::array{state.mean, state.spread, state.reports};
    return boost::json::serialize(boost::json::object{{"version", 1}, {"models", std::move(models)}});
}

Result<void> Calibration::fromJson(std::string_view text)
{
    const auto bad = [](const char *what) { return Error{"calibration_invalid", what}; };
    boost::system::error_code failure;
    const boost::json::value root = boost::json::parse(text, failure);
    const boost::json::value *models = failure || !root.is_object() ? nullptr : root.get_object().if_contains("models");
    if (!models || !models->is_object())
        return bad("It is no JSON object with models.");
    std::vector<std::pair<std::string, State>> read;
    for (const boost::json::key_value_pair &one : models->get_object()) {
        const boost::json::array *numbers = one.value().if_array();
        if (!numbers || numbers->size() != 3 || !(*numbers)[0].is_number() || !(*numbers)[1].is_number() ||
            !(*numbers)[2].is_int64())
            return bad("A model has no [mean, spread, reports].");
        const State state{(*numbers)[0].to_number<double>(), (*numbers)[1].to_number<double>(),
                          (*numbers)[2].get_int64()};
        if (!std::isfinite(state.mean) || std::abs(state.mean) > std::log(mostRatio) + 1e-6 || !(state.spread >= 0) ||
            state.spread > 10 || state.reports < 1)
            return bad("A model has numbers out of range.");
        read.emplace_back(std::string(one.key()), state);
    }
    m_models.clear();
    for (auto one = read.rbegin(); one != read.rend(); ++one) // the latest used stands first
        m_models.put(one->first, one->second);
    return {};
}

Result<void> loadCalibration(const QString &path, Calibration &into)
{
    QFile file(path);
    if (!file.exists())
        return {};
    if (!file.open(QIODevice::ReadOnly))
        return fileError(path, file.errorString());
    if (file.size() > largestFile)
        return fileError(path, QStringLiteral("is larger than 8 MiB"));
    const auto read = into.fromJson(file.readAll().toStdString());
    return read ? read : Error{read.error().code, path.toStdString() + ": " + read.error().message};
}

Result<void> saveCalibration(const QString &path, const std::string &json)
{
    QSaveFile file(path);
    QDir().mkpath(QFileInfo(path).absolutePath());
    if (!file.open(QIODevice::WriteOnly) || file.write(json.data(), static_cast<qint64>(json.size())) < 0 ||
        !file.commit())
        return fileError(path, file.errorString());
    return {};
}

} // namespace signalbox
