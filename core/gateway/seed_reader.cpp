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

void SeedReader::read(std::vector<BudgetRule> rules, int64_t nowMs, int64_t untilMs, Done done)
{
    if (rules.empty())
        return done(BudgetSeeds());
    auto *poll = new QTimer(this);
    poll->setInterval(pollEvery);
    const auto start = [this, poll, rules = std::move(rules), nowMs, untilMs, done = std::move(done)] {
        poll->deleteLater();
        m_pool.start([this, path = m_ledger.databasePath(), rules, nowMs, untilMs, done] {
            auto seeds = std::make_shared<Result<BudgetSeeds>>(readBudgetSeeds(path, rules, nowMs, untilMs));
            QMetaObject::invokeMethod(
                this, [seeds, done] { done(std::move(*seeds)); }, Qt::QueuedConnection);
        });
    };
    connect(poll, &QTimer::timeout, this, [this, poll, start, left = mostPolls]() mutable {
        const LedgerHealth health = m_ledger.health();
        if (health.pendingRows > 0 && health.writable && --left > 0)
            return;
        poll->stop();
        start();
    });
    poll->start();
}

} // namespace signalbox
