// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/repetition/repetition_meter.h"

#include "core/repetition/completion_text.h"
#include "core/repetition/repetition_store.h"
#include "core/repetition/text_repetition.h"

#include <QtCore/QThread>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace signalbox {

namespace {

constexpr size_t mostWaiting = 256;
constexpr size_t mostBytes = 8U * 1024 * 1024;
constexpr size_t mostModels = 1024; // whose last texts are remembered
constexpr int64_t hourMs = 3'600'000;
constexpr double loopingShare = 0.5;
constexpr auto gather = std::chrono::seconds(2); // figures of this long are written together

} // namespace

struct RepetitionMeter::Private {
    Private(QString file, Problem tell) : path(std::move(file)), problem(std::move(tell)) {}

    void run();
    void look(const ReplySample &sample);
    void write();

    QString path;
    Problem problem;
    std::atomic<int64_t> taken{0};
    std::atomic<int64_t> dropped{0};
    int64_t second = 0; // with wantedInSecond: of whoever asks
    int wantedInSecond = 0;
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<ReplySample> waiting;
    size_t waitingBytes = 0;
    bool stopping = false;
    std::unique_ptr<QThread> thread; // by the first sample
    // Of the thread:
    RepetitionBatch batch;
    std::optional<RepetitionStore> store;
    std::unordered_map<std::string, NearDuplicates> seen;
    bool broken = false;
};

RepetitionMeter::RepetitionMeter(QString path, Problem problem)
    : d(std::make_unique<Private>(std::move(path), std::move(problem)))
{
}

RepetitionMeter::~RepetitionMeter()
{
    if (!d->thread)
        return;
    {
        const std::lock_guard lock(d->mutex);
        d->stopping = true;
    }
    d->wake.notify_one();
    d->thread->setPriority(QThread::NormalPriority); // somebody waits for it now
    d->thread->wait();
}

RepetitionMeter::Counts RepetitionMeter::counts() const
{
    return {d->taken, d->dropped};
}

bool RepetitionMeter::wants(int64_t nowMs)
{
    constexpr int64_t secondMs = 1'000;
    if (d->second != nowMs / secondMs) {
        d->second = nowMs / secondMs;
        d->wantedInSecond = 0;
    }
    if (d->wantedInSecond >= mostPerSecond) {
        ++d->dropped;
        return false;
    }
    ++d->wantedInSecond;
    return true;
}

void RepetitionMeter::offer(ReplySample sample)
{
    {
        const std::lock_guard lock(d->mutex);
        if (sample.bytes.size() > largestReply || d->waiting.size() >= mostWaiting ||
            d->waitingBytes + sample.bytes.size() > mostBytes) {
            ++d->dropped;
            return;
        }
        ++d->taken;
        d->waitingBytes += sample.bytes.size();
        d->waiting.push_back(std::move(sample));
        if (!d->thread) {
            d->thread.reset(QThread::create([p = d.get()] { p->run(); }));
            d->thread->setObjectName(QStringLiteral("repetition"));
            d->thread->start(QThread::IdlePriority);
        }
    }
    d->wake.notify_one();
}

void RepetitionMeter::Private::run()
{
    std::unique_lock lock(mutex);
    while (!stopping) {
        if (waiting.empty()) {
            const auto work = [this] { return stopping || !waiting.empty(); };
            if (batch.empty()) {
                wake.wait(lock, work);
            } else if (!wake.wait_for(lock, gather, work)) {
                lock.unlock();
                write();
                lock.lock();
            }
            continue;
        }
        const ReplySample sample = std::move(waiting.front());
        waiting.pop_front();
        waitingBytes -= sample.bytes.size();
        lock.unlock();
        look(sample);
        lock.lock();
    }
    lock.unlock();
    write();
}

void RepetitionMeter::Private::look(const ReplySample &sample)
{
    RepetitionSums &sums = batch[{sample.atMs / hourMs, sample.provider, sample.model}];
    const auto found = repetitionOf(completionText(sample.dialect, sample.bytes));
    if (!found) {
        ++sums.tooShort;
        return;
    }
    ++sums.samples;
    sums.repeatedPpm += static_cast<int64_t>(found->repeatedShare * 1e6);
    sums.looping += found->repeatedShare > loopingShare ? 1 : 0;
    const std::string name = sample.provider + '/' + sample.model;
    if (seen.size() >= mostModels && !seen.contains(name))
        seen.clear();
    sums.nearDuplicates += seen[name].seenBefore(found->simHash) ? 1 : 0;
}

void RepetitionMeter::Private::write()
{
    if (batch.empty())
        return;
    if (!store && !broken) {
        auto opened = RepetitionStore::open(path);
        if (opened)
            store = std::move(*opened);
        else
            problem(opened.error().message);
        broken = !opened;
    }
    if (store) {
        const auto written = store->add(batch);
        if (!written)
            problem(written.error().message);
    }
    batch.clear();
}

} // namespace signalbox
