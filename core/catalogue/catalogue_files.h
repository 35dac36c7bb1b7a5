// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/catalogue_update.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <memory>
#include <string>

namespace signalbox {

// The user's catalogue in the data folder: catalogue.json in place of the one that ships (absent: that one),
// catalogue.previous.json to go back to, quality.csv with own scores. Each file is replaced as a whole or not at all,
// and only by bytes that were read without an error. Reads and writes files: not for the gateway thread. One owner at a
// time.
class CatalogueFiles
{
public:
    explicit CatalogueFiles(QString folder);

    // What is in force. A broken file never takes the catalogue away: then it is the shipped one, with the problem
    // told.
    struct Loaded {
        std::shared_ptr<const Catalogue> catalogue; // never null
        std::string problem;                        // `FILE: /models/3/…: what`; empty: none
        bool shipped = true;
        bool shippedIsNewer = false; // than the user's, which stays in force until it is taken back
    };
    Loaded load() const;

    // What apply() would change against what is in force.
    Result<CatalogueDiff> preview(const QByteArray &json) const;
    // Error catalogue_doubtful (nothing is changed) where the diff has doubts and nobody agreed.
    Result<CatalogueDiff> apply(const QByteArray &json, bool agreed);
    // Changes places with what was in force before; once more takes that back. Error: there is nothing to go back to.
    Result<void> revert();

    bool hasOwn() const;    // a file of the user's is in place of the shipped one
    bool canRevert() const; // there is something that revert() would go back to

    // Replaces the user's own scores. An empty file takes them away.
    Result<size_t> applyQuality(const QByteArray &csv);

private:
    QString path(const char *name) const;
    std::shared_ptr<const QualityFigures> quality(std::string &problem) const;

    QString m_folder;
};

} // namespace signalbox
