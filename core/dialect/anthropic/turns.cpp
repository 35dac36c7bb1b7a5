// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/turns.h"

#include "core/dialect/media.h"

#include <algorithm>
#include <array>

namespace signalbox::anthropic {

namespace {

constexpr std::array<std::string_view, 4> imageTypes = {"image/jpeg", "image/png", "image/gif", "image/webp"};

// Anthropic's own files; OpenAI's ids begin with "file-".
bool isOurFile(std::string_view id)
{
    return id.starts_with("file_");
}

std::string_view whyNotMedia(const MediaPart &media, const Quirks &quirks)
{
    const MediaSource &source = media.source;
    if (media.kind == MediaPart::Kind::Audio || media.kind == MediaPart::Kind::Video)
        return "Anthropic's API takes no audio and no video";
    if (!source.fileId.empty())
        return isOurFile(source.fileId) ? std::string_view() : "a file id of another provider";
    if (!source.url.empty())
        return quirks.fileUrls ? std::string_view() : "the provider does not fetch addresses";
    if (media.kind == MediaPart::Kind::Document) {
        if (!media.plainText.empty())
            return {};
        const std::string_view type = source.mimeType.empty() ? sniffMimeType(source.data) : source.mimeType;
        return type == "application/pdf" ? std::string_view() : "Anthropic's API takes documents as PDF or text";
    }
    if (source.data.empty())
        return "an image without data";
    const std::string_view type = source.mimeType.empty() ? sniffMimeType(source.data) : source.mimeType;
    const bool known = type == "image/jpg" || std::find(imageTypes.begin(), imageTypes.end(), type) != imageTypes.end();
    return known ? std::string_view() : "Anthropic's API takes images as JPEG, PNG, GIF or WebP";
}

std::string_view whyNotThinking(const ThinkingPart &thinking)
{
    if (thinking.signer != Dialect::Anthropic)
        return "thinking of another API, which Anthropic's takes only with its own signature";
    return thinking.signature.empty() ? "thinking without its signature" : std::string_view();
}

} // namespace

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string_view whyNot(const Part &part, Role role, const Quirks &quirks)
{
    if (const auto *native = part.as<NativePart>()) {
        return native->dialect == Dialect::Anthropic && native->value && native->value->is_object()
                   ? std::string_view()
                   : "only another API knows this part";
    }
    if (const auto *text = part.as<TextPart>())
        return !text->text.empty() && isBlank(text->text) ? "Anthropic's API refuses blank texts" : std::string_view();
    if (part.as<RefusalPart>())
        return {};
    if (role == Role::System)
        return "Anthropic's API takes only texts as instructions";
    if (const auto *media = part.as<MediaPart>())
        return role == Role::Assistant ? "Anthropic's API takes no media from the assistant"
                                       : whyNotMedia(*media, quirks);
    if (const auto *thinking = part.as<ThinkingPart>())
        return role == Role::Assistant ? whyNotThinking(*thinking) : "thinking that is not the assistant's";
    if (part.as<ToolCallPart>() && role != Role::Assistant)
        return "a tool call that is not the assistant's";
    if (part.as<ToolResultPart>() && role == Role::Assistant)
        return "a tool result that is not the user's";
    return {};
}

std::vector<Turn> TurnPlanner::plan(size_t firstMessage)
{
    for (size_t i = 0; i < firstMessage; ++i)
        noteMessageFields(m_conversation.messages[i]);
    for (size_t i = firstMessage; i < m_conversation.messages.size(); ++i) {
        const Message &message = m_conversation.messages[i];
        noteMessageFields(message);
        if (message.role == Role::System || message.role == Role::Developer) {
            addInstruction(message);
            continue;
        }
        for (const Part &part : message.parts)
            addPart(part, message.role);
    }
    closeTurn();
    if (m_turns.empty() || m_turns.front().role != Role::User) {
        Turn first;
        first.rest.push_back({nullptr, Entry::Form::Plain, {}, goOn});
        m_turns.insert(m_turns.begin(), std::move(first));
        if (!m_conversation.messages.empty())
            m_losses.approximate(
                m_conversation.messages[std::min(firstMessage, m_conversation.messages.size() - 1)].origin,
                "a user's turn was put before it: Anthropic's conversations begin with one");
    }
    return std::move(m_turns);
}

void TurnPlanner::noteMessageFields(const Message &message)
{
    if (!message.name.empty())
        m_losses.approximate(placeOf(message.origin, "name"),
                             "sent without the speaker's name: Anthropic's API has no place for it");
    if (!message.phase.empty())
        m_losses.approximate(placeOf(message.origin, "phase"),
                             "sent without its phase: Anthropic's API has no place for it");
}

// The turn to add to: the last one while the role stays.
Turn &TurnPlanner::turn(Role role)
{
    if (!m_turns.empty() && m_turns.back().role == role)
        return m_turns.back();
    const bool answers = role == Role::User && !m_turns.empty() && m_turns.back().role == Role::Assistant;
    if (!answers)
        closeTurn();
    // Closing may have made the turn that is wanted.
    if (!m_turns.empty() && m_turns.back().role == role)
        return m_turns.back();
    m_turns.push_back({role});
    return m_turns.back();
}

// Calls that nobody answered get an answer, or the API refuses the conversation.
void TurnPlanner::closeTurn()
{
    for (Pending &pending : m_pending) {
        if (pending.answered)
            continue;
        if (m_turns.back().role != Role::User)
            m_turns.push_back({Role::User});
        m_turns.back().results.push_back({nullptr, Entry::Form::Plain, pending.wireId, noResult});
        m_losses.approximate(pending.origin, "an empty result was added: Anthropic's API wants one for each call");
    }
    m_pending.clear();
    m_nextPending = 0;
    for (Turn &held : m_heldInstructions)
        m_turns.push_back(std::move(held));
    m_heldInstructions.clear();
}

bool TurnPlanner::hasNative(const Message &message) const
{
    const std::vector<NativeSetting> &native = m_conversation.settings.native;
    return std::any_of(native.begin(), native.end(),
                       [&](const NativeSetting &setting) { return setting.owner && setting.owner == message.origin; });
}

void TurnPlanner::addInstruction(const Message &message)
{
    std::vector<Entry> entries;
    for (const Part &part : message.parts) {
        const std::string_view reason = whyNot(part, Role::System, m_quirks);
        const auto *text = part.as<TextPart>();
        if (!reason.empty())
            m_losses.drop(part.origin, reason);
        else if (!text || !text->text.empty())
            entries.push_back({&part, Entry::Form::Wrapped});
    }
    if (m_quirks.midSystem) {
        for (Entry &entry : entries)
            entry.form = Entry::Form::Plain;
        Turn instruction{Role::System, {}, std::move(entries), message.origin};
        const bool open = std::any_of(m_pending.begin(), m_pending.end(), [](const Pending &p) { return !p.answered; });
        if (instruction.empty() && !hasNative(message))
            return;
        if (open)
            m_heldInstructions.push_back(std::move(instruction)); // results come directly after their calls
        else
            m_turns.push_back(std::move(instruction));
        return;
    }
    for (const NativeSetting &setting : m_conversation.settings.native) {
        if (setting.owner && setting.owner == message.origin)
            m_losses.drop(setting.value, "the provider takes instructions only before the conversation");
    }
    if (entries.empty())
        return;
    m_losses.approximate(message.origin,
                         "sent as the user's text: the provider takes instructions only before the conversation");
    std::vector<Entry> &rest = turn(Role::User).rest;
    rest.insert(rest.end(), std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
}

void TurnPlanner::addPart(const Part &part, Role role)
{
    const std::string_view reason = whyNot(part, role, m_quirks);
    if (!reason.empty())
        return m_losses.drop(part.origin, reason);
    const auto *text = part.as<TextPart>();
    const auto *refusal = part.as<RefusalPart>();
    if ((text && text->text.empty()) || (refusal && isBlank(refusal->text))) {
        if (part.cache)
            m_losses.drop(part.cache->origin, "it stands at an empty text, which Anthropic's API refuses");
        return;
    }
    if (refusal)
        m_losses.approximate(part.origin, "sent as a text: Anthropic's API has no refusals in the conversation");
    if (const auto *result = part.as<ToolResultPart>())
        return addResult(part, *result);
    Turn &into = turn(role);
    Entry entry{&part};
    if (const auto *call = part.as<ToolCallPart>()) {
        entry.wireId = m_ids.next(call->id, call->name);
        m_pending.push_back({call, part.origin, entry.wireId});
        if (!call->signature.empty())
            m_losses.approximate(part.origin, "sent without its thought signature, which only its own API takes back");
    }
    into.rest.push_back(std::move(entry));
}

TurnPlanner::Pending *TurnPlanner::pendingFor(const ToolResultPart &result)
{
    const auto fits = [&](const Pending &pending) {
        if (pending.answered)
            return false;
        if (!result.callId.empty() || !pending.call->id.empty())
            return pending.call->id == result.callId;
        return result.name.empty() || pending.call->name == result.name;
    };
    // Results mostly come in the order of their calls.
    for (size_t i = 0; i < m_pending.size(); ++i) {
        const size_t at = (m_nextPending + i) % m_pending.size();
        if (fits(m_pending[at])) {
            m_nextPending = at + 1;
            return &m_pending[at];
        }
    }
    return nullptr;
}

void TurnPlanner::addResult(const Part &part, const ToolResultPart &result)
{
    Pending *pending = pendingFor(result);
    Turn &into = turn(Role::User);
    if (pending) {
        pending->answered = true;
        into.results.push_back({&part, Entry::Form::Plain, pending->wireId});
        return;
    }
    m_losses.approximate(part.origin, "sent as text: its call is not in the turn before it");
    into.rest.push_back({&part, Entry::Form::LooseResult});
}

} // namespace signalbox::anthropic
