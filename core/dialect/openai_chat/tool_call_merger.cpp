// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/tool_call_merger.h"

namespace signalbox::openai_chat {

namespace {

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool beginsObject(std::string_view text)
{
    const size_t at = text.find_first_not_of(" \t\r\n");
    return at != std::string_view::npos && text[at] == '{';
}

} // namespace

void ObjectWatch::take(std::string_view text)
{
    for (const char c : text) {
        if (m_inText) {
            if (m_escaped)
                m_escaped = false;
            else if (c == '\\')
                m_escaped = true;
            else if (c == '"')
                m_inText = false;
            continue;
        }
        switch (c) {
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            continue;
        case '"':
            m_inText = true;
            break;
        case '{':
        case '[':
            ++m_depth;
            break;
        case '}':
        case ']':
            --m_depth;
            m_complete = m_depth == 0;
            break;
        default:
            break;
        }
        m_begun = true;
    }
}

// Whether a piece cannot belong to this call because it already has all its arguments.
bool ToolCallMerger::isSpent(const Call &call, const ToolCallPiece &piece)
{
    if (call.custom || !call.watch.isComplete() || call.held == "{}")
        return false;
    return !isBlank(piece.arguments) && piece.arguments != call.arguments && beginsObject(piece.arguments);
}

ToolCallMerger::Call *ToolCallMerger::latest(const ToolCallPiece &piece)
{
    for (auto call = m_calls.rbegin(); call != m_calls.rend(); ++call) {
        if (!piece.index || !call->index || call->index == piece.index)
            return &*call;
    }
    return nullptr;
}

ToolCallMerger::Call *ToolCallMerger::match(const ToolCallPiece &piece)
{
    if (piece.alone)
        return nullptr;
    if (!piece.id.empty()) {
        for (auto call = m_calls.rbegin(); call != m_calls.rend(); ++call) {
            const bool sameIndex = !piece.index || !call->index || call->index == piece.index;
            const bool sameName = piece.name.empty() || call->name.empty() || call->name == piece.name;
            if (call->id == piece.id && sameIndex && sameName)
                return isSpent(*call, piece) ? nullptr : &*call;
        }
    }
    Call *call = latest(piece);
    if (!call)
        return nullptr;
    if (!piece.id.empty() && !call->id.empty())
        return nullptr; // another id under the same index is another call
    if (!piece.name.empty() && !call->name.empty()) {
        // The same name again is a repetition only while arguments are missing.
        const bool goesOn = call->name == piece.name && !call->watch.isComplete() && !call->watch.isEmpty();
        const bool repeats = call->name == piece.name && !call->arguments.empty() &&
                             piece.arguments == call->arguments && piece.index && call->index == piece.index &&
                             !piece.id.empty();
        if (!goesOn && !repeats && !(call->name == piece.name && call->watch.isEmpty()))
            return nullptr;
    }
    return isSpent(*call, piece) && !piece.name.empty() ? nullptr : call;
}

void ToolCallMerger::take(const ToolCallPiece &piece, ReplySink &sink)
{
    Call *call = match(piece);
    if (!call)
        call = &begin(piece, sink);
    if (call->id.empty())
        call->id = piece.id;
    if (call->name.empty())
        call->name = piece.name;
    if (call->part < 0 && !call->name.empty())
        start(*call, sink);
    if (!piece.signature.empty() && call->part >= 0)
        sink.take(PartDelta{call->part, {}, piece.signature});
    append(*call, piece.arguments, sink);
}

ToolCallMerger::Call &ToolCallMerger::begin(const ToolCallPiece &piece, ReplySink &sink)
{
    endComplete(sink);
    Call &call = m_calls.emplace_back();
    call.index = piece.index;
    call.custom = piece.custom;
    return call;
}

void ToolCallMerger::start(Call &call, ReplySink &sink)
{
    call.part = m_nextPart++;
    PartStart start{call.part, ReplyPartKind::ToolCall, m_choice, call.id, call.name};
    start.custom = call.custom;
    sink.take(start);
    if (call.held != "{}")
        flush(call, sink);
}

void ToolCallMerger::append(Call &call, std::string_view arguments, ReplySink &sink)
{
    if (arguments.empty())
        return;
    if (!call.custom) {
        const bool complete = call.watch.isComplete();
        if (complete && (isBlank(arguments) || arguments == call.arguments) && arguments != "{}")
            return; // the whole text once more
        if (call.ended || (complete && arguments == "{}"))
            return;
        // A placeholder before the real arguments.
        if (call.held == "{}" && call.arguments == "{}" && beginsObject(arguments)) {
            call.held.clear();
            call.arguments.clear();
            call.watch = {};
        }
        call.watch.take(arguments);
        call.arguments += arguments;
    }
    if (call.part >= 0 && call.held.empty() && (call.custom || call.arguments != "{}")) {
        sink.take(PartDelta{call.part, arguments});
        return;
    }
    call.held += arguments;
    if (call.part >= 0 && call.held != "{}")
        flush(call, sink);
}

void ToolCallMerger::flush(Call &call, ReplySink &sink)
{
    if (call.held.empty())
        return;
    sink.take(PartDelta{call.part, call.held});
    call.held.clear();
}

void ToolCallMerger::end(Call &call, ReplySink &sink)
{
    if (call.ended)
        return;
    if (call.part < 0)
        start(call, sink);
    flush(call, sink);
    sink.take(PartEnd{call.part});
    call.ended = true;
}

void ToolCallMerger::endComplete(ReplySink &sink)
{
    for (Call &call : m_calls) {
        if (call.watch.isComplete() && !call.name.empty() && !call.custom)
            end(call, sink);
    }
}

void ToolCallMerger::endAll(ReplySink &sink)
{
    for (Call &call : m_calls)
        end(call, sink);
}

} // namespace signalbox::openai_chat
