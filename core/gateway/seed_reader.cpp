// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/seed_reader.h"

#include "core/ledger/ledger.h"

#include <QtCore/QTimer>

#include <memory>

namespace signalbox {

namespace {

using namespace std::chrono_literals;

constexpr auto pollEvery = 20ms;
constexpr int mostPolls = 250; // five seconds; a batch takes a quarter of one

} // namespace

SeedReader::SeedReader(Ledger &ledger) : m_ledger(ledger)
{
    m_pool.setMaxThreadCount(1);
}

SeedReader::~SeedReader()
{
    m_pool.waitForDone();
}

void SeedReader::read(std::vector<BudgetRule> rules, int64_t nowMs, int64_t untilMs, Want want, Done done)
{
    if (rules.empty())
        return done(BudgetSeeds());
    const auto start = [this, rules = std::move(rules), nowMs, untilMs, done] {
        m_pool.start([this, path = m_ledger.databasePath(), rules, nowMs, untilMs, done] {
            auto seeds = std::make_shared<Result<BudgetSeeds>>(readBudgetSeeds(path, rules, nowMs, untilMs));
            QMetaObject::invokeMethod(
                this, [seeds, done] { done(std::move(*seeds)); }, Qt::QueuedConnection);
        });
    };
    const int64_t wanted = m_ledger.health().takenRows;
    if (m_ledger.health().writtenRows >= wanted)
        return start();
    auto *poll = new QTimer(this);
    poll->setInterval(pollEvery);
    connect(poll, &QTimer::timeout, this, [this, poll, start, done, want, wanted, left = mostPolls]() mutable {
        const LedgerHealth health = m_ledger.health();
        const bool written = health.writtenRows >= wanted;
        if (!written && health.writable && --left > 0)
            return;
        poll->stop();
        poll->deleteLater();
        if (written || want == Want::AsItIs)
            start();
        else
            done(Error{"ledger_behind", "the ledger has not written all that it was given"});
    });
    poll->start();
}

} // namespace signalbox
