// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QAnyStringView>
#include <QtCore/QString>
#include <QtCore/QVariant>

namespace signalbox {

// What the window remembers (sizes, views, themes): the same for every object of this class, used as QSettings is and
// kept in its file under the application's name. Reading and setting are in memory; the file is written by a thread of
// the pool, because QSettings waits for the disk whenever something was set. What was set is on the disk soon, and at
// the latest when QCoreApplication has ended. GUI thread.
class Preferences final
{
public:
    QVariant value(QAnyStringView key, const QVariant &otherwise = {}) const;
    bool contains(QAnyStringView key) const;
    void setValue(QAnyStringView key, const QVariant &value);
    void remove(QAnyStringView key); // and everything in the group of this name
    void clear();
    static void reload(); // the application has another name now, and so another file

    void beginGroup(QAnyStringView group); // one at a time, until the end of this object

private:
    QString pathOf(QAnyStringView key) const;

    QString m_group;
};

} // namespace signalbox
