// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QHash>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <string_view>

namespace signalbox {

// Who gets which series colour: FNV-1a 64 of the id, modulo 8; taken → the next free slot, in the order asked. An id
// keeps its slot once it has one, so that removing a provider recolours nobody. GUI thread.
class SeriesColors
{
public:
    static constexpr int slots = 8;
    static constexpr int other = -1;

    static int preferredSlot(std::string_view id);

    void assign(const QStringList &idsInConfigOrder);
    int slot(const QString &id) const; // `other` for one that has none
    void clear() { m_slots.clear(); }

    QStringList toList() const; // "id=slot", for the UI state
    void fromList(const QStringList &list);

private:
    QHash<QString, int> m_slots;
};

// Slots of providers, shared by all pages and kept in Preferences.
SeriesColors &providerColors();
void assignProviderColors(const QStringList &idsInConfigOrder); // and keep them

} // namespace signalbox
