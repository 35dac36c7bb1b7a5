// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/catalogue_files.h"

#include <optional>
#include <string>

namespace signalbox {

// Takes newer catalogues in two steps: offer() tells what would change, take() applies what was offered. One offer
// waits at a time, in memory. Reads and writes files: not for the gateway thread; one owner at a time.
class CatalogueUpdater
{
public:
    explicit CatalogueUpdater(QString folder) : m_files(std::move(folder)) {}

    struct Offer {
        std::string digest; // SHA-256 of its bytes, in hex
        std::string asOf;
        CatalogueDiff diff;
    };
    // Error catalogue_invalid (400), with a pointer.
    Result<Offer> offer(const QByteArray &json);
    const std::optional<Offer> &pending() const { return m_offer; }
    // Errors: catalogue_digest (409: not what was offered last), catalogue_doubtful (409: nobody agreed).
    Result<CatalogueDiff> take(const std::string &digest, bool agreed);
    Result<void> revert(); // error catalogue_nothing_before (409)

    CatalogueFiles &files() { return m_files; }

private:
    CatalogueFiles m_files;
    QByteArray m_bytes;
    std::optional<Offer> m_offer;
};

} // namespace signalbox
