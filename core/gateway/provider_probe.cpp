// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/provider_probe.h"

#include "core/base/clock.h"
#include "core/base/redact.h"
#include "core/dialect/codec.h"
#include "core/dialect/model_ids.h"
#include "core/gateway/header_rules.h"

#include <QtNetwork/QHostInfo>

#include <algorithm>

namespace signalbox {

namespace {

constexpr std::chrono::milliseconds patience{10'000};
constexpr size_t largestList = 16U * 1024 * 1024;

} // namespace

ProviderProbe::ProviderProbe(ProviderConfig provider, std::string secret, QObject *parent)
    : QObject(parent), m_provider(std::move(provider)), m_secret(std::move(secret))
{
    for (const auto name :
         {ProbeStep::Name::Dns, ProbeStep::Name::Connect, ProbeStep::Name::Key, ProbeStep::Name::ModelList})
        m_report.steps.push_back({name, ProbeStep::State::Waiting, {}, -1});
}

ProviderProbe::~ProviderProbe() = default;

ProbeStep &ProviderProbe::step(ProbeStep::Name name)
{
    return *std::find_if(m_report.steps.begin(), m_report.steps.end(),
                         [&](const ProbeStep &s) { return s.name == name; });
}

void ProviderProbe::begin(ProbeStep::Name name)
{
    m_beganNs = SystemClock().monotonicNs();
    step(name).state = ProbeStep::State::Running;
    Q_EMIT progress(m_report);
}

void ProviderProbe::end(ProbeStep::Name name, ProbeStep::State state, std::string detail)
{
    ProbeStep &ended = step(name);
    ended.state = state;
    const std::vector<std::string> known = {m_secret};
    ended.detail = redactSecrets(detail, known);
    if (ended.ms < 0)
        ended.ms = static_cast<double>(SystemClock().monotonicNs() - m_beganNs) / 1e6;
    if (state == ProbeStep::State::Failed)
        finish();
    else
        Q_EMIT progress(m_report);
}

void ProviderProbe::finish()
{
    for (ProbeStep &left : m_report.steps) {
        if (left.state == ProbeStep::State::Waiting || left.state == ProbeStep::State::Running)
            left.state = ProbeStep::State::Skipped;
    }
    m_report.finished = true;
    Q_EMIT progress(m_report);
}

void ProviderProbe::start()
{
    begin(ProbeStep::Name::Dns);
    auto url = parseBaseUrl(m_provider.baseUrl);
    if (!url)
        return end(ProbeStep::Name::Dns, ProbeStep::State::Failed, url.error().message);
    url->origin.proxy = m_provider.proxy;
    url->origin.caFile = m_provider.caFile;
    m_tls = url->origin.tls;
    lookUp(*url);
}

void ProviderProbe::lookUp(const ParsedUrl &url)
{
    if (!QHostAddress(QString::fromStdString(url.origin.host)).isNull()) {
        end(ProbeStep::Name::Dns, ProbeStep::State::Passed, "not needed");
        return ask(url);
    }
    QHostInfo::lookupHost(QString::fromStdString(url.origin.host), this, [this, url](const QHostInfo &info) {
        const bool proxied = url.origin.proxy != "none" && url.origin.proxy != "system";
        if (info.error() != QHostInfo::NoError && !proxied)
            return end(ProbeStep::Name::Dns, ProbeStep::State::Failed,
                       url.origin.host + ": " + info.errorString().toStdString());
        const auto count = info.addresses().size();
        end(ProbeStep::Name::Dns, ProbeStep::State::Passed,
            count == 0 ? "left to the proxy" : std::to_string(count) + (count == 1 ? " address" : " addresses"));
        ask(url);
    });
}

void ProviderProbe::ask(const ParsedUrl &url)
{
    begin(ProbeStep::Name::Connect);
    HttpClientRequest request;
    request.method = "GET";
    request.origin = url.origin;
    m_dialect = dialectFromName(m_provider.dialect).value_or(Dialect::OpenAiChat);
    request.target = url.path + modelListPath(m_dialect);
    request.headers = upstreamHeaders(HttpRequestHead{}, {m_provider, m_secret, m_dialect});
    if (m_dialect == Dialect::Anthropic)
        request.headers.add("anthropic-version", "2023-06-01");
    request.deadlines = {m_provider.timeouts.connect, patience, patience, 2 * patience};
    m_call = m_pool.start(std::move(request), *this);
}

void ProviderProbe::connected()
{
    const double ms = m_call ? m_call->timings().connectMs : -1;
    if (ms >= 0)
        step(ProbeStep::Name::Connect).ms = ms;
    end(ProbeStep::Name::Connect, ProbeStep::State::Passed, m_tls ? "TLS, certificate trusted" : "no TLS");
    begin(ProbeStep::Name::Key);
}

void ProviderProbe::responseHead(const HttpResponseHead &head)
{
    m_status = head.status;
    connected();
    const HttpTimings times = m_call ? m_call->timings() : HttpTimings();
    if (times.firstByteMs >= 0 && times.connectMs >= 0) // only now is known that it had connected
        step(ProbeStep::Name::Key).ms = times.firstByteMs - times.connectMs;
}

void ProviderProbe::responseBody(std::string_view bytes)
{
    if (m_body.size() + bytes.size() <= largestList)
        m_body.append(bytes);
}

void ProviderProbe::responseEnd()
{
    const std::string status = std::to_string(m_status);
    if (m_status == 401 || m_status == 402 || m_status == 403 || m_status >= 500 || m_status == 429)
        return end(ProbeStep::Name::Key, ProbeStep::State::Failed,
                   status + ": " + codecFor(m_dialect).readError(m_status, m_body).message);
    end(ProbeStep::Name::Key, ProbeStep::State::Passed, m_secret.empty() ? "none needed" : "accepted");
    begin(ProbeStep::Name::ModelList);
    if (m_status != 200)
        return end(ProbeStep::Name::ModelList, ProbeStep::State::Failed,
                   status + " at " + modelListPath(m_dialect) + "; is the base URL complete (…/v1)?");
    readModels();
}

void ProviderProbe::readModels()
{
    auto ids = readModelIds(m_dialect, m_body);
    if (!ids)
        return end(ProbeStep::Name::ModelList, ProbeStep::State::Failed, "the answer is not a model list");
    m_report.models = std::move(*ids);
    const size_t count = m_report.models.size();
    end(ProbeStep::Name::ModelList, ProbeStep::State::Passed,
        std::to_string(count) + (count == 1 ? " model" : " models"));
    finish();
}

void ProviderProbe::callFailed(TransportFailure failure, const std::string &message)
{
    if (failure == TransportFailure::Dns)
        return end(ProbeStep::Name::Dns, ProbeStep::State::Failed, message);
    const bool afterConnect = step(ProbeStep::Name::Connect).state == ProbeStep::State::Passed;
    if (!afterConnect && m_call && m_call->timings().connectMs >= 0 && failure != TransportFailure::Tls)
        connected();
    const bool keyStep = step(ProbeStep::Name::Key).state == ProbeStep::State::Running;
    end(keyStep ? ProbeStep::Name::Key : ProbeStep::Name::Connect, ProbeStep::State::Failed, message);
}

} // namespace signalbox
