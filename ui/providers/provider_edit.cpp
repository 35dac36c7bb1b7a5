// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/provider_edit.h"

#include <QtCore/QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

PolicyNode targetNode(const std::string &provider)
{
    PolicyNode node;
    node.provider = provider;
    node.model = "*";
    return node;
}

bool isCatchAll(const RouteConfig &route)
{
    return route.match == Condition{};
}

bool prune(PolicyNode &node, const std::string &provider);

bool pruneWhen(PolicyNode &node, const std::string &provider)
{
    const bool then = prune(node.children.front(), provider);
    const bool otherwise = node.children.size() > 1 && prune(node.children[1], provider);
    if (!otherwise)
        node.children.resize(1);
    if (then)
        return true;
    if (!otherwise)
        return false;
    // What went to `then` is refused in words rather than sent to `else`, where it was not meant to go.
    node.children.front() = PolicyNode();
    node.children.front().kind = PolicyNode::Kind::Reject;
    node.children.front().rejectMessage = "The provider for these requests was removed.";
    return true;
}

// False: nothing of the node is left.
bool prune(PolicyNode &node, const std::string &provider)
{
    if (node.kind == PolicyNode::Kind::Target)
        return node.provider != provider;
    if (node.kind == PolicyNode::Kind::Reject)
        return true;
    if (node.kind == PolicyNode::Kind::When) // its children have their places: `then` and `else`
        return pruneWhen(node, provider);
    size_t kept = 0;
    for (size_t i = 0; i < node.children.size(); ++i) {
        if (!prune(node.children[i], provider))
            continue;
        if (i < node.weights.size())
            node.weights[kept] = node.weights[i];
        if (kept != i)
            node.children[kept] = std::move(node.children[i]);
        ++kept;
    }
    node.children.resize(kept);
    node.weights.resize(std::min(node.weights.size(), kept));
    if (kept > 1 && !node.weights.empty() &&
        std::all_of(node.weights.begin(), node.weights.end(), [](double w) { return w <= 0; }))
        std::fill(node.weights.begin(), node.weights.end(), 1.0); // only stand-ins are left; somebody has to begin
    // One that chooses has nothing to choose any more; one that demands something still does.
    const bool demands = node.kind == PolicyNode::Kind::Fit || node.kind == PolicyNode::Kind::Cheapest;
    if (kept == 1 && !demands) {
        PolicyNode only = std::move(node.children.front());
        node = std::move(only);
        return true;
    }
    return !node.children.empty();
}

void appendFallback(PolicyNode &node, const std::string &provider)
{
    if (node.kind != PolicyNode::Kind::Fallback) {
        PolicyNode fallback;
        fallback.kind = PolicyNode::Kind::Fallback;
        fallback.children.push_back(std::move(node));
        node = std::move(fallback);
    }
    node.children.push_back(targetNode(provider));
}

RouteConfig defaultRoute(const Config &config, const std::string &provider)
{
    RouteConfig route;
    route.id = "default";
    const auto taken = [&] {
        return std::any_of(config.routes.begin(), config.routes.end(),
                           [&](const RouteConfig &other) { return other.id == route.id; });
    };
    for (int n = 2; taken(); ++n)
        route.id = "default-" + std::to_string(n);
    route.to = targetNode(provider);
    return route;
}

} // namespace

QString cleanPastedKey(QString text)
{
    static const QRegularExpression name(u"^(?:export\\s+|set\\s+)?[A-Za-z_][A-Za-z0-9_]*\\s*=\\s*"_s);
    static const QRegularExpression header(u"^(?:authorization|x-api-key|api-key)\\s*:\\s*"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression bearer(u"^bearer\\s+"_s, QRegularExpression::CaseInsensitiveOption);
    for (QString before; before != text;) {
        before = text;
        text = text.trimmed();
        for (const QChar quote : {u'"', u'\'', u'`'}) {
            if (text.size() >= 2 && text.startsWith(quote) && text.endsWith(quote))
                text = text.sliced(1, text.size() - 2);
        }
        text.remove(header);
        text.remove(bearer);
        // A key may end in "=" itself (base64); only NAME=something is a setting.
        if (const auto match = name.match(text);
            match.hasMatch() && text.size() > match.capturedLength() && text.at(match.capturedLength()) != u'=')
            text.remove(0, match.capturedLength());
        while (text.endsWith(u';') || text.endsWith(u','))
            text.chop(1);
    }
    return text;
}

QString suggestProviderId(const QString &name, const Config &config)
{
    static const QRegularExpression other(u"[^a-z0-9]+"_s);
    static const QRegularExpression ends(u"^-+|-+$"_s);
    QString id = name.toLower().replace(other, u"-"_s).remove(ends);
    if (id.isEmpty())
        id = u"provider"_s;
    QString free = id;
    for (int n = 2; config.provider(free.toStdString()); ++n)
        free = id + u'-' + QString::number(n);
    return free;
}

std::string keychainReference(const std::string &provider, const std::string &credential)
{
    return "keychain:" + provider + '/' + credential;
}

std::string proxyPasswordReference(const std::string &provider)
{
    return "keychain:proxy/" + provider;
}

bool hasCatchAllRoute(const Config &config)
{
    return std::any_of(config.routes.begin(), config.routes.end(), isCatchAll);
}

Config withProvider(Config config, const ProviderConfig &provider, bool asFallback)
{
    const auto same = std::find_if(config.providers.begin(), config.providers.end(),
                                   [&](const ProviderConfig &other) { return other.id == provider.id; });
    const bool first = config.providers.empty();
    if (same != config.providers.end()) {
        *same = provider;
        return config;
    }
    config.providers.push_back(provider);
    const auto route = std::find_if(config.routes.begin(), config.routes.end(), isCatchAll);
    if (route == config.routes.end()) {
        if (first || config.routes.empty() || asFallback)
            config.routes.push_back(defaultRoute(config, provider.id));
    } else if (asFallback) {
        appendFallback(route->to, provider.id);
    }
    return config;
}

Config withoutProvider(Config config, const std::string &id)
{
    std::erase_if(config.providers, [&](const ProviderConfig &provider) { return provider.id == id; });
    std::erase_if(config.routes, [&](RouteConfig &route) { return !prune(route.to, id); });
    return config;
}

} // namespace signalbox
