// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/chat_session.h"

#include "core/playground/chat_request.h"
#include "ui/data/console_calls.h"

#include <algorithm>

namespace signalbox {

std::optional<double> ChatAnswer::tokensPerSecond() const
{
    const double streamed = result.durationMs - std::max(result.firstTokenMs, 0.0);
    if (state == State::Running || !result.usage.output || *result.usage.output <= 0 || streamed < 1)
        return std::nullopt;
    return static_cast<double>(*result.usage.output) * 1000.0 / streamed;
}

ChatSession::ChatSession(ConsoleCalls *calls, QObject *parent) : QObject(parent), m_calls(calls)
{
    connect(calls, &ConsoleCalls::head, this, [this](quint64 call, const ConsoleHead &head) {
        if (call != m_call || m_entries.empty() || !m_entries.back().answer)
            return;
        m_entries.back().answer->servedBy = head.target;
        m_entries.back().answer->result.requestId = head.requestId;
        Q_EMIT answerChanged();
    });
    connect(calls, &ConsoleCalls::pieces, this, [this](quint64 call, const ConsolePieces &pieces) {
        if (call == m_call)
            takePieces(pieces);
    });
    connect(calls, &ConsoleCalls::finished, this, [this](quint64 call, const ConsoleResult &result) {
        if (call == m_call)
            finish(result);
    });
}

ChatSession::~ChatSession()
{
    if (m_call != 0)
        m_calls->cancel(m_call);
}

void ChatSession::setSettings(const ChatSettings &settings, const std::string &project)
{
    m_settings = settings;
    m_project = project;
}

ChatDraft ChatSession::draft() const
{
    ChatDraft draft;
    draft.settings = m_settings;
    for (const SessionEntry &entry : m_entries) {
        if (!entry.turn.assistant || !entry.turn.parts.empty())
            draft.turns.push_back(entry.turn);
    }
    return draft;
}

void ChatSession::send(ChatTurn turn)
{
    stop();
    m_results.clear();
    m_entries.push_back({std::move(turn)});
    ask();
}

void ChatSession::ask()
{
    const auto made = makeChatRequest(draft(), m_target, m_project);
    SessionEntry entry;
    entry.turn.assistant = true;
    entry.answer.emplace();
    m_parts.clear();
    m_results.clear();
    if (!made) {
        entry.answer->state = ChatAnswer::State::Failed;
        entry.answer->result.error = made.error();
        m_entries.push_back(std::move(entry));
        Q_EMIT entriesChanged();
        return;
    }
    entry.answer->unsaid = made->losses;
    m_entries.push_back(std::move(entry));
    m_request = made->request;
    m_call = m_calls->ask(m_request);
    Q_EMIT entriesChanged();
    Q_EMIT runningChanged(true);
}

void ChatSession::takePieces(const ConsolePieces &pieces)
{
    ChatTurn &turn = m_entries.back().turn;
    for (const ConsolePiece &piece : pieces) {
        const auto known = m_parts.find(piece.part);
        if (known != m_parts.end()) {
            turn.parts[known->second].text += piece.text;
            continue;
        }
        m_parts[piece.part] = turn.parts.size();
        FoldedPart &part = turn.parts.emplace_back();
        part.kind = piece.kind;
        part.id = piece.id;
        part.name = piece.name;
        part.text = piece.text;
    }
    Q_EMIT answerChanged();
}

void ChatSession::finish(ConsoleResult result)
{
    m_call = 0;
    SessionEntry &entry = m_entries.back();
    ChatAnswer &answer = *entry.answer;
    if (!result.reply.choices.empty() && !result.reply.choices.front().parts.empty())
        entry.turn.parts = std::move(result.reply.choices.front().parts);
    result.reply = {};
    answer.state = result.cancelled             ? ChatAnswer::State::Stopped
                   : !result.error.code.empty() ? ChatAnswer::State::Failed
                                                : ChatAnswer::State::Done;
    if (!result.provider.empty())
        answer.servedBy = result.provider + "/" + result.model;
    answer.result = std::move(result);
    Q_EMIT answerChanged();
    Q_EMIT runningChanged(false);
}

void ChatSession::stop()
{
    if (m_call == 0)
        return;
    m_calls->cancel(m_call);
    m_call = 0;
    ChatAnswer &answer = *m_entries.back().answer;
    answer.state = ChatAnswer::State::Stopped;
    answer.result.cancelled = true;
    Q_EMIT answerChanged();
    Q_EMIT runningChanged(false);
}

void ChatSession::drop(size_t from)
{
    stop();
    m_entries.resize(std::min(from, m_entries.size()));
}

void ChatSession::retry()
{
    if (m_entries.empty())
        return;
    drop(m_entries.back().turn.assistant ? m_entries.size() - 1 : m_entries.size());
    if (!m_entries.empty())
        ask();
    else
        Q_EMIT entriesChanged();
}

void ChatSession::edit(size_t entry, const std::string &text)
{
    if (entry >= m_entries.size() || m_entries[entry].turn.assistant)
        return;
    drop(entry + 1);
    m_entries[entry].turn.text = text;
    ask();
}

void ChatSession::setResult(const std::string &callId, const std::string &text)
{
    m_results[callId] = text;
}

bool ChatSession::canGoOn() const
{
    if (m_call != 0 || m_entries.empty() || !m_entries.back().turn.assistant)
        return false;
    const auto calls = m_entries.back().turn.calls();
    return !calls.empty() && std::all_of(calls.begin(), calls.end(),
                                         [this](const FoldedPart *call) { return m_results.contains(call->id); });
}

void ChatSession::goOn()
{
    if (!canGoOn())
        return;
    ChatTurn turn;
    for (const FoldedPart *call : m_entries.back().turn.calls())
        turn.results.push_back({call->id, call->name, m_results[call->id]});
    send(std::move(turn));
}

std::vector<SessionEntry> ChatSession::clear()
{
    stop();
    m_results.clear();
    std::vector<SessionEntry> before = std::exchange(m_entries, {});
    Q_EMIT entriesChanged();
    return before;
}

void ChatSession::restore(std::vector<SessionEntry> entries)
{
    stop();
    m_results.clear();
    m_entries = std::move(entries);
    Q_EMIT entriesChanged();
}

} // namespace signalbox
