// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/catalogue_files.h"
#include "ui/data/catalogue_actions.h"

#include <QtCore/QThreadPool>

namespace signalbox {

class GatewayHost;

// CatalogueActions over the user's files and the gateway of this process, which outlives it. Files are read and
// written on a thread of its own, one job after the other; a changed catalogue is put to use at once.
class HostCatalogue final : public CatalogueActions
{
public:
    HostCatalogue(GatewayHost &host, const QString &dataFolder, CatalogueFiles::Loaded loaded,
                  QObject *parent = nullptr);
    ~HostCatalogue() override;

    std::shared_ptr<const Catalogue> catalogue() const override { return m_loaded.catalogue; }
    bool isShipped() const override { return m_loaded.shipped; }
    void preview(const QByteArray &json, QObject *context, Compared done) override;
    void apply(const QByteArray &json, bool agreed, QObject *context, Done done) override;
    void revert(QObject *context, Done done) override;
    void importQuality(const QByteArray &csv, QObject *context, Done done) override;
    void noticed(CatalogueFiles::Loaded loaded); // somebody else changed it, and the gateway has it

private:
    void change(std::function<Result<void>(CatalogueFiles &)> work, QObject *context, Done done);
    void use(CatalogueFiles::Loaded loaded);

    GatewayHost &m_host;
    CatalogueFiles m_files;
    CatalogueFiles::Loaded m_loaded;
    QThreadPool m_worker;
};

} // namespace signalbox
