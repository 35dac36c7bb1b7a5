// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/metrics_text.h"

#include <cstdio>

namespace signalbox {

std::string metricsLabel(const std::string &text)
{
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"')
            out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

std::string metricsNumber(double value)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.9g", value);
    return text;
}

void appendMetricsHead(std::string &out, const char *name, const char *type, const char *help)
{
    out.append("# HELP ")
        .append(name)
        .append(" ")
        .append(help)
        .append("\n# TYPE ")
        .append(name)
        .append(" ")
        .append(type)
        .append("\n");
}

} // namespace signalbox
