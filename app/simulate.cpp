// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/simulate.h"

#include "core/catalogue/catalogue_files.h"
#include "core/catalogue/model_book.h"
#include "core/config/config_reader.h"
#include "core/ledger/ledger_reader.h"
#include "core/simulation/recorded_trace.h"
#include "core/simulation/sim_reader.h"

#include <QtCore/QFile>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace signalbox {

namespace {

// Rows of a ledger, a piece at a time: a year of traffic does not fit into memory.
class LedgerRows final : public RowSource
{
public:
    explicit LedgerRows(LedgerReader &reader) : m_reader(reader) {}

    bool next(RecordedRow &row) override
    {
        if (m_at == m_rows.size() && !fetch())
            return false;
        TrafficRow &recorded = m_rows[m_at++];
        row.startedAtMs = recorded.place.startedAtMs;
        row.model = std::move(recorded.model);
        row.project = std::move(recorded.project);
        row.client = std::move(recorded.client);
        row.user = std::move(recorded.user);
        row.session = std::move(recorded.session);
        row.tags = std::move(recorded.tag);
        row.usage = std::move(recorded.usage);
        return true;
    }
    const std::optional<Error> &error() const { return m_error; }

private:
    bool fetch()
    {
        constexpr int atOnce = 4'096;
        auto rows = m_reader.traffic(m_last, atOnce);
        if (!rows) {
            m_error = rows.error();
            return false;
        }
        m_rows = std::move(*rows);
        m_at = 0;
        if (m_rows.empty())
            return false;
        m_last = m_rows.back().place;
        return true;
    }

    LedgerReader &m_reader;
    std::vector<TrafficRow> m_rows;
    size_t m_at = 0;
    TrafficRow::Place m_last;
    std::optional<Error> m_error;
};

Result<std::string> contentOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{"file_unreadable",
                     path.toStdString() + " cannot be read: " + file.errorString().toStdString() + "."};
    return file.readAll().toStdString();
}

Error inFile(const QString &path, const Error &error)
{
    return {error.code, path.toStdString() + ": " + error.message, error.httpStatus};
}

Result<SimReport> runRecorded(const Simulator &simulator, LedgerReader &reader)
{
    LedgerRows rows(reader);
    RecordedTrace trace(rows);
    SimReport report = simulator.run(trace);
    if (rows.error())
        return *rows.error();
    return report;
}

// When the first request of a ledger came: conditions on the time of day hold as they did then.
Result<int64_t> startOf(LedgerReader &reader, const QString &path)
{
    const auto first = reader.traffic({}, 1);
    if (!first)
        return first.error();
    if (first->empty())
        return Error{"trace_empty", path.toStdString() + " has recorded no requests."};
    return first->front().place.startedAtMs;
}

} // namespace

Result<std::string> simulate(const Options &options)
{
    const auto text = contentOf(options.simulation);
    if (!text)
        return text.error();
    auto setup = readSimulation(*text);
    if (!setup)
        return inFile(options.simulation, setup.error());
    if (!setup->config) {
        const auto config = contentOf(options.configFile);
        if (!config)
            return config.error();
        auto read = readConfig(*config);
        if (!read)
            return inFile(options.configFile, read.error());
        setup->config = std::move(*read);
    }
    std::unique_ptr<LedgerReader> ledger;
    if (!options.trace.isEmpty()) {
        if (!QFile::exists(options.trace))
            return Error{"file_unreadable", options.trace.toStdString() + " does not exist."};
        auto opened = LedgerReader::open(options.trace);
        if (!opened)
            return inFile(options.trace, opened.error());
        ledger = std::move(*opened);
        const auto start = startOf(*ledger, options.trace);
        if (!start)
            return start.error();
        setup->options.startWallMs = *start;
    } else if (!setup->traffic) {
        return inFile(options.simulation,
                      {"config_invalid", "/traffic: missing; describe traffic, or name a ledger with --trace", 400});
    }

    const auto config = std::make_shared<const Config>(std::move(*setup->config));
    const auto models = std::make_shared<const ModelBook>(CatalogueFiles(options.dataFolder).load().catalogue, *config);
    const Simulator simulator(config, models, std::move(setup->upstreams), std::move(setup->options));
    if (!ledger) {
        SyntheticTrace trace(std::move(*setup->traffic));
        return simulator.run(trace).json();
    }
    const auto report = runRecorded(simulator, *ledger);
    if (!report)
        return inFile(options.trace, report.error());
    return report->json();
}

} // namespace signalbox
