// SPDX-License-Identifier: GPL-3.0-or-later
// What an exchange leaves for the inspector beside its row, under the policy for bodies.
#include "core/base/redact.h"
#include "core/gateway/exchange.h"
#include "core/gateway/header_rules.h"

#include <algorithm>

namespace signalbox {

namespace {

std::string_view requestIdOf(const HeaderList &headers)
{
    for (const char *name : {"x-request-id", "request-id", "apim-request-id", "x-goog-request-id"}) {
        if (const std::string_view id = headers.get(name); !id.empty())
            return id;
    }
    return {};
}

int64_t momentOr(int64_t atNs, int64_t us)
{
    return atNs == 0 ? -1 : us;
}

// Gemini's clients may put their key into the query.
std::string withoutKey(const HttpRequestHead &head)
{
    std::string target(head.path());
    char before = '?';
    for (std::string_view rest = head.query(); !rest.empty();) {
        const size_t end = std::min(rest.find('&'), rest.size());
        const std::string_view parameter = rest.substr(0, end);
        if (!parameter.empty() && !isSensitiveHeader(parameter.substr(0, parameter.find('=')))) {
            target.append(1, before).append(parameter);
            before = '&';
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return target;
}

} // namespace

int64_t Exchange::sinceStartUs(int64_t atNs) const
{
    return (atNs - m_startedNs) / 1000;
}

PhaseTimes Exchange::phases() const
{
    PhaseTimes times;
    times.receivedUs = momentOr(m_receivedNs, sinceStartUs(m_receivedNs));
    times.parsedUs = momentOr(m_parsedNs, sinceStartUs(m_parsedNs));
    times.plannedUs = momentOr(m_plannedNs, sinceStartUs(m_plannedNs));
    for (const Attempt *attempt : m_engine.attempts()) {
        const Attempt::Setup &setup = attempt->setup();
        PhaseTimes::Attempt timed{sinceStartUs(setup.madeFromNs), sinceStartUs(attempt->startedNs()), -1,
                                  setup.translated};
        if (const auto ttft = attempt->ttftMs())
            timed.firstTokenUs = timed.startedUs + static_cast<int64_t>(*ttft * 1000);
        times.attempts.push_back(timed);
    }
    return times;
}

RequestDetails Exchange::details() const
{
    RequestDetails details;
    const PhaseTimes times = phases();
    details.receivedUs = times.receivedUs;
    details.parsedUs = times.parsedUs;
    details.plannedUs = times.plannedUs;
    details.chunks = m_chunks.chunks();
    if (m_http) {
        details.path = redactSecrets(withoutKey(m_http->head()), m_config->secretValues());
        details.requestHeaders = keptHeaders(m_http->head().headers, m_config->secretValues());
    }
    for (const Attempt *attempt : m_engine.attempts()) {
        const Attempt::Setup &setup = attempt->setup();
        const PhaseTimes::Attempt &timed = times.attempts[details.attempts.size()];
        RequestDetails::Attempt noted;
        noted.n = setup.n;
        noted.madeFromUs = timed.madeFromUs;
        noted.startedUs = timed.startedUs;
        noted.firstTokenUs = timed.firstTokenUs;
        noted.dialect = dialectName(setup.providerDialect);
        noted.path = redactSecrets(attempt->sentPath(), m_config->secretValues());
        noted.providerRequestId = requestIdOf(attempt->providerHead().headers);
        noted.translated = setup.translated;
        details.attempts.push_back(std::move(noted));
    }
    return details;
}

void Exchange::keepProviderSide(RequestDetails &details)
{
    const Attempt *attempt = m_engine.shown();
    if (!attempt)
        return;
    details.replyHeaders = keptHeaders(attempt->providerHead().headers, m_config->secretValues());
    const Attempt::KeptText &sent = attempt->sentRequest();
    details.sameRequest = !sent.bytes.empty() && !sent.cut && sent.bytes == m_body;
    if (!sent.bytes.empty() && !details.sameRequest)
        m_record.bodies.push_back({StoredBody::Kind::ProviderRequest, "application/json", sent.bytes, sent.cut});
    const Attempt::KeptText came = attempt->cameReply();
    details.sameReply = !came.bytes.empty() && !came.cut && came.bytes == m_keptReply;
    if (!came.bytes.empty() && !details.sameReply)
        m_record.bodies.push_back({StoredBody::Kind::ProviderReply,
                                   attempt->isStream() ? "text/event-stream" : "application/json", came.bytes,
                                   came.cut});
}

// As they are: the ledger masks them before they are stored, off this thread.
void Exchange::keepBodies(bool failed)
{
    const BodyPolicy policy = m_config->config().store.bodies;
    if (policy == BodyPolicy::None || (policy == BodyPolicy::Errors && !failed))
        return;
    if (m_endpoint.kind == EndpointKind::Json && !m_body.empty())
        m_record.bodies.push_back({StoredBody::Kind::ClientRequest, "application/json", m_body.substr(0, keptBodyLimit),
                                   m_body.size() > keptBodyLimit});
    if (!m_keptReply.empty())
        m_record.bodies.push_back({StoredBody::Kind::ClientReply,
                                   m_replyIsEvents ? "text/event-stream" : "application/json", m_keptReply,
                                   m_keptReplyCut});
    RequestDetails noted = details();
    keepProviderSide(noted);
    m_record.bodies.push_back({StoredBody::Kind::Details, "application/json", detailsToJson(noted)});
}

} // namespace signalbox
