// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/budget_reader.h"
#include "core/config/config_reader.h"
#include "core/config/presets.h"

#include <boost/json/serialize.hpp>

#include <charconv>
#include <cmath>

namespace signalbox {

namespace {

// Writes JSON by hand: Boost.JSON would print 0.05 as 5E-2, which nobody wants to edit.
class Writer
{
public:
    std::string take() { return std::move(m_out) + '\n'; }

    void open(char bracket)
    {
        m_out += bracket;
        m_fresh = true;
        ++m_depth;
    }
    void close(char bracket)
    {
        --m_depth;
        if (!m_fresh)
            newLine();
        m_out += bracket;
        m_fresh = false;
    }
    void key(std::string_view name)
    {
        item();
        text(name);
        m_out += ": ";
    }
    void item()
    {
        if (!m_fresh)
            m_out += ',';
        newLine();
        m_fresh = false;
    }
    void text(std::string_view value)
    {
        m_out += boost::json::serialize(boost::json::string_view(value.data(), value.size()));
    }
    void number(double value)
    {
        char buffer[32];
        const auto [end, status] = std::to_chars(buffer, buffer + sizeof buffer, value);
        m_out.append(buffer, end);
    }
    void flag(bool value) { m_out += value ? "true" : "false"; }
    void json(std::string_view value) { m_out += value; }

    void member(std::string_view name, const std::string &value, const std::string &usual)
    {
        if (value != usual) {
            key(name);
            text(value);
        }
    }
    void member(std::string_view name, double value, double usual)
    {
        if (value != usual) {
            key(name);
            number(value);
        }
    }
    void member(std::string_view name, Millis value, Millis usual)
    {
        if (value != usual) {
            key(name);
            text(formatDuration(value));
        }
    }
    void member(std::string_view name, const std::optional<double> &value)
    {
        if (value) {
            key(name);
            number(*value);
        }
    }

    template<class T, class Write>
    void list(std::string_view name, const std::vector<T> &items, Write write)
    {
        if (items.empty())
            return;
        key(name);
        open('[');
        for (const T &entry : items) {
            item();
            write(entry);
        }
        close(']');
    }
    template<class Write>
    void object(Write write)
    {
        open('{');
        write();
        close('}');
    }

private:
    void newLine()
    {
        m_out += '\n';
        m_out.append(m_depth * 2, ' ');
    }

    std::string m_out;
    size_t m_depth = 0;
    bool m_fresh = true;
};

void writeListen(Writer &out, const ListenConfig &listen)
{
    const ListenConfig usual;
    if (listen == usual)
        return;
    out.key("listen");
    out.object([&] {
        out.member("address", listen.address, usual.address);
        out.member("port", listen.port, usual.port);
        out.member("auth", std::string(listen.auth == AuthMode::Keys ? "keys" : "none"), "keys");
        out.list("hosts", listen.hosts, [&](const std::string &host) { out.text(host); });
    });
}

void writeTimeouts(Writer &out, const TimeoutsConfig &timeouts, const TimeoutsConfig &usual)
{
    if (timeouts == usual)
        return;
    out.key("timeouts");
    out.object([&] {
        out.member("connect", timeouts.connect, usual.connect);
        out.member("firstByte", timeouts.firstByte, usual.firstByte);
        out.member("firstToken", timeouts.firstToken, usual.firstToken);
        out.member("idle", timeouts.idle, usual.idle);
        out.member("total", timeouts.total, usual.total);
    });
}

void writeLimits(Writer &out, const LimitsConfig &limits)
{
    const LimitsConfig usual;
    if (limits == usual)
        return;
    out.key("limits");
    out.object([&] {
        out.member("bodyMiB", limits.bodyMiB, usual.bodyMiB);
        out.member("headerKiB", limits.headerKiB, usual.headerKiB);
        out.member("connections", limits.connections, usual.connections);
        out.member("headSeconds", limits.headSeconds, usual.headSeconds);
    });
}

std::string bodiesName(BodyPolicy policy)
{
    return policy == BodyPolicy::All ? "all" : policy == BodyPolicy::None ? "none" : "errors";
}

void writeStore(Writer &out, const StoreConfig &store)
{
    const StoreConfig usual;
    if (store == usual)
        return;
    out.key("store");
    out.object([&] {
        out.member("bodies", bodiesName(store.bodies), bodiesName(usual.bodies));
        out.member("keepDays", store.keepDays, usual.keepDays);
        out.member("maxMiB", store.maxMiB, usual.maxMiB);
    });
}

void writeProvider(Writer &out, const ProviderConfig &provider, const TimeoutsConfig &timeouts)
{
    ProviderConfig usual;
    if (const Preset *preset = findPreset(provider.preset)) {
        usual.name = preset->name;
        usual.dialect = preset->dialect;
        usual.baseUrl = preset->asks.empty() ? preset->baseUrl : std::string();
        usual.region = preset->region;
    }
    out.object([&] {
        out.key("id");
        out.text(provider.id);
        out.member("name", provider.name, usual.name);
        out.member("preset", provider.preset, usual.preset);
        if (provider.preset.empty() || provider.dialect != usual.dialect) {
            out.key("dialect");
            out.text(provider.dialect);
        }
        out.member("baseUrl", provider.baseUrl, usual.baseUrl);
        out.member("auth", provider.auth, usual.auth);
        if (!provider.quirks.empty()) {
            out.key("quirks");
            out.json(provider.quirks);
        }
        out.member("region", provider.region, usual.region);
        out.member("proxy", provider.proxy, usual.proxy);
        out.member("caFile", provider.caFile, usual.caFile);
        if (!provider.headers.empty()) {
            out.key("headers");
            out.object([&] {
                for (const auto &[name, value] : provider.headers) {
                    out.key(name);
                    out.text(value);
                }
            });
        }
        out.list("credentials", provider.credentials, [&](const CredentialConfig &credential) {
            out.object([&] {
                out.key("id");
                out.text(credential.id);
                out.key("secret");
                out.text(credential.secret);
                out.member("weight", credential.weight, CredentialConfig().weight);
            });
        });
        writeTimeouts(out, provider.timeouts, timeouts);
    });
}

void writeProject(Writer &out, const ProjectConfig &project)
{
    out.object([&] {
        out.key("id");
        out.text(project.id);
        out.member("name", project.name, {});
        if (!project.budget)
            return;
        out.key("budget");
        out.object([&] {
            const BudgetConfig usual;
            out.member("period", project.budget->period, usual.period);
            out.key("limitUsd");
            out.number(project.budget->limitUsd);
            out.list("alertAt", project.budget->alertAt, [&](double share) { out.number(share); });
            out.member("onLimit", project.budget->onLimit, usual.onLimit);
        });
    });
}

void writeClient(Writer &out, const ClientConfig &client)
{
    out.object([&] {
        out.key("id");
        out.text(client.id);
        out.member("project", client.project, ClientConfig().project);
        out.member("user", client.user, {});
        out.key("keySha256");
        out.text(client.keySha256);
        if (client.admin) {
            out.key("admin");
            out.flag(true);
        }
    });
}

void writeNode(Writer &out, const PolicyNode &node)
{
    out.object([&] {
        if (node.kind == PolicyNode::Kind::Target) {
            out.key("target");
            out.text(node.provider + '/' + node.model);
            return;
        }
        out.list("fallback", node.children, [&](const PolicyNode &child) { writeNode(out, child); });
    });
}

void writeRoute(Writer &out, const RouteConfig &route)
{
    out.object([&] {
        out.key("id");
        out.text(route.id);
        const Condition usual;
        if (!(route.match == usual)) {
            out.key("match");
            out.object([&] {
                out.member("model", route.match.model, usual.model);
                out.member("project", route.match.project, usual.project);
                out.member("client", route.match.client, usual.client);
            });
        }
        if (route.onLoss == OnLoss::Reject) {
            out.key("onLoss");
            out.text("reject");
        }
        out.key("to");
        writeNode(out, route.to);
    });
}

void writePrice(Writer &out, const PriceConfig &price)
{
    out.object([&] {
        out.key("model");
        out.text(price.model);
        out.member("inputUsdPerMTok", price.inputUsdPerMTok);
        out.member("outputUsdPerMTok", price.outputUsdPerMTok);
        out.member("cacheReadUsdPerMTok", price.cacheReadUsdPerMTok);
        out.member("cacheWriteUsdPerMTok", price.cacheWriteUsdPerMTok);
    });
}

} // namespace

std::string writeConfig(const Config &config)
{
    Writer out;
    out.object([&] {
        out.key("version");
        out.number(config.version);
        writeListen(out, config.listen);
        writeTimeouts(out, config.timeouts, TimeoutsConfig());
        writeLimits(out, config.limits);
        writeStore(out, config.store);
        out.list("providers", config.providers,
                 [&](const ProviderConfig &provider) { writeProvider(out, provider, config.timeouts); });
        out.list("projects", config.projects, [&](const ProjectConfig &project) { writeProject(out, project); });
        out.list("clients", config.clients, [&](const ClientConfig &client) { writeClient(out, client); });
        out.list("routes", config.routes, [&](const RouteConfig &route) { writeRoute(out, route); });
        out.list("prices", config.prices, [&](const PriceConfig &price) { writePrice(out, price); });
        if (!config.budgets.empty()) {
            out.key("budgets");
            out.json(writeBudgetRules(config.budgets));
        }
    });
    return out.take();
}

} // namespace signalbox
