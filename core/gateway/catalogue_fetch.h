// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/http_client.h"

#include <functional>
#include <memory>
#include <string>

namespace signalbox {

// Gets one catalogue file. Lives on the pool's thread; deleting it calls the question off.
class CatalogueFetch final : public HttpCallHandler
{
public:
    struct Fetched {
        std::string bytes; // empty: as it was, by `etag`
        std::string etag;
    };
    using Done = std::function<void(Result<Fetched>)>;

    // `done` comes later, never from here, unless the address is wrong. Errors: url_invalid, catalogue_fetch.
    CatalogueFetch(HttpClientPool &pool, const std::string &url, const std::string &etag, Done done);
    ~CatalogueFetch();

private:
    void responseHead(const HttpResponseHead &head) override;
    void responseBody(std::string_view bytes) override;
    void responseEnd() override;
    void callFailed(TransportFailure failure, const std::string &message) override;
    void finish(Result<Fetched> result);

    Done m_done;
    std::unique_ptr<HttpCall> m_call;
    int m_status = 0;
    Fetched m_fetched;
};

} // namespace signalbox
