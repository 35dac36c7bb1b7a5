// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox {

// What is kept of a request beside its row, under the policy for bodies: when its phases were over, when the bytes of
// its reply left for the client, headers without secrets. Stored as a body of its own (StoredBody::Kind::Details), so
// that requests without bodies pay nothing for it. Microseconds count from the first byte of the request; -1: unknown.
struct RequestDetails {
    struct Attempt {
        int n = 1;
        int64_t madeFromUs = -1; // translating begins
        int64_t startedUs = -1;  // handed to the connection
        int64_t firstTokenUs = -1;
        std::string dialect; // the provider's
        std::string path;
        std::string providerRequestId;
        bool translated = false;

        bool operator==(const Attempt &) const = default;
    };
    struct Chunk { // of the reply, as it was handed to the client's connection
        int64_t atUs = 0;
        int64_t bytes = 0;

        bool operator==(const Chunk &) const = default;
    };
    using Headers = std::vector<std::pair<std::string, std::string>>;

    int64_t receivedUs = -1; // the whole request is here
    int64_t parsedUs = -1;
    int64_t plannedUs = -1; // facts, plan and budgets
    std::string path;       // that the client asked for, with its query, without a key
    std::vector<Attempt> attempts;
    std::vector<Chunk> chunks;
    Headers requestHeaders; // the client's
    Headers replyHeaders;   // the provider's
    // The provider saw the same bytes as the client, so they are not kept twice.
    bool sameRequest = false;
    bool sameReply = false;
    // What was masked in bodies and headers before they were kept: how often, by the word of the mark.
    std::map<std::string, int> masked{};
    bool maskedMore = false; // a pattern of the user's was given up, so whole texts were masked

    const Attempt *attempt(int n) const;
    bool operator==(const RequestDetails &) const = default;
};

std::string detailsToJson(const RequestDetails &details);
std::optional<RequestDetails> detailsFromJson(std::string_view json); // nothing: not readable
std::optional<RequestDetails> detailsOf(const RequestRecord &record); // nothing: not kept

// When the bytes of a stream left, in bounded memory: when it is full, neighbours are put together, so that a long
// stream is told in coarser steps.
class ChunkClock
{
public:
    static constexpr size_t mostChunks = 2048;

    void note(int64_t atUs, size_t bytes);
    const std::vector<RequestDetails::Chunk> &chunks() const { return m_chunks; }

private:
    std::vector<RequestDetails::Chunk> m_chunks;
    size_t m_together = 1; // chunks to one entry
    size_t m_inLast = 0;
};

} // namespace signalbox
