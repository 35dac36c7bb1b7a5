// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "core/reconciliation/usage_report.h"

#include <string>
#include <vector>

namespace signalbox {

struct ReconcileOptions {
    std::string provider;    // the configured one; empty: the vendor's name
    double tolerance = 0.01; // share of the larger figure that may differ
};

struct ReconciledFigure {
    std::string name; // requests, input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, cost_nanousd
    int64_t report = 0;
    int64_t ledger = 0;
    bool agrees = false;
};

struct ReconciledDay { // and model
    enum class State { Agrees, Differs, OnlyInReport, OnlyInLedger };
    State state = State::Agrees;
    int64_t day = 0;
    std::string model; // as the report names it, or the ledger where the report has nothing
    std::vector<ReconciledFigure> figures;
};
const char *reconciledStateName(ReconciledDay::State state);

struct Reconciliation {
    std::string vendor, format, provider;
    std::vector<ReconciledDay> days;      // by day and model
    std::vector<ReconciledFigure> totals; // of what the report tells
    std::vector<std::string> notes;
    size_t differing = 0;
};

// A report against what the ledger has of that provider on its days, from the first to the last, in UTC. Models are
// matched by name without date. Errors of the ledger. For a thread that may wait.
Result<Reconciliation> reconcile(const VendorReport &report, LedgerReader &ledger, const ReconcileOptions &options);

std::string dayText(int64_t day); // 2026-11-22
// As a table for a terminal, and as JSON.
std::string reconciliationTable(const Reconciliation &result);
std::string reconciliationJson(const Reconciliation &result);

} // namespace signalbox
