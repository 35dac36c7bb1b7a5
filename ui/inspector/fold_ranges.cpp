// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/fold_ranges.h"

#include <QtCore/QStringView>

#include <utility>

namespace signalbox {

namespace {

qsizetype indentOf(QStringView line)
{
    qsizetype at = 0;
    while (at < line.size() && line[at] == u' ')
        ++at;
    return at;
}

bool closes(QStringView line, qsizetype indent)
{
    return indent < line.size() && (line[indent] == u'}' || line[indent] == u']');
}

} // namespace

std::vector<int> foldEnds(const QString &text)
{
    const QList<QStringView> lines = QStringView(text).split(u'\n');
    std::vector<int> ends;
    std::vector<std::pair<int, qsizetype>> open; // line, indent
    for (int at = 0; at < int(lines.size()); ++at) {
        ends.push_back(at);
        const QStringView line = lines[at];
        const qsizetype indent = indentOf(line);
        if (closes(line, indent) && !open.empty() && open.back().second == indent) {
            ends[size_t(open.back().first)] = at;
            open.pop_back();
        }
        if (line.endsWith(u'{') || line.endsWith(u'['))
            open.emplace_back(at, indent);
    }
    return ends;
}

} // namespace signalbox
