// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/reply_relay.h"
#include "core/gateway/running_config.h"
#include "core/ledger/records.h"
#include "core/net/http_client.h"
#include "core/routing/failure.h"
#include "core/routing/health/health_book.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

class Attempt;
class Clock;
class ContentDecoder;

constexpr size_t keptBodyLimit = 256U * 1024;

struct AttemptFailure {
    std::string errorClass; // stable word: http_429, connect, first_byte_timeout, reply_invalid …
    std::string message;    // for a person, without secrets
    int status = 502;       // what the client is told when nothing else can be tried
    FailureClass failure = FailureClass::Unsuitable; // as routing and health take it
    std::optional<HttpResponseHead> head{};          // the provider's, when it answered
    std::string body{};                              // the provider's error body, in the client's dialect
    bool clientTold = false;                         // the provider's own error event has been relayed
    std::optional<int64_t> retryAfterMs{};           // when nobody was asked: the soonest that it makes sense again
};

// What an Attempt tells of itself. Exactly one of attemptWhole(), attemptEnds() and attemptFails() comes last.
class AttemptListener
{
public:
    // A reply that is complete and good.
    virtual void attemptWhole(Attempt &attempt, const HttpResponseHead &head, std::string body) = 0;
    // A streamed reply has shown content, or bytes of another kind begin. Until here a failure can be mended elsewhere.
    virtual void attemptBegins(Attempt &attempt, const HttpResponseHead &head, bool events) = 0;
    // `last`: these bytes hold the end mark; book the exchange before they leave.
    virtual void attemptBytes(Attempt &attempt, std::string_view bytes, bool last) = 0;
    virtual void attemptEnds(Attempt &attempt) = 0;
    virtual void attemptFails(Attempt &attempt, AttemptFailure failure) = 0;
    virtual void attemptWritable(Attempt &attempt) = 0; // streamed upload: the provider takes bytes again

protected:
    ~AttemptListener() = default;
};

// Which limits are what is left of the exchange's time: passing them says nothing of the target.
struct CutLimits {
    bool firstByte = false;
    bool firstToken = false;
    bool total = false;
};

// One try of an exchange at one target with one credential. Lives on the gateway thread, owned by its AttemptEngine;
// deleting it closes the upstream socket at once.
class Attempt final : public HttpCallHandler
{
public:
    struct Setup {
        std::string providerId;
        std::string model;
        RunningConfigPtr config;
        const ProviderRuntime *provider = nullptr; // inside config
        std::string credential;
        int n = 1;
        std::unique_ptr<ReplyRelay> relay{};
        Dialect clientDialect = Dialect::OpenAiChat;
        Dialect providerDialect = Dialect::OpenAiChat;
        StreamFraming framing = StreamFraming::Sse; // of the client's stream
        bool clientStreams = false;
        bool translated = false;
        std::string account{}; // PROVIDER/CREDENTIAL
        Millis firstToken{0};  // of the target, or what is left of the client's patience
        CutLimits cut{};
        std::vector<LossEntry> losses{}; // of the request, at this target
        bool keepsRequest = false;       // for the inspector, as it was sent
        bool keepsReply = false;         // as it came, without its content coding
        int64_t madeFromNs = 0;          // when making it began
    };
    struct KeptText {
        std::string bytes; // at most keptBodyLimit
        bool cut = false;

        void append(std::string_view more);
    };
    Attempt(Setup setup, const Clock &clock, AttemptListener &listener);
    ~Attempt();

    void start(HttpClientPool &pool, HttpClientRequest request);
    void pause();
    void resume();
    HttpCall *call() { return m_call.get(); }
    void cancel();                      // closes the socket; the listener hears nothing more
    void checkDeadlines(int64_t nowNs); // first token, throughput; called a few times a second

    const Setup &setup() const { return m_setup; }
    bool hasBegun() const { return m_begun; }
    bool isStream() const { return m_mode == Mode::Events; }
    bool isDone() const { return m_setup.relay && m_setup.relay->isDone(); }
    // The stream's last words to the client when it breaks off.
    std::string errorEvent(const Error &error);
    std::vector<LossEntry> replyLosses() const;
    std::optional<double> ttftMs() const { return m_ttftMs; }
    const KeptText &sentRequest() const { return m_sent; }
    KeptText cameReply() const; // of an error reply also what it said
    const std::string &sentPath() const { return m_path; }
    const HttpResponseHead &providerHead() const { return m_providerHead; }
    int64_t startedNs() const { return m_startedNs; }
    // How it went, for health. `record`: of the same moment.
    AttemptResult resultFor(const AttemptRecord &record, FailureClass failure) const;
    double elapsedMs() const;
    AttemptRecord record() const; // as known now
    void book(const TokenUsage &usage, bool complete, AttemptRecord &record) const;
    TokenUsage usage() const { return m_usage; } // as reported
    TokenUsage usageAtLeast() const;             // of a stream that was cut: no less than what was seen

private:
    enum class Mode { Waiting, Whole, Events, Raw, Failed };

    void responseHead(const HttpResponseHead &head) override;
    void responseBody(std::string_view bytes) override;
    void responseEnd() override;
    void callFailed(TransportFailure failure, const std::string &message) override;
    void requestWritable() override;

    void takeEvents(std::string_view bytes);
    void deliverEvents();
    void beginOnce();
    void checkThroughput(int64_t nowNs);
    void endWhole();
    void endFolded();
    Mode modeFor(int status, std::string_view contentType) const;
    std::string clientErrorBody(const Error &said) const;
    void endEvents();
    void endErrorReply();
    bool collect(std::string_view bytes, size_t limit);
    void fail(AttemptFailure failure);
    void failWith(const Error &error);
    std::string decoded(std::string_view bytes, bool last, bool &broken);

    Setup m_setup;
    const Clock &m_clock;
    AttemptListener &m_listener;
    std::unique_ptr<HttpCall> m_call;
    std::unique_ptr<ContentDecoder> m_decoder;
    ReplyRelay *m_relay = nullptr; // m_setup's, once a stream has begun
    HttpResponseHead m_head;
    HttpResponseHead m_providerHead; // only where something is kept
    KeptText m_sent;
    KeptText m_came;
    std::string m_path;
    Mode m_mode = Mode::Waiting;
    std::string m_body; // whole replies and error replies
    std::string m_out;  // events ready for the client, held until content shows
    TokenUsage m_usage;
    QuotaReading m_quota;
    std::optional<double> m_ttftMs;
    std::string m_errorClass;
    int64_t m_startedNs = 0;
    int64_t m_startedMs = 0;
    double m_durationMs = -1;
    int64_t m_paceFromNs = 0; // where the stretch begins over which the throughput is looked at; 0: not yet
    int64_t m_paceEvents = 0;
    bool m_begun = false;
    bool m_over = false;
};

} // namespace signalbox
