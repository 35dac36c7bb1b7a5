// SPDX-License-Identifier: GPL-3.0-or-later
// What the ledger costs: bytes a request, the time to open a large file, and of charts and searches over it.
//   bench_ledger FOLDER ROWS [FIRST]   fills the folder's ledger up to so many requests over a year, then measures;
//                                      with FIRST only that many of them, close together, for instruction counts
#include "core/ledger/ledger.h"
#include "core/base/ids.h"
#include "core/ledger/filter/filter_language.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/schema.h"

#include <QtCore/QDir>
#include <QtCore/QElapsedTimer>
#include <QtCore/QFileInfo>

#include <array>
#include <cstdio>
#include <random>

using namespace signalbox;

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t dayMs = 24 * hourMs;
constexpr int64_t days = 364;
constexpr int64_t firstMs = 1'735'516'800'000; // a Monday

// People at work: nine hours on five days a week, a tenth of that at other times.
class Office
{
public:
    explicit Office(int64_t rows) : m_rows(rows) {}

    RequestRecord make(int64_t i)
    {
        const int64_t week = i * (days / 7) / m_rows;
        const double within = static_cast<double>(i * (days / 7) % m_rows) / static_cast<double>(m_rows);
        RequestRecord r;
        r.startedAtMs = firstMs + week * 7 * dayMs + atShare(within);
        r.id = makeUuid7(r.startedAtMs);
        const auto person = pick(40);
        r.user = "user" + std::to_string(person) + "@example.org";
        r.client = "laptop-" + std::to_string(person % 12);
        r.project = person % 3 == 0 ? "default" : person % 3 == 1 ? "research" : "support";
        r.dialect = person % 2 == 0 ? "openai-chat" : "anthropic";
        r.route = pick(10) == 0 ? "cheap" : "default";
        constexpr const char *models[] = {"gpt-5",          "gpt-5-mini",     "claude-sonnet-4-5", "claude-haiku-4-5",
                                          "gemini-2.5-pro", "deepseek-v4-pro"};
        constexpr const char *providers[] = {"openai", "openai", "anthropic", "anthropic", "gemini", "deepseek"};
        const size_t target = (static_cast<size_t>(person) + pick(3)) % std::size(models);
        r.requestedModel = r.model = models[target];
        r.provider = providers[target];
        r.credential = pick(4) == 0 ? "second" : "main";
        r.status = pick(100) == 0 ? 429 : 200;
        if (r.status != 200)
            r.error = "http_429: the provider's limit is reached";
        r.stream = pick(4) != 0;
        r.durationMs = 400 + static_cast<double>(pick(9'000)) / 1.7;
        if (r.stream)
            r.ttftMs = 180 + static_cast<double>(pick(900)) / 1.3;
        r.overheadUs = 60 + static_cast<int64_t>(pick(90));
        r.usage.input = static_cast<int64_t>(pick(4'000));
        r.usage.cachedInput = static_cast<int64_t>(pick(30'000));
        r.usage.output = static_cast<int64_t>(pick(1'500));
        r.cost = {*r.usage.input * 1'250 + *r.usage.cachedInput * 125 + *r.usage.output * 10'000, CostState::Exact,
                  "catalogue:" + r.model};
        r.traceId = makeTraceId();
        r.spanId = makeSpanId();
        std::string &session = m_sessions[person]; // each at one thing at a time
        if (m_steady > 0)
            session = "session " + std::to_string(pick(m_steady));
        else if (pick(12) == 0 || session.empty())
            session = makeUuid7(r.startedAtMs);
        r.session = session;
        AttemptRecord attempt;
        attempt.provider = r.provider;
        attempt.model = r.model;
        attempt.credential = r.credential;
        attempt.status = r.status;
        attempt.startedAtMs = r.startedAtMs;
        attempt.ttfbMs = 170 + static_cast<double>(pick(900)) / 1.3;
        attempt.durationMs = r.durationMs;
        attempt.usage = r.usage;
        attempt.cost = r.cost;
        r.attempts.push_back(attempt);
        addUnusual(r);
        return r;
    }

private:
    size_t pick(size_t of) { return m_dice() % of; }

    // What a mix of routes and dialects brings: plans with a choice, retries, fields that could not be carried.
    void addUnusual(RequestRecord &r)
    {
        if (pick(4) == 0)
            r.plan = R"({"route":"cheap","targets":[{"target":")" + r.provider + '/' + r.model +
                     R"(","reason":"cheapest: about $0.0)" + std::to_string(pick(9'000)) +
                     R"( for this request"},{"target":"openai/gpt-5","reason":"next in the list"}],"blocked":)"
                     R"([{"target":"groq/llama","block":"throttled","reason":"asked to wait for 12 s"}]})";
        if (pick(30) == 0) {
            AttemptRecord first = r.attempts.front();
            first.provider = "groq";
            first.status = 503;
            first.errorClass = "upstream_error";
            first.usage = {};
            first.cost = {};
            r.attempts.front().n = 2;
            r.attempts.insert(r.attempts.begin(), first);
        }
        if (pick(12) == 0)
            r.losses = {{"/messages/" + std::to_string(pick(40)) + "/cache_control", "dropped",
                         "this dialect has no place for it", false}};
        r.lossCount = static_cast<int>(r.losses.size());
    }

    int64_t atShare(double share) const
    {
        static const std::vector<double> ends = [] {
            std::vector<double> sums;
            double sum = 0;
            for (int hour = 0; hour < 7 * 24; ++hour)
                sums.push_back(sum += hour / 24 < 5 && hour % 24 >= 8 && hour % 24 < 17 ? 1 : 0.1);
            for (double &end : sums)
                end /= sum;
            return sums;
        }();
        const auto hour = std::upper_bound(ends.begin(), ends.end() - 1, share) - ends.begin();
        const double from = hour == 0 ? 0 : ends[static_cast<size_t>(hour) - 1];
        const double part = (share - from) / (ends[static_cast<size_t>(hour)] - from);
        return hour * hourMs + static_cast<int64_t>(std::min(part, 0.999'999) * hourMs);
    }

    int64_t m_rows;
    std::mt19937_64 m_dice{5};
    std::array<std::string, 40> m_sessions;
    size_t m_steady = qEnvironmentVariableIntValue("BENCH_SESSIONS"); // so many that all go on all the year
};

int fill(const QString &path, int64_t rows, int64_t first)
{
    auto database = Database::open(path, Database::Mode::ReadWrite);
    if (!database || !prepareForWriting(*database) || !migrate(*database, path, schemaSteps()))
        return 1;
    auto writer = LedgerWriter::make(*database);
    if (!writer)
        return 1;
    const int64_t there = *database->integer("SELECT count(*) FROM request");
    Office office(rows);
    QElapsedTimer timer;
    timer.start();
    std::string frames;
    constexpr int64_t batch = 500;
    for (int64_t i = there; i < first; i += batch) {
        frames.clear();
        for (int64_t j = i; j < std::min(first, i + batch); ++j)
            appendFrame(office.make(j), frames);
        FrameWalker walker(frames);
        if (const auto written = (*writer)->write(walker, batch); !written) {
            std::fprintf(stderr, "%s\n", written.error().message.c_str());
            return 1;
        }
    }
    database->exec("PRAGMA wal_checkpoint(TRUNCATE)");
    if (first > there)
        std::printf("filled %lld rows, %.1f us each\n", static_cast<long long>(first - there),
                    static_cast<double>(timer.nsecsElapsed()) / 1e3 / static_cast<double>(first - there));
    return 0;
}

void tellSizes(const QString &path)
{
    auto database = Database::open(path, Database::Mode::ReadOnly);
    const int64_t rows = *database->integer("SELECT count(*) FROM request");
    std::printf("file: %.1f bytes a request\n",
                static_cast<double>(QFileInfo(path).size()) / static_cast<double>(rows));
    auto sizes = database->prepare("SELECT name, sum(pgsize) FROM dbstat GROUP BY 1 ORDER BY 2 DESC");
    if (!sizes)
        return; // this SQLite has no dbstat
    while (sizes->step().value())
        std::printf("  %-28s %6.1f\n", sizes->text(0).c_str(),
                    static_cast<double>(sizes->integer(1)) / static_cast<double>(rows));
}

void timeOpen(const QString &folder)
{
    QElapsedTimer timer;
    timer.start();
    const auto ledger = Ledger::open({folder, 36'500, 1'000'000});
    std::printf("open: %lld ms%s\n", static_cast<long long>(timer.elapsed()), ledger ? "" : " (failed)");
}

void timeCharts(const QString &path)
{
    auto reader = LedgerReader::open(path);
    const int64_t end = firstMs + days * dayMs;
    const auto chart = [&](const char *name, int64_t length, int64_t bucket, SpendDimension by) {
        SpendRequest request;
        request.fromMs = end - length;
        request.toMs = end;
        request.by = by;
        for (int64_t at = request.fromMs + bucket; at < request.toMs; at += bucket)
            request.bucketStarts.push_back(at);
        QElapsedTimer timer;
        timer.start();
        const auto report = (*reader)->spend(request);
        std::printf("%-42s %5lld ms  %lld requests\n", name, static_cast<long long>(timer.elapsed()),
                    static_cast<long long>(report ? report->total.requests : -1));
    };
    for (int round = 0; round < 2; ++round) {
        chart("year by days, of models", days * dayMs, dayMs, SpendDimension::Model);
        chart("year by weeks, of users", days * dayMs, 7 * dayMs, SpendDimension::User);
        chart("year by days in another zone", days * dayMs - 5 * hourMs, dayMs, SpendDimension::Project);
        chart("year by days, half an hour off", days * dayMs - 11 * hourMs / 2, dayMs, SpendDimension::Model);
        chart("30 days by hours, of clients", 30 * dayMs, hourMs, SpendDimension::Client);
        chart("30 days by days, of routes", 30 * dayMs, dayMs, SpendDimension::Route);
        chart("a day by hours, of tags", dayMs, hourMs, SpendDimension::Tag);
        chart("30 days, of sessions", 30 * dayMs, 30 * dayMs, SpendDimension::Session);
        chart("30 days and 37 min, of sessions", 30 * dayMs + 37 * hourMs / 60, 31 * dayMs, SpendDimension::Session);
        chart("30 days by days, of sessions", 30 * dayMs, dayMs, SpendDimension::Session);
        chart("year, of sessions", days * dayMs, days * dayMs, SpendDimension::Session);
        chart("year by weeks, of sessions", days * dayMs, 7 * dayMs, SpendDimension::Session);
        chart("year by days in another zone, of sessions", days * dayMs - 5 * hourMs, dayMs, SpendDimension::Session);
        chart("year by days, half an hour off, of sess.", days * dayMs - 11 * hourMs / 2, dayMs,
              SpendDimension::Session);
        QElapsedTimer timer;
        timer.start();
        const auto drivers = (*reader)->costDrivers(end - 30 * dayMs, end, SpendDimension::User, 10);
        std::printf("%-34s %5lld ms\n", "cost drivers of 30 days", static_cast<long long>(timer.restart()));
        const auto speed = (*reader)->speed(end - hourMs * 3 * 24 - 1'000, end);
        std::printf("%-34s %5lld ms\n", "fastest of three days", static_cast<long long>(timer.restart()));
        for (const int64_t range : {dayMs, 30 * dayMs}) {
            const auto board = (*reader)->dashboard(end - range, end, range / 120, end - dayMs);
            std::printf(
                "%-34s %5lld ms  %lld requests\n", range == dayMs ? "dashboard of a day" : "dashboard of 30 days",
                static_cast<long long>(timer.restart()), static_cast<long long>(board ? board->overall.count : -1));
        }
    }
}

// The request log: how long until its first page, and until all are found; then how often values stand in it.
void timeFilters(const QString &path)
{
    constexpr int pageRows = 200;
    constexpr int stepMs = 60;
    const int64_t end = firstMs + days * dayMs;
    for (const char *text :
         {"", "status:429", "model:opus", "provider:deepseek user:user7*", "is:error project:research", "cost:>0.2",
          "session:01934f5e-7b2a-7c3d-8e4f-0123456789ab", "since:7d until:6d", "is:fallback -is:stream", "nowhere"}) {
        const FilterText read = readFilter(text, {end, QTimeZone::utc()});
        RequestFilter filter;
        filter.terms = read.terms;
        filter.fromMs = read.fromMs;
        filter.toMs = read.toMs;
        auto reader = LedgerReader::open(path);
        QElapsedTimer timer;
        timer.start();
        qint64 longest = 0;
        qint64 first = -1;
        int64_t count = 0;
        for (bool complete = false; !complete;) {
            QElapsedTimer step;
            step.start();
            const auto found = (*reader)->search(filter, 0, pageRows, stepMs);
            longest = std::max(longest, step.elapsed());
            complete = !found || found->complete || found->paused;
            count = found ? found->count : -1;
            if (first < 0 && (complete || count >= pageRows))
                first = timer.elapsed();
        }
        const qint64 all = timer.restart();
        for (bool complete = false; !complete;) {
            const auto counted = (*reader)->facets(filter, stepMs);
            complete = !counted || counted->complete;
        }
        std::printf("%-34s first page %5lld ms, all %6lld ms (longest step %lld ms), %lld found; facets %lld ms\n",
                    *text ? text : "(everything)", static_cast<long long>(first), static_cast<long long>(all),
                    static_cast<long long>(longest), static_cast<long long>(count),
                    static_cast<long long>(timer.elapsed()));
    }
}

} // namespace

int main(int argc, char **argv)
{
    const int64_t rows = argc >= 3 ? std::atoll(argv[2]) : 0;
    const int64_t first = argc >= 4 ? std::atoll(argv[3]) : rows;
    if (rows <= 0) {
        std::fprintf(stderr, "usage: bench_ledger FOLDER ROWS [FIRST]\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const QString folder = QString::fromLocal8Bit(argv[1]);
    const QString path = QDir(folder).filePath(QStringLiteral("signalbox.db"));
    if (!QDir().mkpath(folder) || fill(path, rows, first) != 0)
        return 1;
    if (first < rows)
        return 0;
    tellSizes(path);
    timeOpen(folder);
    timeCharts(path);
    timeFilters(path);
    return 0;
}
