// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_views.h"

#include "ui/preferences/preferences.h"

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
const QString viewsKey = u"requests/views"_s;
} // namespace

RequestViews::RequestViews(QObject *parent) : QAbstractListModel(parent)
{
    const Preferences settings;
    if (!settings.contains(viewsKey)) {
        m_views = {{tr("Errors today"), u"is:error since:today"_s, 0, {}},
                   {tr("Expensive"), u"cost:>0.10"_s, 2, {}},
                   {tr("Slow"), u"duration:>30s"_s, 2, {}},
                   {tr("Fallbacks"), u"is:fallback"_s, 2, {}},
                   {tr("Unpriced"), u"is:unpriced"_s, 0, {}}};
        return;
    }
    const QVariantList kept = settings.value(viewsKey).toList();
    for (const QVariant &one : kept) {
        const QVariantMap view = one.toMap();
        m_views.push_back({view.value(u"name"_s).toString(), view.value(u"filter"_s).toString(),
                           view.value(u"range"_s).toInt(), view.value(u"columns"_s).toMap()});
    }
}

void RequestViews::keep()
{
    QVariantList kept;
    for (const RequestView &view : m_views)
        kept += QVariantMap{
            {u"name"_s, view.name}, {u"filter"_s, view.filter}, {u"range"_s, view.range}, {u"columns"_s, view.columns}};
    Preferences().setValue(viewsKey, kept);
    Q_EMIT viewsChanged();
}

int RequestViews::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_views.size());
}

Qt::ItemFlags RequestViews::flags(const QModelIndex &index) const
{
    return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable | Qt::ItemNeverHasChildren
                           : Qt::NoItemFlags;
}

QVariant RequestViews::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const RequestView &view = m_views[size_t(index.row())];
    if (role == Qt::DisplayRole || role == Qt::EditRole)
        return view.name;
    if (role == Qt::ToolTipRole)
        return view.filter;
    return {};
}

bool RequestViews::setData(const QModelIndex &index, const QVariant &value, int role)
{
    const QString name = value.toString().trimmed();
    if (role != Qt::EditRole || !index.isValid() || name.isEmpty())
        return false;
    const int same = rowOf(name);
    if (same >= 0 && same != index.row())
        return false;
    m_views[size_t(index.row())].name = name;
    Q_EMIT dataChanged(index, index);
    keep();
    return true;
}

int RequestViews::rowOf(const QString &name) const
{
    for (size_t row = 0; row < m_views.size(); ++row) {
        if (m_views[row].name.compare(name, Qt::CaseInsensitive) == 0)
            return int(row);
    }
    return -1;
}

int RequestViews::save(RequestView view)
{
    const int same = rowOf(view.name);
    if (same < 0) {
        insert(int(m_views.size()), view);
        return int(m_views.size()) - 1;
    }
    m_views[size_t(same)] = std::move(view);
    Q_EMIT dataChanged(index(same), index(same));
    keep();
    return same;
}

RequestView RequestViews::remove(int row)
{
    beginRemoveRows({}, row, row);
    RequestView view = std::move(m_views[size_t(row)]);
    m_views.erase(m_views.begin() + row);
    endRemoveRows();
    keep();
    return view;
}

void RequestViews::insert(int row, const RequestView &view)
{
    row = qBound(0, row, int(m_views.size()));
    beginInsertRows({}, row, row);
    m_views.insert(m_views.begin() + row, view);
    endInsertRows();
    keep();
}

} // namespace signalbox
