// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/histogram.h"

#include "core/ledger/varint.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr double growth = 1.04;
constexpr double smallest = 0.01;
constexpr size_t lastBucket = 900; // beyond 10^13 ms

} // namespace

void Histogram::addTo(size_t bucket, int64_t times)
{
    if (bucket >= m_buckets.size())
        m_buckets.resize(bucket + 1);
    m_buckets[bucket] += times;
    m_count += times;
}

void Histogram::add(double value, int64_t times)
{
    static const double perBucket = 1 / std::log(growth);
    const double position = value > smallest ? std::log(value / smallest) * perBucket : 0;
    addTo(static_cast<size_t>(std::min(position, double(lastBucket))), times);
}

void Histogram::merge(const Histogram &other)
{
    for (size_t bucket = other.m_buckets.size(); bucket-- > 0;) {
        if (other.m_buckets[bucket] != 0)
            addTo(bucket, other.m_buckets[bucket]);
    }
}

double Histogram::percentile(double share) const
{
    const auto rank = std::max<int64_t>(1, static_cast<int64_t>(std::ceil(share * static_cast<double>(m_count))));
    int64_t seen = 0;
    for (size_t bucket = 0; bucket < m_buckets.size(); ++bucket) {
        seen += m_buckets[bucket];
        if (seen >= rank)
            return smallest * std::pow(growth, static_cast<double>(bucket) + 0.5);
    }
    return 0;
}

std::string Histogram::toBlob() const
{
    std::string blob;
    size_t last = 0;
    for (size_t bucket = 0; bucket < m_buckets.size(); ++bucket) {
        if (m_buckets[bucket] == 0)
            continue;
        putNumber(blob, bucket - last);
        putNumber(blob, static_cast<uint64_t>(m_buckets[bucket]));
        last = bucket;
    }
    return blob;
}

void Histogram::mergeBlob(std::string_view blob)
{
    size_t bucket = 0;
    uint64_t step = 0;
    int64_t count = 0;
    while (takeNumber(blob, step) && takeNumber(blob, count)) {
        bucket = std::min<size_t>(lastBucket, bucket + static_cast<size_t>(std::min<uint64_t>(step, lastBucket)));
        addTo(bucket, count);
    }
}

Histogram Histogram::fromBlob(std::string_view blob)
{
    Histogram histogram;
    histogram.mergeBlob(blob);
    return histogram;
}

} // namespace signalbox
