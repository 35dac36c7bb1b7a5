// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/draft_problems.h"

#include "core/catalogue/catalogue.h"
#include "core/catalogue/model_book.h"
#include "core/config/config_reader.h"
#include "core/config/presets.h"
#include "core/routing/route_checks.h"

#include <algorithm>

namespace signalbox {

namespace {

// The reader tells of the first problem only, so it is given each node alone, with stand-ins for what is below it.
class NodeCheck
{
public:
    NodeCheck(const Config &config, std::vector<DraftProblem> &problems) : m_problems(problems)
    {
        for (const ProviderConfig &provider : config.providers) {
            ProviderConfig &bare = m_bare.providers.emplace_back();
            bare.id = provider.id;
            bare.baseUrl = "http://127.0.0.1:1/v1";
        }
        for (const ProjectConfig &project : config.projects)
            m_bare.projects.emplace_back().id = project.id;
        for (const ClientConfig &client : config.clients) {
            ClientConfig &bare = m_bare.clients.emplace_back();
            bare.id = client.id;
            bare.project = client.project;
            bare.keySha256 = client.keySha256;
        }
        m_bare.routes.emplace_back();
    }

    void checkRoute(const RouteConfig &route, const std::string &pointer)
    {
        RouteConfig &alone = m_bare.routes.front();
        alone = route;
        alone.to = standIn();
        report(pointer);
        alone = RouteConfig();
        alone.id = "x";
        checkNode(route.to, pointer + "/to");
    }

private:
    static PolicyNode standIn()
    {
        PolicyNode node;
        node.kind = PolicyNode::Kind::Reject;
        return node;
    }

    void checkNode(const PolicyNode &node, const std::string &pointer)
    {
        PolicyNode &alone = m_bare.routes.front().to;
        alone = node;
        std::fill(alone.children.begin(), alone.children.end(), standIn());
        report(pointer, "/to");
        for (size_t i = 0; i < node.children.size(); ++i)
            checkNode(node.children[i], pointer + '/' + policyChildPath(node.kind, i));
    }

    void report(const std::string &pointer, const std::string &below = {})
    {
        const auto read = readConfig(writeConfig(m_bare));
        if (read)
            return;
        const std::string &message = read.error().message;
        const std::string begin = "/routes/0" + below;
        const size_t colon = message.find(": ");
        if (!message.starts_with(begin) || colon == std::string::npos)
            m_problems.push_back({true, pointer, message});
        else
            m_problems.push_back(
                {true, pointer + message.substr(begin.size(), colon - begin.size()), message.substr(colon + 2)});
    }

    Config m_bare;
    std::vector<DraftProblem> &m_problems;
};

// Targets whose provider cannot be asked, or whose model nobody knows.
void checkTargets(const Config &config, const ModelBook *book, const PolicyNode &node, const std::string &pointer,
                  std::vector<DraftProblem> &problems)
{
    if (node.disabled)
        return;
    for (size_t i = 0; i < node.children.size(); ++i)
        checkTargets(config, book, node.children[i], pointer + '/' + policyChildPath(node.kind, i), problems);
    const ProviderConfig *provider = node.kind == PolicyNode::Kind::Target ? config.provider(node.provider) : nullptr;
    const Preset *preset = provider ? findPreset(provider->preset) : nullptr;
    if (!preset)
        return;
    if (preset->needsKey && provider->credentials.empty() && !provider->simulated)
        problems.push_back({true, pointer + "/target",
                            "provider `" + provider->id +
                                "` has no key, so it would refuse every request; give it "
                                "one under `credentials`"});
    if (book && !preset->catalogueProviders.empty() && node.model != "*" && !book->find(provider->id, node.model))
        problems.push_back({false, pointer + "/target",
                            "the catalogue does not know the model `" + node.model + "` of " + preset->name +
                                "; look whether its name is right, or give its facts under `models`"});
}

void checkIds(const std::vector<RouteConfig> &routes, std::vector<DraftProblem> &problems)
{
    for (size_t i = 0; i < routes.size(); ++i) {
        for (size_t before = 0; before < i; ++before) {
            if (routes[before].id == routes[i].id) {
                problems.push_back({true, "/routes/" + std::to_string(i) + "/id",
                                    "is already used by /routes/" + std::to_string(before)});
                break;
            }
        }
    }
}

} // namespace

std::vector<DraftProblem> draftProblems(const Config &config, const std::shared_ptr<const Catalogue> &catalogue)
{
    std::vector<DraftProblem> problems;
    const auto whole = readConfig(writeConfig(config));
    if (!whole) {
        checkIds(config.routes, problems);
        NodeCheck check(config, problems);
        for (size_t i = 0; i < config.routes.size(); ++i)
            check.checkRoute(config.routes[i], "/routes/" + std::to_string(i));
        if (problems.empty()) { // of another part of the config
            const std::string &message = whole.error().message;
            const size_t colon = message.find(": ");
            problems.push_back({true, message.substr(0, colon == std::string::npos ? 0 : colon),
                                colon == std::string::npos ? message : message.substr(colon + 2)});
        }
    }
    const auto book = std::make_shared<const ModelBook>(catalogue, config);
    for (size_t i = 0; i < config.routes.size(); ++i)
        checkTargets(config, catalogue ? book.get() : nullptr, config.routes[i].to,
                     "/routes/" + std::to_string(i) + "/to", problems);
    if (whole) {
        for (const ConfigWarning &warning : routeWarnings(RouteTable(std::make_shared<const Config>(config), book)))
            problems.push_back({false, warning.pointer, warning.text});
    }
    std::stable_sort(problems.begin(), problems.end(),
                     [](const DraftProblem &a, const DraftProblem &b) { return a.isError && !b.isError; });
    return problems;
}

} // namespace signalbox
