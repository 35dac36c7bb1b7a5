// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QAbstractListModel>
#include <QtCore/QVariantMap>

#include <vector>

namespace signalbox {

struct RequestView {
    QString name;
    QString filter;
    int range = 0;       // RequestFilterBar::Range
    QVariantMap columns; // RequestColumns::state(); empty: as they are
    bool operator==(const RequestView &) const = default;
};

// Saved views of the request log, in the person's order; kept in the settings. The first time there are a few to begin
// with. Names can be edited in place. GUI thread.
class RequestViews final : public QAbstractListModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestViews)

public:
    static constexpr int shortcuts = 9; // Alt+1 to Alt+9

    explicit RequestViews(QObject *parent = nullptr);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

    const RequestView &at(int row) const { return m_views[size_t(row)]; }
    int rowOf(const QString &name) const; // -1: none
    int save(RequestView view);           // one of this name is replaced; its row
    RequestView remove(int row);
    void insert(int row, const RequestView &view); // as undo

Q_SIGNALS:
    void viewsChanged();

private:
    void keep();

    std::vector<RequestView> m_views;
};

} // namespace signalbox
