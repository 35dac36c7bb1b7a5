// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/host_catalogue.h"

#include "core/gateway/gateway_host.h"

#include <QtCore/QPointer>

namespace signalbox {

HostCatalogue::HostCatalogue(GatewayHost &host, const QString &dataFolder, CatalogueFiles::Loaded loaded,
                             QObject *parent)
    : CatalogueActions(parent), m_host(host), m_files(dataFolder), m_loaded(std::move(loaded))
{
    m_worker.setMaxThreadCount(1);
}

HostCatalogue::~HostCatalogue()
{
    m_worker.waitForDone();
}

void HostCatalogue::preview(const QByteArray &json, QObject *context, Compared done)
{
    m_worker.start([this, json, guard = QPointer(context), done = std::move(done)] {
        auto diff = std::make_shared<Result<CatalogueDiff>>(m_files.preview(json));
        // The pool is joined before this object dies, and its events die with it.
        QMetaObject::invokeMethod(
            this,
            [guard, diff, done] {
                if (guard)
                    done(std::move(*diff));
            },
            Qt::QueuedConnection);
    });
}

void HostCatalogue::apply(const QByteArray &json, bool agreed, QObject *context, Done done)
{
    change(
        [json, agreed](CatalogueFiles &files) -> Result<void> {
            const auto applied = files.apply(json, agreed);
            return applied ? Result<void>() : Result<void>(applied.error());
        },
        context, std::move(done));
}

void HostCatalogue::revert(QObject *context, Done done)
{
    change([](CatalogueFiles &files) { return files.revert(); }, context, std::move(done));
}

void HostCatalogue::importQuality(const QByteArray &csv, QObject *context, Done done)
{
    change(
        [csv](CatalogueFiles &files) -> Result<void> {
            const auto taken = files.applyQuality(csv);
            return taken ? Result<void>() : Result<void>(taken.error());
        },
        context, std::move(done));
}

void HostCatalogue::noticed(CatalogueFiles::Loaded loaded)
{
    m_loaded = std::move(loaded);
    Q_EMIT catalogueChanged();
}

void HostCatalogue::change(std::function<Result<void>(CatalogueFiles &)> work, QObject *context, Done done)
{
    m_worker.start([this, work = std::move(work), guard = QPointer(context), done = std::move(done)] {
        auto result = std::make_shared<Result<void>>(work(m_files));
        auto loaded = std::make_shared<CatalogueFiles::Loaded>(m_files.load());
        QMetaObject::invokeMethod(
            this,
            [this, guard, result, loaded, done] {
                if (*result)
                    use(std::move(*loaded));
                if (guard)
                    done(*result);
            },
            Qt::QueuedConnection);
    });
}

void HostCatalogue::use(CatalogueFiles::Loaded loaded)
{
    m_loaded = std::move(loaded);
    m_host.useCatalogue(m_loaded.catalogue, m_loaded.problem);
    Q_EMIT catalogueChanged();
}

} // namespace signalbox
