// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/preferences/preferences.h"

#include "ui/preferences/preference_writer.h"

#include <QtCore/QHash>
#include <QtCore/QSettings>

namespace signalbox {

namespace {

// All that the file holds; read once, when somebody first asks.
class Store
{
public:
    static Store &instance()
    {
        static Store store;
        return store;
    }

    void load()
    {
        values.clear();
        const QSettings file;
        const QStringList keys = file.allKeys();
        for (const QString &key : keys)
            values.insert(key, file.value(key));
    }

    QHash<QString, QVariant> values;
    PreferenceWriter writer;

private:
    Store() { load(); }
};

} // namespace

QString Preferences::pathOf(QAnyStringView key) const
{
    return m_group.isEmpty() ? key.toString() : m_group + u'/' + key.toString();
}

QVariant Preferences::value(QAnyStringView key, const QVariant &otherwise) const
{
    return Store::instance().values.value(pathOf(key), otherwise);
}

bool Preferences::contains(QAnyStringView key) const
{
    return Store::instance().values.contains(pathOf(key));
}

void Preferences::setValue(QAnyStringView key, const QVariant &value)
{
    Store &store = Store::instance();
    const QString path = pathOf(key);
    const auto known = store.values.constFind(path);
    if (known != store.values.constEnd() && *known == value)
        return;
    store.values.insert(path, value);
    store.writer.set(path, value);
}

void Preferences::remove(QAnyStringView key)
{
    Store &store = Store::instance();
    const QString path = pathOf(key);
    const QString group = path + u'/';
    const auto gone =
        store.values.removeIf([&](const auto &entry) { return entry.key() == path || entry.key().startsWith(group); });
    if (gone > 0)
        store.writer.remove(path);
}

void Preferences::clear()
{
    Store &store = Store::instance();
    store.values.clear();
    store.writer.clear();
}

void Preferences::reload()
{
    Store::instance().load();
}

void Preferences::beginGroup(QAnyStringView group)
{
    m_group = group.toString();
}

} // namespace signalbox
