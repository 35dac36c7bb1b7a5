// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconciliation/reconcile.h"

#include "core/catalogue/model_names.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace signalbox {

namespace {

constexpr int64_t dayMs = 86'400'000;
constexpr int64_t longestDays = 3'660;
constexpr int64_t smallNanoUsd = 10'000; // a thousandth of a cent: vendors round

using Key = std::pair<int64_t, std::string>; // day, canonical model

// `openai/gpt-4.1-2025-04-14` and `gpt-4.1` are one; case and the date behind say nothing.
std::string canonical(std::string_view model, bool keepMaker)
{
    if (const size_t slash = model.rfind('/'); slash != std::string_view::npos && !keepMaker)
        model.remove_prefix(slash + 1);
    std::string name(modelNameForms(model).back());
    for (char &c : name)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return name;
}

struct Pair {
    std::optional<VendorLine> report;
    std::optional<SpendSums> ledger;
    std::string shown;
};

void addOptional(std::optional<int64_t> &sum, const std::optional<int64_t> &value)
{
    if (value)
        sum = sum.value_or(0) + *value;
}

void mergeLine(std::optional<VendorLine> &into, const VendorLine &line)
{
    if (!into) {
        into = line;
        return;
    }
    for (const auto member : {&VendorLine::requests, &VendorLine::input, &VendorLine::cachedInput, &VendorLine::cacheWrite,
                              &VendorLine::output, &VendorLine::nanoUsd})
        addOptional((*into).*member, line.*member);
}

class Comparison
{
public:
    Comparison(const VendorLine &line, const SpendSums &sums, double tolerance) : m_tolerance(tolerance)
    {
        add("requests", line.requests, sums.requests, 0);
        // A report without its cached tokens has them in its input.
        const int64_t input = sums.input + (line.cachedInput ? 0 : sums.cachedInput) +
                              (line.cacheWrite ? 0 : sums.cacheWrite);
        add("input_tokens", line.input, input, 0);
        add("cached_input_tokens", line.cachedInput, sums.cachedInput, 0);
        add("cache_write_tokens", line.cacheWrite, sums.cacheWrite, 0);
        add("output_tokens", line.output, sums.output, 0);
        add("cost_nanousd", line.nanoUsd, sums.nanoUsd, smallNanoUsd);
    }

    std::vector<ReconciledFigure> figures;
    bool agrees = true;

private:
    void add(const char *name, const std::optional<int64_t> &report, int64_t ledger, int64_t small)
    {
        if (!report)
            return;
        const double apart = std::abs(static_cast<double>(*report) - static_cast<double>(ledger));
        const double larger = static_cast<double>(std::max(std::abs(*report), std::abs(ledger)));
        const bool same = apart <= std::max(larger * m_tolerance, static_cast<double>(small));
        agrees = agrees && same;
        figures.push_back({name, *report, ledger, same});
    }

    double m_tolerance;
};

void addTotals(std::vector<ReconciledFigure> &totals, const std::vector<ReconciledFigure> &figures)
{
    for (const ReconciledFigure &figure : figures) {
        const auto known = std::find_if(totals.begin(), totals.end(), [&](const auto &t) { return t.name == figure.name; });
        if (known == totals.end()) {
            totals.push_back(figure);
            continue;
        }
        known->report += figure.report;
        known->ledger += figure.ledger;
        known->agrees = known->agrees && figure.agrees;
    }
}

Result<void> readLedger(LedgerReader &ledger, const std::string &provider, int64_t firstDay, int64_t lastDay,
                        bool keepMaker, std::map<Key, Pair> &pairs)
{
    SpendRequest request;
    request.fromMs = firstDay * dayMs;
    request.toMs = (lastDay + 1) * dayMs;
    for (int64_t day = firstDay + 1; day <= lastDay; ++day)
        request.bucketStarts.push_back(day * dayMs);
    request.by = SpendDimension::Model;
    request.filter.provider = provider;
    request.top = SIZE_MAX;
    const auto spent = ledger.spend(request);
    if (!spent)
        return spent.error();
    for (const SpendGroup &group : spent->groups) {
        for (size_t i = 0; i < group.buckets.size(); ++i) {
            if (group.buckets[i].requests == 0)
                continue;
            Pair &pair = pairs[{firstDay + static_cast<int64_t>(i), canonical(group.name, keepMaker)}];
            SpendSums sums = pair.ledger.value_or(SpendSums());
            sums.add(group.buckets[i]);
            pair.ledger = sums;
            if (pair.shown.empty())
                pair.shown = group.name;
        }
    }
    return {};
}

// What a report of these columns would say where it says nothing.
VendorLine silent(const VendorReport &report)
{
    VendorLine line;
    for (const VendorLine &other : report.lines) {
        for (const auto member : {&VendorLine::requests, &VendorLine::input, &VendorLine::cachedInput,
                                  &VendorLine::cacheWrite, &VendorLine::output, &VendorLine::nanoUsd}) {
            if (other.*member)
                line.*member = 0;
        }
    }
    return line;
}

} // namespace

const char *reconciledStateName(ReconciledDay::State state)
{
    constexpr const char *names[] = {"agrees", "differs", "only_in_report", "only_in_ledger"};
    return names[static_cast<size_t>(state)];
}

Result<Reconciliation> reconcile(const VendorReport &report, LedgerReader &ledger, const ReconcileOptions &options)
{
    Reconciliation result{report.vendor, report.format,
                          options.provider.empty() ? report.vendor : options.provider, {}, {}, report.notes, 0};
    if (report.lines.empty())
        return result;
    const int64_t first = report.lines.front().day;
    const int64_t last = report.lines.back().day;
    if (last - first > longestDays)
        return Error{"report_invalid", "the report covers more than ten years", 400};
    const bool keepMaker = report.vendor == "openrouter";
    std::map<Key, Pair> pairs;
    for (const VendorLine &line : report.lines) {
        Pair &pair = pairs[{line.day, canonical(line.model, keepMaker)}];
        mergeLine(pair.report, line);
        pair.shown = line.model;
    }
    if (const auto read = readLedger(ledger, result.provider, first, last, keepMaker, pairs); !read)
        return read.error();
    const VendorLine nothing = silent(report);
    bool anyLedger = false;
    for (const auto &[key, pair] : pairs) {
        anyLedger = anyLedger || pair.ledger;
        const Comparison compared(pair.report.value_or(nothing), pair.ledger.value_or(SpendSums()), options.tolerance);
        ReconciledDay day;
        day.day = key.first;
        day.model = pair.shown;
        day.state = !pair.ledger            ? ReconciledDay::State::OnlyInReport
                    : !pair.report          ? ReconciledDay::State::OnlyInLedger
                    : compared.agrees       ? ReconciledDay::State::Agrees
                                            : ReconciledDay::State::Differs;
        day.figures = compared.figures;
        result.differing += day.state == ReconciledDay::State::Agrees ? 0 : 1;
        addTotals(result.totals, day.figures);
        result.days.push_back(std::move(day));
    }
    if (!anyLedger)
        result.notes.push_back("The ledger has no request of provider `" + result.provider +
                               "` on these days: name another provider if it is called otherwise in the configuration.");
    return result;
}

} // namespace signalbox
