// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <memory>
#include <string>
#include <unordered_map>

namespace signalbox {

class BodyRedactor;
using BodyRedactorPtr = std::shared_ptr<const BodyRedactor>;

// Bodies on their way from the gateway thread to the ledger's, by the id of their request: in memory only, since what
// has not been masked yet must not reach a disk, not even the journal. Not thread-safe: the ledger guards it while it
// fills; it is masked and read on the ledger thread.
class BodyShelf
{
public:
    void put(const std::string &id, const std::vector<StoredBody> &bodies, BodyRedactorPtr redactor);
    // Takes the other's over, and leaves out what there is no room for: bodies give way to rows.
    void absorb(BodyShelf &other, size_t room);
    // Masks what has not been; Details tell how much (RequestDetails::masked).
    void mask();
    const std::vector<StoredBody> *find(const std::string &id) const;
    size_t bytes() const { return m_bytes; }
    void clear();

private:
    struct Entry {
        std::vector<StoredBody> bodies;
        BodyRedactorPtr redactor; // null: masked, or nothing is to be
    };

    std::unordered_map<std::string, Entry> m_entries;
    size_t m_bytes = 0;
};

} // namespace signalbox
