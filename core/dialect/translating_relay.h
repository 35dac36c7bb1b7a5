// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/pass_relay.h"
#include "core/dialect/reply_losses.h"
#include "core/dialect/reply_relay.h"
#include "core/dialect/tool_restorer.h"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace signalbox {

// A reply in another dialect than the client's: provider's bytes → events → the client's bytes. A client that asked for
// a whole reply gets the fold of the events, also when the provider streams; one that asked for a stream gets one, also
// when the provider answers whole. Pure; one per attempt.
class TranslatingRelay final : public ReplyRelay, private ReplySink
{
public:
    struct Client {
        const Codec &codec;
        bool stream = false;
        std::string model{};
        std::string requestId{};
        std::string path{};
        std::string account{}; // PROVIDER/CREDENTIAL, for signature tags
        int64_t nowSeconds = 0;
        bool includeUsage = false;
        StreamFraming framing = StreamFraming::Sse;
        std::function<int64_t()> elapsedNs{};
        std::shared_ptr<const Conversation> conversation{};
        Dialect provider = Dialect::OpenAiChat; // whose reply it is
    };
    TranslatingRelay(std::unique_ptr<ReplyDecoder> decoder, Client client);

    Result<void> feed(std::string_view bytes, std::string &out) override;
    Result<void> finish(std::string &out) override;
    Result<std::string> whole(std::string body) override;
    bool fail(const Error &error, std::string &out) override;
    // What the decoder found no place for, then what the client's API cannot show.
    std::vector<LossEntry> losses() const override;

    const FoldedReply *folded() const override { return &m_folder.reply(); }
    const FoldedReply *shown() const override { return m_keepShown ? &m_shown.reply() : nullptr; }

private:
    void take(const ReplyEvent &event) override;
    void tell(const ReplyEvent &event);
    void emit(const ReplyEvent &event);
    ReplyOptions options() const;
    std::string encoded() const;
    void readFacts();
    ReplySink &sink() { return m_restorer ? static_cast<ReplySink &>(*m_restorer) : *this; }

    std::unique_ptr<ReplyDecoder> m_decoder;
    Client m_client;
    std::unique_ptr<ReplyEncoder> m_encoder;
    std::optional<ToolRestorer> m_restorer; // between the decoder and us
    FactsSink m_sink;
    ReplyLosses m_unshown;
    ReplyFolder m_folder; // as the provider said it
    ReplyFolder m_shown;  // as the client is told it; only where somebody needs it
    std::string *m_out = nullptr;
    std::map<int, std::string> m_tags; // by part: what its first signature still has to be tagged with
    bool m_keepShown;
    bool m_failed = false;
};

} // namespace signalbox
