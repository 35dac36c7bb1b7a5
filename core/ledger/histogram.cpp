// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/histogram.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr double growth = 1.04;
constexpr double smallest = 0.01;
constexpr int lastBucket = 900; // beyond 10^13 ms

void putNumber(std::string &out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

bool takeNumber(std::string_view &in, uint64_t &value)
{
    value = 0;
    for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
        const auto byte = static_cast<uint8_t>(in.front());
        in.remove_prefix(1);
        value |= static_cast<uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

} // namespace

void Histogram::add(double value, int64_t times)
{
    static const double perBucket = 1 / std::log(growth);
    const double position = value > smallest ? std::log(value / smallest) * perBucket : 0;
    m_buckets[std::min(lastBucket, static_cast<int>(std::min(position, double(lastBucket))))] += times;
    m_count += times;
}

void Histogram::merge(const Histogram &other)
{
    for (const auto &[bucket, count] : other.m_buckets)
        m_buckets[bucket] += count;
    m_count += other.m_count;
}

double Histogram::percentile(double share) const
{
    const auto rank = std::max<int64_t>(1, static_cast<int64_t>(std::ceil(share * static_cast<double>(m_count))));
    int64_t seen = 0;
    for (const auto &[bucket, count] : m_buckets) {
        seen += count;
        if (seen >= rank)
            return smallest * std::pow(growth, bucket + 0.5);
    }
    return 0;
}

std::string Histogram::toBlob() const
{
    std::string blob;
    int last = 0;
    for (const auto &[bucket, count] : m_buckets) {
        putNumber(blob, static_cast<uint64_t>(bucket - last));
        putNumber(blob, static_cast<uint64_t>(count));
        last = bucket;
    }
    return blob;
}

Histogram Histogram::fromBlob(std::string_view blob)
{
    Histogram histogram;
    int bucket = 0;
    uint64_t step = 0;
    uint64_t count = 0;
    while (takeNumber(blob, step) && takeNumber(blob, count)) {
        bucket = static_cast<int>(std::min<uint64_t>(lastBucket, static_cast<uint64_t>(bucket) + step));
        histogram.m_buckets[bucket] += static_cast<int64_t>(count);
        histogram.m_count += static_cast<int64_t>(count);
    }
    return histogram;
}

} // namespace signalbox
