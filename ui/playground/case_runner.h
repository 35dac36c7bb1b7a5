// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/console_request.h"
#include "core/playground/test_case.h"

#include <QtCore/QObject>

#include <deque>
#include <map>
#include <vector>

namespace signalbox {

class ConsoleCalls;

struct CaseRun {
    enum class State { Waiting, Running, Passed, Failed, Stopped };
    State state = State::Waiting;
    std::vector<CheckOutcome> outcomes{};
    Error error{}; // the request went wrong; empty code: it did not
    std::string said{};
    std::string requestId{};
    Cost cost{};
    double durationMs = -1;
};

// Asks saved cases of their targets, a few at a time, and checks what comes. GUI thread.
class CaseRunner final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CaseRunner)

public:
    explicit CaseRunner(ConsoleCalls *calls, QObject *parent = nullptr); // outlives it
    ~CaseRunner() override;

    // `ticket` names it in changed().
    void add(int ticket, TestCase testCase, ChatTarget target, std::string project);
    void stop(); // what waits and what runs
    bool isRunning() const { return !m_running.empty() || !m_waiting.empty(); }

Q_SIGNALS:
    void changed(int ticket, const signalbox::CaseRun &run);
    void finished(); // all of them

private:
    struct Job {
        int ticket;
        TestCase testCase;
        ChatTarget target;
        std::string project;
    };
    void startNext();
    void finish(const Job &job, const ConsoleResult &result);

    ConsoleCalls *m_calls;
    std::deque<Job> m_waiting;
    std::map<quint64, Job> m_running; // by call
};

} // namespace signalbox
