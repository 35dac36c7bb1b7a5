// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// Counts of values (milliseconds) in buckets that grow by 4 %: a percentile is within 2 % of the true one.
// Values under 0.01 fall into the first bucket.
class Histogram
{
public:
    void add(double value, int64_t times = 1);
    void merge(const Histogram &other);
    void mergeBlob(std::string_view blob); // without a Histogram in between
    int64_t count() const { return m_count; }
    double percentile(double share) const; // share in 0..1; 0 when empty

    std::string toBlob() const; // variable-length pairs (bucket step, count)
    static Histogram fromBlob(std::string_view blob);

private:
    void addTo(size_t bucket, int64_t times);

    std::vector<int64_t> m_buckets; // up to the last one that has a count
    int64_t m_count = 0;
};

} // namespace signalbox
