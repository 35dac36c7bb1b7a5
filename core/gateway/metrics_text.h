// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace signalbox {

// Pieces of Prometheus' text format 0.0.4.
std::string metricsLabel(const std::string &text); // escaped, without its quotes
std::string metricsNumber(double value);
void appendMetricsHead(std::string &out, const char *name, const char *type, const char *help);

} // namespace signalbox
