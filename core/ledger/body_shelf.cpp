// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/body_shelf.h"

#include "core/ledger/request_details.h"
#include "core/redaction/body_redactor.h"

#include <utility>

namespace signalbox {

namespace {

size_t sizeOf(const std::vector<StoredBody> &bodies)
{
    size_t bytes = 0;
    for (const StoredBody &body : bodies)
        bytes += body.bytes.size();
    return bytes;
}

void maskAll(std::vector<StoredBody> &bodies, const BodyRedactor &redactor)
{
    std::map<std::string, int> counts;
    bool gaveUp = false;
    // All bodies of a request share the patience of one.
    const auto until = std::chrono::steady_clock::now() + BodyRedactor::patience;
    for (StoredBody &body : bodies) {
        BodyRedactor::Masked masked = redactor.mask(body.bytes, body.cut, until);
        body.bytes = std::move(masked.bytes);
        gaveUp = gaveUp || masked.gaveUp;
        for (const auto &[word, count] : masked.counts)
            counts[word] += count;
    }
    if (counts.empty())
        return;
    for (StoredBody &body : bodies) {
        if (body.kind != StoredBody::Kind::Details)
            continue;
        if (auto details = detailsFromJson(body.bytes)) {
            details->masked = std::move(counts);
            details->maskedMore = gaveUp;
            body.bytes = detailsToJson(*details);
        }
        return;
    }
}

} // namespace

void BodyShelf::put(const std::string &id, const std::vector<StoredBody> &bodies, BodyRedactorPtr redactor)
{
    m_bytes += sizeOf(bodies);
    m_entries[id] = {bodies, std::move(redactor)};
}

void BodyShelf::absorb(BodyShelf &other, size_t room)
{
    for (auto &[id, entry] : other.m_entries) {
        const size_t bytes = sizeOf(entry.bodies);
        if (bytes > room)
            continue;
        room -= bytes;
        m_bytes += bytes;
        m_entries[id] = std::move(entry);
    }
    other.clear();
}

void BodyShelf::mask()
{
    for (auto &[id, entry] : m_entries) {
        if (const BodyRedactorPtr redactor = std::exchange(entry.redactor, nullptr))
            maskAll(entry.bodies, *redactor);
    }
}

const std::vector<StoredBody> *BodyShelf::find(const std::string &id) const
{
    const auto found = m_entries.find(id);
    return found == m_entries.end() ? nullptr : &found->second.bodies;
}

void BodyShelf::clear()
{
    m_entries.clear();
    m_bytes = 0;
}

} // namespace signalbox
