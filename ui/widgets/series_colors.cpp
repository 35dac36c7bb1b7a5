// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/series_colors.h"

#include "ui/preferences/preferences.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

int SeriesColors::preferredSlot(std::string_view id)
{
    uint64_t hash = 14695981039346656037ULL;
    for (const char c : id) {
        hash ^= uint8_t(c);
        hash *= 1099511628211ULL;
    }
    return int(hash % slots);
}

void SeriesColors::assign(const QStringList &idsInConfigOrder)
{
    for (const QString &id : idsInConfigOrder) {
        if (m_slots.contains(id))
            continue;
        std::array<QString, slots> owner;
        for (auto it = m_slots.cbegin(); it != m_slots.cend(); ++it)
            owner[size_t(it.value())] = it.key();
        const int preferred = preferredSlot(id.toStdString());
        const auto take = [&](auto isFree) {
            for (int i = 0; i < slots; ++i) {
                const int slot = (preferred + i) % slots;
                if (!isFree(owner[size_t(slot)]))
                    continue;
                m_slots.remove(owner[size_t(slot)]);
                m_slots.insert(id, slot);
                return true;
            }
            return false;
        };
        // A slot of an id that is gone is only given away when no other is left.
        if (!take([](const QString &by) { return by.isEmpty(); }))
            take([&](const QString &by) { return !idsInConfigOrder.contains(by); });
    }
}

int SeriesColors::slot(const QString &id) const
{
    return m_slots.value(id, other);
}

QStringList SeriesColors::toList() const
{
    QStringList list;
    for (auto it = m_slots.cbegin(); it != m_slots.cend(); ++it)
        list += it.key() + u'=' + QString::number(it.value());
    list.sort();
    return list;
}

void SeriesColors::fromList(const QStringList &list)
{
    m_slots.clear();
    std::array<bool, slots> used{};
    for (const QString &entry : list) {
        const qsizetype equals = entry.lastIndexOf(u'=');
        bool ok = false;
        const int slot = QStringView(entry).sliced(equals + 1).toInt(&ok);
        if (equals <= 0 || !ok || slot < 0 || slot >= slots || std::exchange(used[size_t(slot)], true))
            continue;
        m_slots.insert(entry.first(equals), slot);
    }
}

SeriesColors &providerColors()
{
    static SeriesColors colors = [] {
        SeriesColors kept;
        kept.fromList(Preferences().value(u"ui/seriesSlots"_s).toStringList());
        return kept;
    }();
    return colors;
}

void assignProviderColors(const QStringList &idsInConfigOrder)
{
    SeriesColors &colors = providerColors();
    const QStringList before = colors.toList();
    colors.assign(idsInConfigOrder);
    if (colors.toList() != before)
        Preferences().setValue(u"ui/seriesSlots"_s, colors.toList());
}

} // namespace signalbox
