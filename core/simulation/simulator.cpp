// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/simulator.h"

#include "core/simulation/sim_run.h"

namespace signalbox {

Simulator::Simulator(ConfigPtr config, std::shared_ptr<const ModelBook> models, std::vector<SimUpstreamModel> upstreams,
                     SimOptions options)
    : m_config(std::move(config)),
      m_models(std::move(models)),
      m_upstreams(std::move(upstreams)),
      m_options(std::move(options))
{
}

SimReport Simulator::run(Trace &trace) const
{
    SimRun run(std::make_shared<RouteTable>(m_config, m_models), m_upstreams, m_options);
    return run.all(trace);
}

} // namespace signalbox
