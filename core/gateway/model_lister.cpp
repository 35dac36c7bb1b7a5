// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/model_lister.h"

#include "core/base/clock.h"
#include "core/dialect/model_ids.h"
#include "core/gateway/header_rules.h"

#include <algorithm>
#include <set>

namespace signalbox {

namespace {

constexpr int64_t keepMs = 5 * 60 * 1000;
constexpr size_t largestList = 16U * 1024 * 1024;
constexpr std::chrono::milliseconds patience{5'000};

void addFixedTargets(const PolicyNode &node, std::vector<ListedModel> &models)
{
    if (node.kind == PolicyNode::Kind::Target && node.model != "*")
        models.push_back({node.provider + "/" + node.model, node.provider});
    for (const PolicyNode &child : node.children)
        addFixedTargets(child, models);
}

std::vector<ListedModel> configured(const Config &config)
{
    std::vector<ListedModel> models;
    for (const RouteConfig &route : config.routes) {
        if (route.match.model.find_first_of("*?") == std::string::npos)
            models.push_back({route.match.model, "signalbox"});
    }
    for (const RouteConfig &route : config.routes)
        addFixedTargets(route.to, models);
    return models;
}

} // namespace

// The plain list of OpenAI's API says the least but is the one that every server has.
const ProviderRuntime::Api &listingApi(const ProviderRuntime &provider)
{
    const ProviderRuntime::Api *chat = provider.api(Dialect::OpenAiChat);
    return chat ? *chat : provider.apis.front();
}

HttpClientRequest modelsRequest(const ProviderRuntime &provider, const std::string &secret)
{
    HttpClientRequest request;
    request.method = "GET";
    const ProviderRuntime::Api &api = listingApi(provider);
    request.origin = api.url.origin;
    request.target = api.url.path + modelListPath(api.dialect);
    request.headers = upstreamHeaders(HttpRequestHead{}, {provider.config, secret, api.dialect});
    if (api.dialect == Dialect::Anthropic)
        request.headers.add("anthropic-version", "2023-06-01");
    request.deadlines = {patience, patience, patience, patience};
    return request;
}

struct ModelLister::Round {
    struct Question final : HttpCallHandler {
        Question(Round &owner, std::string id, Dialect spoken) : round(owner), provider(std::move(id)), dialect(spoken)
        {
        }
        void responseHead(const HttpResponseHead &head) override { status = head.status; }
        void responseBody(std::string_view bytes) override
        {
            if (body.size() + bytes.size() <= largestList)
                body.append(bytes);
        }
        void responseEnd() override { finished(); }
        void callFailed(TransportFailure, const std::string &) override { finished(); }
        void finished()
        {
            if (status == 200)
                ids = readModelIds(dialect, body).value_or(std::vector<std::string>());
            round.oneFinished();
        }
        Round &round;
        std::string provider;
        Dialect dialect;
        int status = 0;
        std::string body;
        std::vector<std::string> ids;
        std::unique_ptr<HttpCall> call;
    };

    explicit Round(ModelLister &owner, RunningConfigPtr running) : lister(owner), config(std::move(running)) {}

    void start()
    {
        for (const ProviderConfig &provider : config->config().providers) {
            const ProviderRuntime *runtime = config->provider(provider.id);
            const auto credential = config->credentialFor(provider);
            if (!runtime || !credential)
                continue;
            questions.push_back(std::make_unique<Question>(*this, provider.id, listingApi(*runtime).dialect));
            ++open;
            questions.back()->call =
                lister.m_pool.start(modelsRequest(*runtime, credential->secret), *questions.back());
        }
    }

    void oneFinished()
    {
        if (--open == 0)
            lister.finishRound();
    }

    ModelLister &lister;
    RunningConfigPtr config;
    std::vector<std::unique_ptr<Question>> questions;
    int open = 0;
};

ModelLister::ModelLister(HttpClientPool &pool, const Clock &clock) : m_pool(pool), m_clock(clock) {}
ModelLister::~ModelLister() = default;

void ModelLister::list(RunningConfigPtr config, const void *owner, Done done)
{
    m_finishedRounds.clear();
    if (m_haveKnown && m_clock.wallMs() - m_knownAtMs < keepMs)
        return done(m_known);
    m_waiting.emplace_back(owner, std::move(done));
    if (m_round)
        return;
    m_round = std::make_unique<Round>(*this, std::move(config));
    m_round->start();
    if (m_round->open == 0)
        finishRound();
}

void ModelLister::forget(const void *owner)
{
    std::erase_if(m_waiting, [&](const auto &waiting) { return waiting.first == owner; });
}

void ModelLister::reset()
{
    m_haveKnown = false;
}

void ModelLister::finishRound()
{
    const Config &config = m_round->config->config();
    std::vector<ListedModel> models = configured(config);
    for (const auto &question : m_round->questions) {
        for (const std::string &id : question->ids)
            models.push_back({config.providers.size() == 1 ? id : question->provider + "/" + id, question->provider});
    }
    std::set<std::string> seen;
    std::erase_if(models, [&](const auto &model) { return !seen.insert(model.id).second; });
    m_known = std::move(models);
    m_knownAtMs = m_clock.wallMs();
    // A round that heard from nobody is asked again next time.
    m_haveKnown = std::any_of(m_round->questions.begin(), m_round->questions.end(),
                              [](const auto &q) { return q->status == 200; });
    m_finishedRounds.push_back(std::move(m_round));
    const auto waiting = std::exchange(m_waiting, {});
    for (const auto &[owner, done] : waiting)
        done(m_known);
}

} // namespace signalbox
