// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/catalogue_fetch.h"

namespace signalbox {

namespace {

using namespace std::chrono_literals;

constexpr size_t largestFile = 64U * 1024 * 1024;

Error failed(const std::string &what)
{
    return {"catalogue_fetch", "The catalogue could not be fetched: " + what + '.', 502};
}

} // namespace

CatalogueFetch::CatalogueFetch(HttpClientPool &pool, const std::string &url, const std::string &etag, Done done)
    : m_done(std::move(done))
{
    const auto parsed = parseBaseUrl(url);
    if (!parsed) {
        finish(parsed.error());
        return;
    }
    HttpClientRequest request;
    request.origin = parsed->origin;
    request.method = "GET";
    request.target = parsed->path.empty() ? "/" : parsed->path;
    request.headers.add("accept", "application/json");
    if (!etag.empty())
        request.headers.add("if-none-match", etag);
    request.deadlines = {10s, 30s, 30s, 180s};
    m_call = pool.start(std::move(request), *this);
}

CatalogueFetch::~CatalogueFetch() = default;

void CatalogueFetch::finish(Result<Fetched> result)
{
    if (const Done done = std::exchange(m_done, nullptr))
        done(std::move(result));
}

void CatalogueFetch::responseHead(const HttpResponseHead &head)
{
    m_status = head.status;
    m_fetched.etag = head.headers.get("etag");
}

void CatalogueFetch::responseBody(std::string_view bytes)
{
    if (m_status != 200)
        return;
    if (m_fetched.bytes.size() + bytes.size() > largestFile) {
        m_call.reset();
        return finish(failed("it is larger than 64 MiB"));
    }
    m_fetched.bytes.append(bytes);
}

void CatalogueFetch::responseEnd()
{
    if (m_status == 304)
        return finish(Fetched());
    if (m_status >= 300 && m_status < 400)
        return finish(failed("the server names another address; put that one into the configuration"));
    if (m_status != 200)
        return finish(failed("the server answered " + std::to_string(m_status)));
    if (m_fetched.bytes.empty())
        return finish(failed("the file is empty"));
    finish(std::move(m_fetched));
}

void CatalogueFetch::callFailed(TransportFailure, const std::string &message)
{
    finish(failed(message));
}

} // namespace signalbox
