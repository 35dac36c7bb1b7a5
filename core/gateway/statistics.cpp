// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/statistics.h"

#include "core/base/clock.h"
#include "core/base/version.h"
#include "core/gateway/metrics_text.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr size_t maxTargets = 200; // model names come from clients: without a bound they could fill the memory
constexpr int cancelled = 499;
constexpr std::array<double, 14> bounds = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};

bool isError(const RequestRecord &record)
{
    return record.status >= 400 && record.status != cancelled;
}

void gauge(std::string &out, const char *name, const char *help, double value)
{
    appendMetricsHead(out, name, "gauge", help);
    out.append(name).append(" ").append(metricsNumber(value)).append("\n");
}

} // namespace

Statistics::Statistics(const Clock &clock) : m_clock(clock)
{
    static_assert(bounds.size() == buckets);
}

Statistics::Target Statistics::keyFor(const RequestRecord &record) const
{
    Target target{record.provider, record.model};
    if (m_targets.contains(target) || m_targets.size() < maxTargets)
        return target;
    return {"other", "other"};
}

void Statistics::observe(std::array<int64_t, buckets + 1> &histogram, double seconds)
{
    const auto at = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
    ++histogram[static_cast<size_t>(at)];
}

void Statistics::finished(const RequestRecord &record)
{
    const int64_t second = m_clock.monotonicNs() / 1'000'000'000;
    const bool error = isError(record);
    Second &now = m_seconds[static_cast<size_t>(second) % m_seconds.size()];
    if (now.second != second)
        now = {second, 0, 0, 0};
    ++now.requests;
    now.errors += error;
    now.outputTokens += record.usage.output.value_or(0);
    m_overheadUs[m_overheadCount++ % m_overheadUs.size()] = record.overheadUs;
    ++m_requests;
    m_errors += error;
    m_costNanoUsd += record.cost.nanoUsd.value_or(0);

    Counters &counters = m_targets[keyFor(record)];
    ++counters.byStatus[record.status];
    counters.input += record.usage.input.value_or(0);
    counters.cachedInput += record.usage.cachedInput.value_or(0);
    counters.cacheWrite += record.usage.cacheWrite.value_or(0);
    counters.output += record.usage.output.value_or(0);
    counters.reasoning += record.usage.reasoning.value_or(0);
    counters.costNanoUsd += record.cost.nanoUsd.value_or(0);
    counters.unpriced += record.status < 400 && !record.cost.nanoUsd;
    observe(counters.duration, record.durationMs / 1000);
    counters.durationSum += record.durationMs / 1000;
    if (record.ttftMs) {
        observe(counters.ttft, *record.ttftMs / 1000);
        counters.ttftSum += *record.ttftMs / 1000;
    }
    const int64_t slice = second / 10;
    ShareSlice &share = counters.shares[static_cast<size_t>(slice) % counters.shares.size()];
    if (share.slice != slice)
        share = {slice, 0, 0};
    ++share.requests;
    share.errors += error;
}

void Statistics::fill(GatewaySnapshot &snapshot) const
{
    const int64_t second = m_clock.monotonicNs() / 1'000'000'000;
    int64_t lastMinute = 0, tokens = 0, requests = 0, errors = 0;
    for (const Second &s : m_seconds) {
        if (s.second < 0 || s.second <= second - 300)
            continue;
        requests += s.requests;
        errors += s.errors;
        if (s.second > second - 60) {
            lastMinute += s.requests;
            tokens += s.outputTokens;
        }
    }
    snapshot.requestsTotal = m_requests;
    snapshot.errorsTotal = m_errors;
    snapshot.requestsPerMinute = static_cast<double>(lastMinute);
    snapshot.outputTokensPerSecond = static_cast<double>(tokens) / 60;
    snapshot.errorPercent = requests ? 100.0 * static_cast<double>(errors) / static_cast<double>(requests) : 0;
    snapshot.spendSinceStartNanoUsd = m_costNanoUsd;
    const size_t known = std::min(m_overheadCount, m_overheadUs.size());
    if (known > 0) {
        std::vector<int64_t> sorted(m_overheadUs.begin(), m_overheadUs.begin() + static_cast<std::ptrdiff_t>(known));
        const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(known / 2);
        std::nth_element(sorted.begin(), middle, sorted.end());
        snapshot.overheadMsP50 = static_cast<double>(*middle) / 1000;
    }
    for (const auto &[target, counters] : m_targets) {
        TargetShare share{target.first, target.second, 0, 0};
        for (const ShareSlice &slice : counters.shares) {
            if (slice.slice < 0 || slice.slice <= second / 10 - 30)
                continue;
            share.requests += slice.requests;
            share.errors += slice.errors;
        }
        if (share.requests > 0)
            snapshot.shares.push_back(std::move(share));
    }
}

int64_t Statistics::requestsOf(const std::string &provider) const
{
    int64_t requests = 0;
    for (auto at = m_targets.lower_bound({provider, {}}); at != m_targets.end() && at->first.first == provider; ++at) {
        for (const auto &[status, n] : at->second.byStatus)
            requests += n;
    }
    return requests;
}

void Statistics::appendHistogram(std::string &out, const char *name, const std::string &labels,
                                 const std::array<int64_t, buckets + 1> &histogram, double sum)
{
    int64_t cumulative = 0;
    for (size_t i = 0; i <= buckets; ++i) {
        cumulative += histogram[i];
        out.append(name)
            .append("_bucket{")
            .append(labels)
            .append(",le=\"")
            .append(i < buckets ? metricsNumber(bounds[i]) : "+Inf")
            .append("\"} ");
        out.append(std::to_string(cumulative)).append("\n");
    }
    out.append(name).append("_sum{").append(labels).append("} ").append(metricsNumber(sum)).append("\n");
    out.append(name).append("_count{").append(labels).append("} ").append(std::to_string(cumulative)).append("\n");
}

std::string Statistics::metrics(int inFlight, int connections, const LedgerHealth &ledger) const
{
    std::string out;
    appendMetricsHead(out, "signalbox_build_info", "gauge", "Version of this gateway.");
    out.append("signalbox_build_info{version=\"").append(versionText).append("\"} 1\n");
    gauge(out, "signalbox_requests_in_flight", "Requests being served now.", inFlight);
    gauge(out, "signalbox_client_connections", "Open client connections.", connections);
    gauge(out, "signalbox_ledger_writable", "1 when rows reach the ledger file.", ledger.writable ? 1 : 0);
    gauge(out, "signalbox_ledger_pending_rows", "Rows journalled and not yet in the ledger file.",
          static_cast<double>(ledger.pendingRows));

    std::vector<std::pair<std::string, const Counters *>> rows;
    for (const auto &[target, counters] : m_targets)
        rows.emplace_back(
            "provider=\"" + metricsLabel(target.first) + "\",model=\"" + metricsLabel(target.second) + "\"", &counters);

    appendMetricsHead(out, "signalbox_requests_total", "counter", "Finished requests.");
    for (const auto &[labels, counters] : rows) {
        for (const auto &[status, n] : counters->byStatus)
            out.append("signalbox_requests_total{")
                .append(labels)
                .append(",status=\"")
                .append(std::to_string(status))
                .append("\"} ")
                .append(std::to_string(n))
                .append("\n");
    }
    appendMetricsHead(out, "signalbox_tokens_total", "counter",
                      "Tokens as providers reported them; classes are disjoint, output includes reasoning.");
    for (const auto &[labels, counters] : rows) {
        const std::array<std::pair<const char *, int64_t>, 5> classes = {{{"input", counters->input},
                                                                          {"cached_input", counters->cachedInput},
                                                                          {"cache_write", counters->cacheWrite},
                                                                          {"output", counters->output},
                                                                          {"reasoning", counters->reasoning}}};
        for (const auto &[name, n] : classes)
            out.append("signalbox_tokens_total{")
                .append(labels)
                .append(",class=\"")
                .append(name)
                .append("\"} ")
                .append(std::to_string(n))
                .append("\n");
    }
    appendMetricsHead(out, "signalbox_cost_usd_total", "counter", "Spend of priced requests in USD.");
    for (const auto &[labels, counters] : rows)
        out.append("signalbox_cost_usd_total{")
            .append(labels)
            .append("} ")
            .append(metricsNumber(static_cast<double>(counters->costNanoUsd) / 1e9))
            .append("\n");
    appendMetricsHead(out, "signalbox_unpriced_requests_total", "counter",
                      "Successful requests whose price is not known.");
    for (const auto &[labels, counters] : rows)
        out.append("signalbox_unpriced_requests_total{")
            .append(labels)
            .append("} ")
            .append(std::to_string(counters->unpriced))
            .append("\n");
    appendMetricsHead(out, "signalbox_request_duration_seconds", "histogram",
                      "From the request's head to the end of the reply.");
    for (const auto &[labels, counters] : rows)
        appendHistogram(out, "signalbox_request_duration_seconds", labels, counters->duration, counters->durationSum);
    appendMetricsHead(out, "signalbox_first_token_seconds", "histogram",
                      "From the request's head to the first content.");
    for (const auto &[labels, counters] : rows)
        appendHistogram(out, "signalbox_first_token_seconds", labels, counters->ttft, counters->ttftSum);
    return out;
}

} // namespace signalbox
