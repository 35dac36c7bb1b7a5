// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/client_config.h"
#include "core/dialect/dialect.h"

#include <memory>
#include <string>
#include <string_view>

namespace signalbox {

// What a client's key may use beyond being let in. Made once per config and shared by the requests of that client; a
// key without limits has none, and its requests pay nothing. Immutable, any thread. Regions are constraints of the
// route table, since they concern targets.
class KeyLimits
{
public:
    static std::shared_ptr<const KeyLimits> of(const ClientConfig &client); // null: anything

    // Errors: dialect_not_allowed, route_not_allowed (403), model_not_found (404). They name the field.
    Result<void> dialect(Dialect dialect) const;
    Result<void> modelList(Dialect dialect) const; // OpenAI's two dialects share theirs
    Result<void> model(std::string_view asked) const;
    Result<void> route(std::string_view id) const;

    bool limitsTargets() const { return !m_client.routes.empty() || !m_client.regions.empty(); }

private:
    explicit KeyLimits(ClientConfig client) : m_client(std::move(client)) {}
    bool holds(Dialect dialect) const;

    ClientConfig m_client;
};

} // namespace signalbox
