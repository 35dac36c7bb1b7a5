// SPDX-License-Identifier: GPL-3.0-or-later
// The ledger thread: batches, retries and retention.
#include "core/base/clock.h"
#include "core/ledger/ledger_p.h"

namespace signalbox {

namespace {

using namespace std::chrono_literals;

constexpr auto batchWindow = 250ms;
constexpr auto retryPause = 3s;
constexpr auto retentionPause = 60s;
constexpr int64_t historyRows = 300; // and pages in one turn: batches wait for it
constexpr int64_t historyPages = 512;
constexpr size_t keptCapacity = 4UL << 20; // of a buffer between batches

} // namespace

void clearKeepingSome(std::string &buffer)
{
    buffer.clear();
    if (buffer.capacity() > keptCapacity)
        buffer.shrink_to_fit();
}

void Ledger::Private::setHealth(const std::string &problem)
{
    bool differs = false;
    {
        const std::lock_guard guard(mutex);
        differs = health.problem != problem;
        health.problem = problem;
        health.writable = problem.empty();
    }
    if (differs)
        Q_EMIT owner->healthChanged();
}

// Waits until a batch is due, retention is due, or the ledger stops (then false).
bool Ledger::Private::waitForWork(std::unique_lock<std::mutex> &guard)
{
    while (!stopping) {
        const auto now = SteadyClock::now();
        auto until = nextRetention;
        const bool work = !queue.empty() || !batch.empty() || !notes.empty() || !alerts.empty() || !audit.empty() ||
                          !weights.empty() || spilled[0] || spilled[1];
        if (work && now >= notBefore && (queuedRows >= batchRows || !batch.empty() || queue.empty()))
            return true;
        if (work)
            until = std::min(until, std::max(notBefore, queue.empty() ? notBefore : firstQueuedAt + batchWindow));
        if (now >= until || !historyJobs.empty())
            return true;
        wake.wait_until(guard, until);
    }
    return false;
}

void Ledger::Private::run()
{
    const auto rows = database.integer("SELECT count(*) FROM exchange_row");
    {
        const std::lock_guard guard(mutex);
        health.rows = rows ? *rows : 0;
    }
    for (;;) {
        bool going = true;
        {
            std::unique_lock guard(mutex);
            going = waitForWork(guard);
        }
        if (SteadyClock::now() >= notBefore || !going)
            writeBatch();
        if (!going)
            break;
        tidy();
        deleteSome();
    }
    commitKept();
    commitWeights();
    for (HistoryJob &job : historyJobs)
        job.done(Error{"ledger_closed", "Signalbox ended before all of them were deleted"});
    if (!batch.empty())
        return;
    const std::lock_guard guard(mutex);
    std::swap(bodies, queuedBodies);
    bodies.mask();
    FrameWalker frames(queue); // rows that came while the last batch was written
    if (!frames.atEnd())
        writer->write(frames, queuedRows);
}

// A batch that could not be written is tried again as it is.
void Ledger::Private::takeRows()
{
    if (!batch.empty())
        return;
    batch.swap(queue);
    std::swap(bodies, queuedBodies);
    batchBytes = batch.size() + bodies.bytes();
    unwritten = std::exchange(queuedRows, 0);
}

void Ledger::Private::writeBatch()
{
    {
        const std::lock_guard guard(mutex);
        takeRows();
        // The other generation still has rows only when they could not be replayed at start: those go first.
        if (resting < 0)
            resting = journal.isEmpty(1 - journal.active()) ? journal.turn() : 1 - journal.active();
    }
    bodies.mask();
    if (commitNotes() && commitAlerts() && commitAudit() && commitPrices() && commitRows() && commitKept() &&
        commitWeights())
        notBefore = {};
    else
        notBefore = SteadyClock::now() + retryPause;
}

bool Ledger::Private::commitNotes()
{
    std::vector<ConfigNote> taken;
    {
        const std::lock_guard guard(mutex);
        taken.swap(notes);
    }
    for (size_t i = 0; i < taken.size(); ++i) {
        const auto done = writer->noteConfigVersion(taken[i].appliedAtMs, taken[i].why, taken[i].json);
        if (done)
            continue;
        {
            const std::lock_guard guard(mutex);
            notes.insert(notes.begin(), std::make_move_iterator(taken.begin() + static_cast<ptrdiff_t>(i)),
                         std::make_move_iterator(taken.end()));
        }
        setHealth(done.error().message);
        return false;
    }
    return true;
}

bool Ledger::Private::commitAlerts()
{
    std::vector<BudgetAlert> taken;
    {
        const std::lock_guard guard(mutex);
        taken.swap(alerts);
    }
    const auto done = taken.empty() ? Result<void>() : writer->noteAlerts(taken);
    if (done)
        return true;
    {
        const std::lock_guard guard(mutex);
        alerts.insert(alerts.begin(), std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end()));
    }
    setHealth(done.error().message);
    return false;
}

bool Ledger::Private::commitAudit()
{
    std::vector<AuditEntry> taken;
    {
        const std::lock_guard guard(mutex);
        taken.swap(audit);
    }
    if (taken.empty())
        return true;
    const auto done = writer->noteAudit(taken);
    if (done) {
        Q_EMIT owner->auditWritten();
        return true;
    }
    {
        const std::lock_guard guard(mutex);
        audit.insert(audit.begin(), std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end()));
    }
    setHealth(done.error().message);
    return false;
}

bool Ledger::Private::commitPrices()
{
    std::vector<PriceNote> taken;
    {
        const std::lock_guard guard(mutex);
        taken.swap(prices);
    }
    const auto done = taken.empty() ? Result<void>() : writer->notePrices(taken);
    if (done)
        return true;
    {
        const std::lock_guard guard(mutex);
        prices.insert(prices.begin(), std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end()));
    }
    setHealth(done.error().message);
    return false;
}

bool Ledger::Private::commitKept()
{
    std::vector<KeptItem> taken;
    {
        const std::lock_guard guard(mutex);
        taken.swap(toKeep);
    }
    // A cache: what cannot be written now is not tried again.
    return taken.empty() || writer->keep(taken).has_value();
}

bool Ledger::Private::commitWeights()
{
    std::vector<WeightPoint> taken;
    {
        const std::lock_guard guard(mutex);
        taken.swap(weights);
    }
    const auto done = taken.empty() ? Result<void>() : writeWeights(database, taken);
    if (done)
        return true;
    {
        const std::lock_guard guard(mutex);
        weights.insert(weights.begin(), std::make_move_iterator(taken.begin()), std::make_move_iterator(taken.end()));
    }
    setHealth(done.error().message);
    return false;
}

bool Ledger::Private::commitRows()
{
    const bool fromJournal = resting >= 0 && [this] {
        const std::lock_guard guard(mutex);
        return spilled[static_cast<size_t>(resting)];
    }();
    const std::vector<RequestRecord> left = fromJournal ? journal.read(resting) : std::vector<RequestRecord>();
    int64_t added = 0;
    const auto keep = [&](const Result<int64_t> &written) {
        if (written) {
            added += *written;
            return true;
        }
        damaged = damaged || written.error().code == "ledger_damaged";
        setHealth(written.error().code == "ledger_full" ? "the disk is full; rows wait in memory until there is room"
                                                        : "the ledger cannot be written: " + written.error().message);
        return false;
    };
    for (size_t i = 0; i < left.size(); i += batchRows) {
        if (!keep(writer->write(std::span(left).subspan(i, std::min(batchRows, left.size() - i)))))
            return false;
    }
    for (FrameWalker frames(batch); !frames.atEnd();) {
        if (!keep(writer->write(frames, batchRows)))
            return false;
    }
    const bool any = !batch.empty() || !left.empty();
    {
        const std::lock_guard guard(mutex);
        health.rows += added;
        health.writtenRows += static_cast<int64_t>(unwritten);
        unwritten = 0;
        batchBytes = 0;
        if (resting >= 0)
            spilled[static_cast<size_t>(resting)] = false;
    }
    if (resting >= 0)
        journal.clear(std::exchange(resting, -1));
    clearKeepingSome(batch);
    bodies.clear();
    setHealth({});
    if (any)
        Q_EMIT owner->committed();
    return true;
}

// One step of what a person wants gone.
void Ledger::Private::deleteSome()
{
    HistoryChoice choice;
    bool emptied = false;
    {
        const std::lock_guard guard(mutex);
        if (historyJobs.empty())
            return;
        choice = historyJobs.front().choice;
        emptied = historyJobs.front().emptied;
    }
    auto went = emptied ? giveBackPages(database, historyPages) : deleteRequests(database, choice, historyRows);
    if (went && *went > 0 && !emptied) {
        if (const auto noted = noteHistoryCut(database); !noted)
            went = noted.error();
    }
    HistoryJob ended;
    {
        const std::lock_guard guard(mutex);
        HistoryJob &job = historyJobs.front();
        if (went && !emptied) {
            job.sum.requests += *went;
            health.rows -= *went;
            job.emptied = *went == 0;
            return;
        }
        if (went && *went > 0) {
            job.sum.freedBytes += *went;
            return;
        }
        ended = std::move(job);
        historyJobs.erase(historyJobs.begin());
        if (went && ended.sum.freedBytes > 0)
            health.fileBytes = std::max<int64_t>(0, health.fileBytes - ended.sum.freedBytes);
    }
    ended.done(went ? Result<HistoryDeleted>(ended.sum) : Result<HistoryDeleted>(went.error()));
}

void Ledger::Private::tidy()
{
    RetentionLimits wanted;
    {
        const std::lock_guard guard(mutex);
        if (SteadyClock::now() < nextRetention)
            return;
        nextRetention = SteadyClock::now() + retentionPause;
        if (!health.writable)
            return;
        wanted = limits;
    }
    commitKept();
    if (SteadyClock::now() >= nextWeightDrop) {
        nextWeightDrop = SteadyClock::now() + 1h;
        (void)dropWeights(database, SystemClock().wallMs()); // tried again in an hour
    }
    const auto step = retentionStep(database, wanted, SystemClock().wallMs());
    const std::lock_guard guard(mutex);
    if (!step || !step->tidied) // a full or busy file is told by the next batch
        nextRetention = SteadyClock::now() + retryPause;
    if (!step)
        return;
    health.rows -= step->deleted;
    if (step->fileBytes > 0)
        health.fileBytes = step->fileBytes;
    if (step->more && step->tidied)
        nextRetention = SteadyClock::now() + 20ms;
}

} // namespace signalbox
