// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/route_table.h"

namespace signalbox {

struct RouteTable::Private {
    ConfigPtr config;
    std::shared_ptr<const ModelBook> models;
};

RouteTable::RouteTable(ConfigPtr config, std::shared_ptr<const ModelBook> models)
    : m_d(std::make_unique<Private>(Private{std::move(config), std::move(models)}))
{
}

RouteTable::~RouteTable() = default;

const Config &RouteTable::config() const
{
    return *m_d->config;
}

const ModelBook &RouteTable::models() const
{
    return *m_d->models;
}

RouteTable::Needs RouteTable::needs() const
{
    return {};
}

} // namespace signalbox
