// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue_updater.h"

#include <QtCore/QCryptographicHash>

namespace signalbox {

namespace {

Error withStatus(const Error &error, int status)
{
    return {error.code, error.message, error.code == "catalogue_file" ? 500 : status};
}

} // namespace

Result<CatalogueUpdater::Offer> CatalogueUpdater::offer(const QByteArray &json)
{
    const auto diff = m_files.preview(json);
    if (!diff)
        return withStatus(diff.error(), 400);
    const auto read = Catalogue::fromJson(json.toStdString());
    m_bytes = json;
    m_offer = Offer{QCryptographicHash::hash(json, QCryptographicHash::Sha256).toHex().toStdString(),
                    read ? (*read)->asOf() : std::string(), *diff};
    return *m_offer;
}

Result<CatalogueDiff> CatalogueUpdater::take(const std::string &digest, bool agreed)
{
    if (!m_offer)
        return Error{"catalogue_digest", "No catalogue waits to be applied: send its file first.", 409};
    if (m_offer->digest != digest)
        return Error{"catalogue_digest",
                     "The catalogue that waits has the digest " + m_offer->digest + ", not the one named.", 409};
    auto applied = m_files.apply(m_bytes, agreed);
    if (!applied)
        return withStatus(applied.error(), 409);
    m_offer.reset();
    m_bytes.clear();
    return applied;
}

Result<void> CatalogueUpdater::revert()
{
    const auto done = m_files.revert();
    if (!done)
        return withStatus(done.error(), 409);
    return {};
}

} // namespace signalbox
