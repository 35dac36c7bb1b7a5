// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/console_caller.h"

#include "core/base/clock.h"
#include "core/dialect/codec.h"
#include "core/gateway/console_pin.h"

#include <QtNetwork/QHostAddress>

#include <algorithm>
#include <charconv>
#include <optional>

namespace signalbox {

namespace {

constexpr std::chrono::milliseconds tellEvery{33};
constexpr std::chrono::milliseconds bookingPatience{1'000}; // the gateway sees a closed socket in its next turn
constexpr size_t largestReply = 64U * 1024 * 1024;

Error gatewayStopped()
{
    return {"gateway_stopped", "The gateway stopped before the answer was complete. Start it and try again.", 503};
}

// An address for all interfaces is not one to connect to.
HttpOrigin originOf(const std::string &url)
{
    const auto parsed = parseBaseUrl(url);
    HttpOrigin origin = parsed ? parsed->origin : HttpOrigin();
    const QHostAddress address(QString::fromStdString(origin.host));
    if (address == QHostAddress(QHostAddress::AnyIPv4) || address == QHostAddress(QHostAddress::Any))
        origin.host = "127.0.0.1";
    else if (address == QHostAddress(QHostAddress::AnyIPv6))
        origin.host = "::1";
    origin.proxy = "none";
    return origin;
}

int numberIn(std::string_view text)
{
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

} // namespace

class ConsoleCaller::Call final : public HttpCallHandler, public ReplySink
{
public:
    Call(ConsoleCaller &caller, quint64 id, const ConsoleRequest &request)
        : m_caller(caller),
          m_id(id),
          m_codec(codecFor(request.dialect)),
          m_decoder(m_codec.replyDecoder()),
          m_isGet(request.body.empty()),
          m_startedNs(m_clock.monotonicNs())
    {
    }

    void start(HttpClientRequest request) { m_http = m_caller.m_pool.start(std::move(request), *this); }

    void cancel()
    {
        if (m_ended || m_result.cancelled)
            return;
        m_result.cancelled = true;
        m_http.reset();
        QTimer::singleShot(bookingPatience, &m_caller, [caller = &m_caller, id = m_id] { caller->ended(id); });
    }

    void booked(const RequestRecord &record)
    {
        m_result.requestId = record.id;
        m_result.route = record.route;
        m_result.provider = record.provider;
        m_result.model = record.model;
        m_result.attempts = static_cast<int>(record.attempts.size());
        m_result.usage = record.usage;
        m_result.cost = record.cost;
        m_result.losses = record.losses;
        m_result.plan = record.plan;
        m_bookedError = record.error;
        m_bookedStatus = record.status;
        if (m_result.cancelled)
            m_caller.ended(m_id);
    }

    ConsolePieces takePieces() { return std::exchange(m_pieces, {}); }

    ConsoleResult takeResult()
    {
        m_ended = true;
        m_http.reset();
        m_result.durationMs = sinceStart();
        m_result.reply = m_folder.takeReply();
        if (m_result.error.code.empty() && m_result.reply.failure)
            m_result.error = *m_result.reply.failure;
        // The row knows why a stream died when the dialect had no words for it.
        if (m_result.error.code.empty() && !m_result.cancelled && !m_bookedError.empty()) {
            const size_t colon = std::min(m_bookedError.find(':'), m_bookedError.size());
            m_result.error = {m_bookedError.substr(0, colon),
                              m_bookedError.substr(std::min(colon + 2, m_bookedError.size())), m_bookedStatus};
        }
        return std::move(m_result);
    }

    void fail(Error error)
    {
        if (m_result.error.code.empty())
            m_result.error = std::move(error);
    }

private:
    double sinceStart() const { return static_cast<double>(m_clock.monotonicNs() - m_startedNs) / 1e6; }

    void responseHead(const HttpResponseHead &head) override
    {
        const HeaderList &headers = head.headers;
        m_result.status = head.status;
        m_isError = head.status >= 400;
        const std::string_view type = headers.get("content-type");
        m_streams = !m_isError && (type.starts_with("text/event-stream") || type.starts_with("application/x-ndjson"));
        ConsoleHead told;
        told.status = head.status;
        told.requestId = headers.get("x-signalbox-request-id");
        told.route = headers.get("x-signalbox-route");
        told.target = headers.get("x-signalbox-target");
        told.losses = numberIn(headers.get("x-signalbox-loss"));
        m_result.requestId = told.requestId;
        Q_EMIT m_caller.head(m_id, told);
    }

    void responseBody(std::string_view bytes) override
    {
        if (m_streams) {
            if (const auto fed = m_decoder->feed(bytes, *this); !fed)
                fail(fed.error());
            return;
        }
        if (m_body.size() + bytes.size() > largestReply) {
            fail({"reply_too_large", "The answer is larger than 64 MiB, which the playground does not show.", 502});
            return m_caller.ended(m_id);
        }
        m_body.append(bytes);
    }

    void responseEnd() override
    {
        Result<void> read;
        if (m_isError)
            read = m_codec.readError(m_result.status, m_body);
        else if (m_isGet)
            m_result.body = std::move(m_body);
        else if (m_streams)
            read = m_decoder->finish(*this);
        else
            read = m_decoder->whole(m_body, *this);
        if (!read)
            fail(read.error());
        m_caller.ended(m_id);
    }

    void callFailed(TransportFailure failure, const std::string &message) override
    {
        fail({std::string(transportFailureName(failure)), "The gateway could not be reached: " + message, 0});
        m_caller.ended(m_id);
    }

    void take(const ReplyEvent &event) override
    {
        m_folder.take(event);
        if (const auto *start = std::get_if<PartStart>(&event)) {
            if (m_result.firstTokenMs < 0)
                m_result.firstTokenMs = sinceStart();
            if (start->choice != 0)
                return; // the playground asks for one answer
            m_kinds.resize(std::max(m_kinds.size(), static_cast<size_t>(start->part) + 1));
            m_kinds[static_cast<size_t>(start->part)] = start->kind;
            m_pieces.push_back({start->part, start->kind, std::string(start->id), std::string(start->name), {}});
        } else if (const auto *delta = std::get_if<PartDelta>(&event)) {
            add(*delta);
        }
        if (!m_pieces.empty() && !m_caller.m_tell.isActive())
            m_caller.m_tell.start();
    }

    void add(const PartDelta &delta)
    {
        const auto part = static_cast<size_t>(std::max(delta.part, 0));
        if (part >= m_kinds.size() || !m_kinds[part])
            return;
        const ReplyPartKind kind = *m_kinds[part];
        if (kind == ReplyPartKind::Image || (kind == ReplyPartKind::Audio && delta.transcript.empty()))
            return;
        const std::string_view text = kind == ReplyPartKind::Audio ? delta.transcript : delta.text;
        const auto same = std::find_if(m_pieces.rbegin(), m_pieces.rend(),
                                       [&](const ConsolePiece &piece) { return piece.part == delta.part; });
        if (same != m_pieces.rend())
            same->text.append(text);
        else if (!text.empty())
            m_pieces.push_back({delta.part, kind, {}, {}, std::string(text)});
    }

    ConsoleCaller &m_caller;
    quint64 m_id;
    const Codec &m_codec;
    std::unique_ptr<ReplyDecoder> m_decoder;
    bool m_isGet;
    SystemClock m_clock;
    int64_t m_startedNs;
    std::unique_ptr<HttpCall> m_http;
    ReplyFolder m_folder;
    ConsolePieces m_pieces;
    std::vector<std::optional<ReplyPartKind>> m_kinds; // by part
    std::string m_body;
    ConsoleResult m_result;
    std::string m_bookedError;
    int m_bookedStatus = 0;
    bool m_isError = false;
    bool m_streams = false;
    bool m_ended = false;
};

ConsoleCaller::ConsoleCaller(QObject *parent) : QObject(parent)
{
    m_tell.setSingleShot(true);
    m_tell.setInterval(tellEvery);
    connect(&m_tell, &QTimer::timeout, this, &ConsoleCaller::tellPieces);
}

ConsoleCaller::~ConsoleCaller()
{
    while (!m_calls.empty()) {
        const auto &[id, call] = *m_calls.begin();
        call->fail(gatewayStopped());
        ended(id);
    }
}

void ConsoleCaller::start(quint64 id, const ConsoleRequest &request, const std::string &url, const ConsoleKey &key)
{
    HttpClientRequest http;
    http.origin = originOf(url);
    if (request.body.empty())
        http.method = "GET";
    http.target = request.path;
    for (const auto &[name, value] : request.headers)
        http.headers.add(name, value);
    http.headers.add("content-type", "application/json");
    http.headers.add("authorization", "Bearer " + key.value());
    http.headers.add("x-signalbox-call", std::to_string(id));
    const auto add = [&](const char *name, const std::string &value) {
        if (!value.empty())
            http.headers.add(name, value);
    };
    add("x-signalbox-project", request.project);
    add("x-signalbox-target", request.target);
    add("x-signalbox-route", request.route);
    http.body = request.body;
    using namespace std::chrono_literals;
    http.deadlines = {2s, 0ms, 0ms, 0ms}; // the gateway's own hold for what comes after
    auto call = std::make_unique<Call>(*this, id, request);
    Call *raw = call.get();
    m_calls.emplace(id, std::move(call));
    raw->start(std::move(http));
}

void ConsoleCaller::cancel(quint64 id)
{
    if (const auto found = m_calls.find(id); found != m_calls.end())
        found->second->cancel();
}

void ConsoleCaller::booked(quint64 id, const RequestRecord &record)
{
    if (const auto found = m_calls.find(id); found != m_calls.end())
        found->second->booked(record);
}

void ConsoleCaller::tellPieces()
{
    for (const auto &[id, call] : m_calls) {
        if (const ConsolePieces fresh = call->takePieces(); !fresh.empty())
            Q_EMIT pieces(id, fresh);
    }
}

void ConsoleCaller::ended(quint64 id)
{
    const auto found = m_calls.find(id);
    if (found == m_calls.end())
        return;
    std::unique_ptr<Call> call = std::move(found->second);
    m_calls.erase(found);
    if (const ConsolePieces rest = call->takePieces(); !rest.empty())
        Q_EMIT pieces(id, rest);
    Q_EMIT finished(id, call->takeResult());
    m_done.push_back(std::move(call));
    QMetaObject::invokeMethod(this, &ConsoleCaller::reap, Qt::QueuedConnection);
}

void ConsoleCaller::reap()
{
    m_done.clear();
}

} // namespace signalbox
