// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue_files.h"

#include "core/catalogue/quality_csv.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSaveFile>

#include <optional>

namespace signalbox {

namespace {

constexpr const char *current = "catalogue.json";
constexpr const char *previous = "catalogue.previous.json";
constexpr const char *scores = "quality.csv";
constexpr qint64 largestFile = 64LL * 1024 * 1024;

Error fileError(const QString &path, const QString &what)
{
    return {"catalogue_file", path.toStdString() + ": " + what.toStdString()};
}

// Absent: there is no such file.
Result<std::optional<QByteArray>> readFile(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return std::optional<QByteArray>();
    if (!file.open(QIODevice::ReadOnly))
        return fileError(path, file.errorString());
    if (file.size() > largestFile)
        return fileError(path, QStringLiteral("is larger than 64 MiB"));
    return std::optional(file.readAll());
}

Result<void> replace(const QString &path, const std::optional<QByteArray> &bytes)
{
    if (!bytes) {
        QFile file(path);
        if (file.exists() && !file.remove())
            return fileError(path, file.errorString());
        return {};
    }
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(*bytes) != bytes->size() || !file.commit())
        return fileError(path, file.errorString());
    return {};
}

} // namespace

CatalogueFiles::CatalogueFiles(QString folder) : m_folder(std::move(folder)) {}

QString CatalogueFiles::path(const char *name) const
{
    return QDir(m_folder).filePath(QString::fromLatin1(name));
}

std::shared_ptr<const QualityFigures> CatalogueFiles::quality(std::string &problem) const
{
    const auto bytes = readFile(path(scores));
    if (!bytes || !*bytes) {
        problem = bytes ? std::string() : bytes.error().message;
        return QualityFigures::builtIn();
    }
    const auto own = readQualityCsv((*bytes)->toStdString(), scores);
    if (!own) {
        problem = fileError(path(scores), QString::fromStdString(own.error().message)).message;
        return QualityFigures::builtIn();
    }
    return std::make_shared<const QualityFigures>(QualityFigures::builtIn()->withOwn(*own));
}

CatalogueFiles::Loaded CatalogueFiles::load() const
{
    Loaded loaded;
    loaded.catalogue = Catalogue::builtIn();
    const bool ownScores = QFile::exists(path(scores));
    const auto figures = ownScores ? quality(loaded.problem) : QualityFigures::builtIn();
    const auto bytes = readFile(path(current));
    if (!bytes) {
        loaded.problem = bytes.error().message;
    } else if (*bytes) {
        const auto own = Catalogue::fromJson((*bytes)->toStdString(), figures);
        if (own) {
            loaded.catalogue = *own;
            loaded.shipped = false;
            loaded.shippedIsNewer = Catalogue::builtIn()->asOf() > (*own)->asOf();
            return loaded;
        }
        loaded.problem = fileError(path(current), QString::fromStdString(own.error().message)).message;
    }
    if (ownScores)
        loaded.catalogue = Catalogue::builtInWith(figures);
    return loaded;
}

Result<CatalogueDiff> CatalogueFiles::preview(const QByteArray &json) const
{
    const auto next = Catalogue::fromJson(json.toStdString());
    if (!next)
        return next.error();
    if ((*next)->size() == 0)
        return Error{"catalogue_invalid", "/models: is empty"};
    return compareCatalogues(*load().catalogue, **next);
}

Result<CatalogueDiff> CatalogueFiles::apply(const QByteArray &json, bool agreed)
{
    auto diff = preview(json);
    if (!diff)
        return diff;
    if (diff->needsYes() && !agreed) {
        std::string reasons;
        for (const std::string &doubt : diff->doubts)
            reasons += (reasons.empty() ? "" : "; ") + doubt;
        return Error{"catalogue_doubtful", "The catalogue was not taken over: " + reasons + '.'};
    }
    const auto before = readFile(path(current));
    if (!before)
        return before.error();
    // The order keeps something to go back to whenever the program dies in between.
    if (const auto kept = replace(path(previous), *before); !kept)
        return kept.error();
    if (const auto written = replace(path(current), json); !written)
        return written.error();
    return diff;
}

Result<void> CatalogueFiles::revert()
{
    const auto now = readFile(path(current));
    const auto before = readFile(path(previous));
    if (!now || !before)
        return now ? before.error() : now.error();
    if (!*now && !*before)
        return Error{"catalogue_nothing_before", "There is no other catalogue to go back to."};
    if (const auto written = replace(path(current), *before); !written)
        return written.error();
    return replace(path(previous), *now);
}

bool CatalogueFiles::hasOwn() const
{
    return QFile::exists(path(current));
}

bool CatalogueFiles::canRevert() const
{
    return hasOwn() || QFile::exists(path(previous));
}

Result<size_t> CatalogueFiles::applyQuality(const QByteArray &csv)
{
    if (csv.trimmed().isEmpty()) {
        const auto removed = replace(path(scores), std::nullopt);
        return removed ? Result<size_t>(0) : removed.error();
    }
    const auto figures = readQualityCsv(csv.toStdString(), scores);
    if (!figures)
        return figures.error();
    if (const auto written = replace(path(scores), csv); !written)
        return written.error();
    return figures->size();
}

} // namespace signalbox
