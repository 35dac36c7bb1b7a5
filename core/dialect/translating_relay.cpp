// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/translating_relay.h"

#include "core/dialect/media.h"
#include "core/dialect/signature_tag.h"

namespace signalbox {

TranslatingRelay::TranslatingRelay(std::unique_ptr<ReplyDecoder> decoder, Client client)
    : m_decoder(std::move(decoder)),
      m_client(std::move(client)),
      m_unshown(m_client.codec, m_client.provider),
      m_keepShown(!m_client.stream || m_client.codec.dialect() == Dialect::OpenAiResponses)
{
    if (m_client.conversation)
        m_restorer.emplace(*m_client.conversation, static_cast<ReplySink &>(*this));
    if (m_client.stream)
        m_encoder = m_client.codec.replyEncoder(options());
}

ReplyOptions TranslatingRelay::options() const
{
    ReplyOptions options;
    options.model = m_client.model;
    options.requestId = m_client.requestId;
    options.nowSeconds = m_client.nowSeconds;
    options.includeUsage = m_client.includeUsage;
    options.framing = m_client.framing;
    options.conversation = m_client.conversation.get();
    options.path = m_client.path;
    options.elapsedNs = m_client.elapsedNs;
    return options;
}

std::vector<LossEntry> TranslatingRelay::losses() const
{
    std::vector<LossEntry> all = m_decoder->losses();
    all.insert(all.end(), m_unshown.entries().begin(), m_unshown.entries().end());
    return all;
}

void TranslatingRelay::take(const ReplyEvent &event)
{
    if (m_failed)
        return;
    // Some providers give their calls no ids; what the client is told has to be what is remembered.
    if (const auto *start = std::get_if<PartStart>(&event);
        start && start->kind == ReplyPartKind::ToolCall && start->id.empty()) {
        const std::string id = makeId("call_", m_client.requestId, start->part);
        PartStart named = *start;
        named.id = id;
        return take(named);
    }
    m_sink.take(event);
    m_unshown.see(event);
    m_folder.take(event);
    m_failed = std::holds_alternative<Failure>(event);
    tell(event);
}

// The client sees thinking of another API as its own, with a tag at the head of the signature.
void TranslatingRelay::tell(const ReplyEvent &event)
{
    const Dialect own = m_client.codec.dialect();
    if (const auto *start = std::get_if<PartStart>(&event)) {
        const bool redacted = start->kind == ReplyPartKind::RedactedThinking;
        if ((redacted || start->kind == ReplyPartKind::Thinking) && start->dialect != own) {
            m_tags[start->part] = signatureTag(start->dialect, redacted, m_client.account);
            PartStart shown = *start;
            shown.dialect = own;
            return emit(shown);
        }
    }
    if (const auto *delta = std::get_if<PartDelta>(&event); delta && !delta->signature.empty()) {
        if (const auto tag = m_tags.find(delta->part); tag != m_tags.end()) {
            const std::string tagged = tag->second.append(delta->signature);
            m_tags.erase(tag);
            PartDelta shown = *delta;
            shown.signature = tagged;
            return emit(shown);
        }
    }
    emit(event);
}

void TranslatingRelay::emit(const ReplyEvent &event)
{
    if (m_encoder && m_out)
        m_encoder->take(event, *m_out);
    if (m_keepShown)
        m_shown.take(event);
}

void TranslatingRelay::readFacts()
{
    m_facts.usage = m_sink.usage;
    m_facts.contentEvents = m_sink.contentEvents;
    m_facts.sawContent = m_sink.sawContent || m_sink.finished;
    if (m_sink.failure)
        m_facts.error = m_sink.failure->message;
}

std::string TranslatingRelay::encoded() const
{
    return m_client.codec.encodeReply(m_shown.reply(), options());
}

Result<void> TranslatingRelay::feed(std::string_view bytes, std::string &out)
{
    m_out = &out;
    const Result<void> read = m_decoder->feed(bytes, sink());
    m_out = nullptr;
    readFacts();
    return read;
}

Result<void> TranslatingRelay::finish(std::string &out)
{
    m_out = &out;
    const Result<void> ended = m_decoder->finish(sink());
    m_out = nullptr;
    readFacts();
    if (!ended || m_failed)
        return ended;
    if (m_encoder)
        m_encoder->end(out);
    else
        out += encoded();
    m_facts.done = true;
    return {};
}

Result<std::string> TranslatingRelay::whole(std::string body)
{
    std::string out;
    m_out = &out;
    const Result<void> read = m_decoder->whole(body, sink());
    m_out = nullptr;
    readFacts();
    if (!read)
        return read.error();
    if (m_sink.failure)
        return Error{"provider_error", m_sink.failure->message,
                     m_sink.failure->httpStatus >= 400 ? m_sink.failure->httpStatus : 502};
    if (!m_encoder)
        return encoded();
    m_encoder->end(out);
    m_facts.done = true;
    return out;
}

bool TranslatingRelay::fail(const Error &error, std::string &out)
{
    if (!m_encoder || m_failed)
        return m_failed;
    m_failed = true;
    m_encoder->take(Failure{error}, out);
    return true;
}

} // namespace signalbox
