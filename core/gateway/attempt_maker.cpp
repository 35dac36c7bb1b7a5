// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/attempt_maker.h"

#include "core/dialect/openai_chat/stream_relay.h"
#include "core/gateway/header_rules.h"

#include <algorithm>
#include <charconv>

namespace signalbox {

namespace {

// The stricter of a limit and what is left until a moment; zero and 0 mean none. `cut`: it is the moment.
Millis within(Millis limit, int64_t untilNs, int64_t nowNs, bool &cut)
{
    const Millis left(std::max<int64_t>(1, (untilNs - nowNs) / 1'000'000));
    cut = untilNs != 0 && (limit.count() <= 0 || left <= limit);
    return cut ? left : limit;
}

} // namespace

size_t declaredLength(const HttpRequestHead &head)
{
    const std::string_view text = head.headers.get("content-length");
    size_t length = 0;
    const bool read = std::from_chars(text.data(), text.data() + text.size(), length).ec == std::errc();
    return read ? length : 0;
}

AttemptMaker::AttemptMaker(Source source, RunningConfigPtr config) : m_source(source), m_config(std::move(config)) {}

Result<Outgoing> AttemptMaker::outgoingUpload(const PlannedTarget &target, const ProviderRuntime &provider) const
{
    const ProviderRuntime::Api *api = provider.api(Dialect::OpenAiChat);
    if (!api)
        api = provider.api(Dialect::OpenAiResponses);
    if (!api)
        return Error{
            "operation_unsupported",
            "Provider '" + provider.config.id + "' has no counterpart of " + m_source.endpoint.upstreamPath + ".", 404};
    Outgoing outgoing;
    outgoing.api = api;
    outgoing.path = m_source.endpoint.upstreamPath;
    outgoing.relay = std::make_unique<openai_chat::StreamRelay>(false);
    const std::string &body = m_source.body;
    const UploadParts &upload = m_source.upload;
    if (upload.modelEnd == 0 || target.model == m_source.requestedModel)
        outgoing.body = body;
    else
        outgoing.body = body.substr(0, upload.modelBegin) + std::string(target.model) + body.substr(upload.modelEnd);
    return outgoing;
}

Result<Outgoing> AttemptMaker::outgoingFor(const Plan &plan, const PlannedTarget &target,
                                           const ProviderRuntime &provider, const std::string &credential)
{
    if (m_source.endpoint.kind == EndpointKind::Upload)
        return outgoingUpload(target, provider);
    PromptRoom room;
    if (target.truncate != PolicyNode::Truncate::Never && target.facts && target.facts->contextTokens)
        room = {target.truncate, target.mostInputTokens, *target.facts->contextTokens};
    if (target.facts)
        room.modelOutputTokens = target.facts->maxOutputTokens.value_or(0);
    auto outgoing = m_source.request.prepare(provider, std::string(target.model), credential, room);
    if (!outgoing || outgoing->losses.empty() || plan.onLoss == OnLoss::Allow)
        return outgoing;
    std::string message = "Route '" + std::string(plan.route) + "' refuses losses, and " +
                          std::string(target.provider) + "/" + std::string(target.model) +
                          " cannot be told everything:";
    for (const LossEntry &entry : outgoing->losses)
        message += " " + entry.pointer + " (" + lossKindName(entry.kind) + ": " + entry.reason + ")";
    return Error{"loss_refused", std::move(message), 400};
}

HttpClientRequest AttemptMaker::upstreamRequest(const ProviderRuntime &provider, const std::string &secret,
                                                Outgoing &outgoing, CutLimits &cut, int64_t nowNs) const
{
    HttpClientRequest request;
    request.origin = outgoing.api->url.origin;
    request.target = outgoing.api->url.path + outgoing.path;
    UpstreamTarget target{provider.config, secret, outgoing.api->dialect};
    target.identity = m_source.endpoint.upstreamPath != "/audio/speech";
    target.hops = hopsOf(m_source.head);
    target.translated = outgoing.translated;
    request.headers = upstreamHeaders(m_source.head, target);
    for (const auto &[name, value] : outgoing.headers) {
        if (!request.headers.has(name))
            request.headers.add(name, value);
    }
    request.body = std::move(outgoing.body);
    const TimeoutsConfig &timeouts = provider.config.timeouts;
    const ExchangeDeadlines &deadlines = m_source.deadlines;
    request.deadlines = {timeouts.connect, within(timeouts.firstByte, deadlines.firstContentNs, nowNs, cut.firstByte),
                         timeouts.idle, within(timeouts.total, deadlines.totalNs, nowNs, cut.total)};
    return request;
}

void AttemptMaker::streamBody(Made &made) const
{
    made.uploadBegin = std::exchange(made.request.body, {});
    made.request.streamBody = true;
    const auto growth = static_cast<int64_t>(made.uploadBegin.size()) - static_cast<int64_t>(m_source.body.size());
    if (const size_t declared = declaredLength(m_source.head))
        made.request.streamLength = static_cast<int64_t>(declared) + growth;
}

Result<AttemptMaker::Made> AttemptMaker::make(const Plan &plan, const PlannedTarget &target,
                                              const std::string &credential, int n, int64_t nowNs)
{
    std::string providerId(target.provider);
    const ProviderRuntime *provider = m_config->provider(providerId);
    if (!provider)
        return Error{"provider_loop", "Provider '" + providerId + "' points back at this gateway.", 508};
    const std::string *secret = m_config->secretOf(provider->config, credential);
    if (!secret)
        return Error{"credential_unavailable",
                     "The key '" + credential + "' of provider '" + providerId + "' is not at hand.", 503};
    auto outgoing = outgoingFor(plan, target, *provider, credential);
    if (!outgoing)
        return outgoing.error();
    CutLimits cut;
    Made made{{std::move(providerId), std::string(target.model), m_config, provider, credential, n},
              upstreamRequest(*provider, *secret, *outgoing, cut, nowNs),
              {}};
    if (m_source.upload.streaming)
        streamBody(made);
    Attempt::Setup &setup = made.setup;
    setup.relay = std::move(outgoing->relay);
    setup.clientDialect = m_source.endpoint.dialect;
    setup.providerDialect = outgoing->api->dialect;
    setup.framing = m_source.endpoint.framing;
    setup.clientStreams = m_source.request.stream();
    setup.translated = outgoing->translated;
    setup.account = std::move(outgoing->account);
    setup.losses = std::move(outgoing->losses);
    setup.firstToken =
        within(provider->config.timeouts.firstToken, m_source.deadlines.firstContentNs, nowNs, cut.firstToken);
    setup.cut = cut;
    // Of a request that passes, the provider saw what the client sent but for the model's name: the copy is made only
    // where every body is kept.
    const BodyPolicy policy = m_config->config().store.bodies;
    const bool json = m_source.endpoint.kind == EndpointKind::Json;
    setup.keepsRequest = json && (policy == BodyPolicy::All || (policy == BodyPolicy::Errors && setup.translated));
    setup.keepsReply = json && policy == BodyPolicy::All;
    return made;
}

} // namespace signalbox
