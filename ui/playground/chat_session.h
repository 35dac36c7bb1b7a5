// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/loss_report.h"
#include "core/gateway/console_request.h"
#include "core/playground/chat_draft.h"

#include <QtCore/QObject>

#include <map>
#include <optional>
#include <vector>

namespace signalbox {

class ConsoleCalls;

// What is known of an answer beside its words.
struct ChatAnswer {
    enum class State { Running, Done, Stopped, Failed };
    State state = State::Running;
    std::string servedBy{};          // provider/model, as soon as it is known
    ConsoleResult result{};          // without its reply
    std::vector<LossEntry> unsaid{}; // fields that the chosen dialect has no place for

    int lossCount() const { return static_cast<int>(result.losses.size() + unsaid.size()); }
    std::optional<double> tokensPerSecond() const;
};

struct SessionEntry {
    ChatTurn turn;
    std::optional<ChatAnswer> answer{}; // of a turn of the model that was asked here
};

// One conversation with one target. GUI thread; sends through ConsoleCalls, one request at a time.
class ChatSession final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatSession)

public:
    explicit ChatSession(ConsoleCalls *calls, QObject *parent = nullptr); // outlives it
    ~ChatSession() override;                                              // what is running is cancelled

    void setTarget(const ChatTarget &target) { m_target = target; }
    const ChatTarget &target() const { return m_target; }
    void setSettings(const ChatSettings &settings, const std::string &project);

    void send(ChatTurn turn);
    void retry();                                                       // the last answer once more
    void edit(size_t entry, const std::string &text);                   // a turn of the user; what came after it goes
    void setResult(const std::string &callId, const std::string &text); // of a tool call of the last answer
    bool canGoOn() const; // every tool call of the last answer has its result
    void goOn();
    void stop();
    std::vector<SessionEntry> clear();
    void restore(std::vector<SessionEntry> entries);

    const std::vector<SessionEntry> &entries() const { return m_entries; }
    const std::map<std::string, std::string> &results() const { return m_results; }
    ChatDraft draft() const; // as it would be sent now
    bool isRunning() const { return m_call != 0; }
    ConsoleRequest lastRequest() const { return m_request; }

Q_SIGNALS:
    void entriesChanged(); // some came or went
    void answerChanged();  // the last one
    void runningChanged(bool on);

private:
    void ask();
    void takePieces(const ConsolePieces &pieces);
    void finish(ConsoleResult result);
    void drop(size_t from);

    ConsoleCalls *m_calls;
    ChatTarget m_target;
    ChatSettings m_settings;
    std::string m_project;
    std::vector<SessionEntry> m_entries;
    std::map<std::string, std::string> m_results; // by call id, of the last answer
    std::map<int, size_t> m_parts;                // the reply's numbers → places in the turn
    ConsoleRequest m_request;
    quint64 m_call = 0; // 0: nothing is running
};

} // namespace signalbox
