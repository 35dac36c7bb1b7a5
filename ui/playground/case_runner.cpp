// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/case_runner.h"

#include "core/playground/chat_request.h"
#include "ui/data/console_calls.h"

#include <algorithm>

namespace signalbox {

namespace {
constexpr size_t mostAtOnce = 4;
} // namespace

CaseRunner::CaseRunner(ConsoleCalls *calls, QObject *parent) : QObject(parent), m_calls(calls)
{
    connect(calls, &ConsoleCalls::finished, this, [this](quint64 call, const ConsoleResult &result) {
        const auto found = m_running.find(call);
        if (found == m_running.end())
            return;
        const Job job = std::move(found->second);
        m_running.erase(found);
        finish(job, result);
        startNext();
    });
}

CaseRunner::~CaseRunner()
{
    for (const auto &[call, job] : m_running)
        m_calls->cancel(call);
}

void CaseRunner::add(int ticket, TestCase testCase, ChatTarget target, std::string project)
{
    m_waiting.push_back({ticket, std::move(testCase), std::move(target), std::move(project)});
    Q_EMIT changed(ticket, {});
    startNext();
}

void CaseRunner::startNext()
{
    while (!m_waiting.empty() && m_running.size() < mostAtOnce) {
        Job job = std::move(m_waiting.front());
        m_waiting.pop_front();
        const auto made = makeChatRequest(job.testCase.draft, job.target, job.project);
        CaseRun run;
        if (!made) {
            run.state = CaseRun::State::Failed;
            run.error = made.error();
            Q_EMIT changed(job.ticket, run);
            continue;
        }
        run.state = CaseRun::State::Running;
        const int ticket = job.ticket;
        m_running.emplace(m_calls->ask(made->request), std::move(job));
        Q_EMIT changed(ticket, run);
    }
    if (!isRunning())
        Q_EMIT finished();
}

void CaseRunner::finish(const Job &job, const ConsoleResult &result)
{
    CaseRun run;
    run.error = result.error;
    run.requestId = result.requestId;
    run.cost = result.cost;
    run.durationMs = result.durationMs;
    if (!result.reply.choices.empty()) {
        for (const FoldedPart &part : result.reply.choices.front().parts) {
            if (part.kind == ReplyPartKind::Text)
                run.said += part.text;
        }
    }
    run.outcomes = runChecks(job.testCase.checks, result.reply);
    const bool good = run.error.code.empty() && std::all_of(run.outcomes.begin(), run.outcomes.end(),
                                                            [](const CheckOutcome &one) { return one.passed; });
    run.state = result.cancelled ? CaseRun::State::Stopped : good ? CaseRun::State::Passed : CaseRun::State::Failed;
    Q_EMIT changed(job.ticket, run);
}

void CaseRunner::stop()
{
    CaseRun stopped;
    stopped.state = CaseRun::State::Stopped;
    for (const Job &job : std::exchange(m_waiting, {}))
        Q_EMIT changed(job.ticket, stopped);
    for (const auto &[call, job] : std::exchange(m_running, {})) {
        m_calls->cancel(call);
        Q_EMIT changed(job.ticket, stopped);
    }
    Q_EMIT finished();
}

} // namespace signalbox
