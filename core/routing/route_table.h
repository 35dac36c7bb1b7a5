// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/model_book.h"
#include "core/config/config.h"

#include <memory>
#include <string>
#include <vector>

namespace signalbox {

// A config's routes, made ready for planning once: nodes numbered, targets resolved, facts at hand. Immutable, shared;
// a plan keeps the one it was made with.
class RouteTable
{
public:
    struct Needs { // what facts some route asks for; the rest need not be gathered
        bool contents = false;
        bool tokens = false;
        bool conversation = false;
        bool header = false;
    };

    RouteTable(ConfigPtr config, std::shared_ptr<const ModelBook> models);
    ~RouteTable();

    const Config &config() const;
    const ModelBook &models() const;
    Needs needs() const;

    std::string pointer(uint32_t node) const;      // JSON pointer into the config: /routes/0/to/weighted/1/to
    std::string targetName(uint32_t target) const; // provider/model; model `*`: as asked

    struct Private;
    const Private &d() const { return *m_d; } // for the planner and its nodes

private:
    std::unique_ptr<Private> m_d;
};
using RouteTablePtr = std::shared_ptr<const RouteTable>;

} // namespace signalbox
