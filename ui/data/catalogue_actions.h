// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/catalogue/catalogue_update.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>

#include <functional>
#include <memory>

namespace signalbox {

// The catalogue in force and what the pages may do with it. A seam, so that they can be tested without gateway and
// files. GUI thread; comparing and files are dealt with elsewhere. `done` is dropped when `context` has died.
class CatalogueActions : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CatalogueActions)

public:
    using Compared = std::function<void(Result<CatalogueDiff>)>;
    using Done = std::function<void(Result<void>)>;
    using QObject::QObject;

    virtual std::shared_ptr<const Catalogue> catalogue() const = 0; // never null
    virtual bool isShipped() const = 0;
    virtual void preview(const QByteArray &json, QObject *context, Compared done) = 0;
    virtual void apply(const QByteArray &json, bool agreed, QObject *context, Done done) = 0;
    virtual void revert(QObject *context, Done done) = 0; // to the one before; once more takes that back
    // Own scores in place of those before; empty: none. Errors name the line.
    virtual void importQuality(const QByteArray &csv, QObject *context, Done done) = 0;

Q_SIGNALS:
    void catalogueChanged();
};

} // namespace signalbox
