// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/attempt.h"
#include "core/gateway/client_request.h"
#include "core/net/http_server.h"
#include "core/routing/plan.h"

#include <memory>
#include <string>

namespace signalbox {

// An upload on its way through: only its head and the model's name are looked at.
struct UploadParts {
    std::string boundary;
    size_t modelBegin = 0; // the model's value inside the body; both 0: not found
    size_t modelEnd = 0;
    bool streaming = false; // the rest of the body is still to come
};

// How long an exchange may still take; monotonic, 0: no limit.
struct ExchangeDeadlines {
    int64_t firstContentNs = 0; // the client's SDK gives up by then unless it has seen something
    int64_t totalNs = 0;        // all attempts together
    int64_t patientNs = 0;      // so long waits the client, if it said so

    int64_t soonestNs() const
    {
        return firstContentNs == 0 || (totalNs != 0 && totalNs < firstContentNs) ? totalNs : firstContentNs;
    }
};

// Makes an exchange's attempts: the request for one target with one key, from what the client sent. Nothing made for
// one provider is seen by another. Lives on the gateway thread, owned by the Exchange.
class AttemptMaker
{
public:
    struct Source { // all outlive this
        const HttpRequestHead &head;
        const Endpoint &endpoint;
        ClientRequest &request;
        const std::string &body;
        const std::string &requestedModel;
        const UploadParts &upload;
        const ExchangeDeadlines &deadlines;
    };
    struct Made {
        Attempt::Setup setup;
        HttpClientRequest request;
        std::string uploadBegin; // goes first where the body is streamed
    };
    AttemptMaker(Source source, RunningConfigPtr config);

    // Errors, of which none was sent: provider_loop, credential_unavailable, operation_unsupported, loss_refused,
    // own_reply, those of decoding.
    Result<Made> make(const Plan &plan, const PlannedTarget &target, const std::string &credential, int n,
                      int64_t nowNs);
    const RunningConfig &config() const { return *m_config; }
    // Once the head of an upload has left us it cannot be sent again.
    bool onlyOnce() const { return m_source.upload.streaming; }

private:
    Result<Outgoing> outgoingFor(const Plan &plan, const PlannedTarget &target, const ProviderRuntime &provider,
                                 const std::string &credential);
    Result<Outgoing> outgoingUpload(const PlannedTarget &target, const ProviderRuntime &provider) const;
    HttpClientRequest upstreamRequest(const ProviderRuntime &provider, const std::string &secret, Outgoing &outgoing,
                                      CutLimits &cut, int64_t nowNs) const;
    void streamBody(Made &made) const;

    Source m_source;
    RunningConfigPtr m_config;
};

// content-length; 0: chunked, or nothing.
size_t declaredLength(const HttpRequestHead &head);

} // namespace signalbox
