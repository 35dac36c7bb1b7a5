// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/key_limits.h"

#include "core/base/glob.h"

#include <algorithm>

namespace signalbox {

namespace {

bool anyMatches(const std::vector<std::string> &patterns, std::string_view text)
{
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string &pattern) { return globMatch(pattern, text); });
}

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

} // namespace

std::shared_ptr<const KeyLimits> KeyLimits::of(const ClientConfig &client)
{
    if (client.routes.empty() && client.models.empty() && client.dialects.empty() && client.regions.empty())
        return nullptr;
    return std::shared_ptr<const KeyLimits>(new KeyLimits(client));
}

bool KeyLimits::holds(Dialect dialect) const
{
    return m_client.dialects.empty() || std::find(m_client.dialects.begin(), m_client.dialects.end(),
                                                  dialectName(dialect)) != m_client.dialects.end();
}

Result<void> KeyLimits::dialect(Dialect dialect) const
{
    if (holds(dialect))
        return {};
    return Error{"dialect_not_allowed",
                 "The key of client '" + m_client.id + "' may not use the dialect '" +
                     std::string(dialectName(dialect)) + "'; its `dialects` allow " + joined(m_client.dialects) + ".",
                 403};
}

Result<void> KeyLimits::modelList(Dialect dialect) const
{
    const bool openAi = dialect == Dialect::OpenAiChat || dialect == Dialect::OpenAiResponses;
    if (openAi && (holds(Dialect::OpenAiChat) || holds(Dialect::OpenAiResponses)))
        return {};
    return this->dialect(dialect);
}

Result<void> KeyLimits::model(std::string_view asked) const
{
    if (m_client.models.empty() || anyMatches(m_client.models, asked))
        return {};
    return Error{"model_not_found",
                 "The key of client '" + m_client.id + "' may not use the model '" + std::string(asked) +
                     "'; its `models` allow " + joined(m_client.models) + ".",
                 404};
}

Result<void> KeyLimits::route(std::string_view id) const
{
    if (m_client.routes.empty() || anyMatches(m_client.routes, id))
        return {};
    return Error{"route_not_allowed",
                 "The key of client '" + m_client.id + "' may not use the route '" + std::string(id) +
                     "', which this request takes; its `routes` allow " + joined(m_client.routes) + ".",
                 403};
}

} // namespace signalbox
