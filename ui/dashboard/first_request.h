// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtCore/QString>

namespace signalbox {

// A curl command that the configured routes can answer. Pure. `gatewayUrl` may be empty: then the configured address.
QString firstRequestCommand(const Config &config, const QString &gatewayUrl);

} // namespace signalbox
