// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <vector>

namespace signalbox {

// Two texts line by line, side by side. Pure; any thread.
struct DiffRow {
    enum class Kind { Same, Removed, Added, Changed }; // Changed: a removed line and an added one beside each other
    Kind kind = Kind::Same;
    QString left;
    QString right;
    int leftLine = 0; // from 1; 0: none on this side
    int rightLine = 0;

    bool operator==(const DiffRow &) const = default;
};

// The shortest way from one to the other as long as they differ in few thousand lines; beyond, the whole middle counts
// as changed rather than that somebody waits for it.
std::vector<DiffRow> diffLines(const QString &left, const QString &right);
bool sameThroughout(const std::vector<DiffRow> &rows);

} // namespace signalbox
