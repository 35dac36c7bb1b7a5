// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert.h"
#include "core/config/config.h"

#include <QtCore/QAbstractTableModel>

#include <optional>
#include <string>
#include <vector>

namespace signalbox {

struct AlertFilter {
    bool unreadOnly = false;
    std::optional<AlertKind> kind;

    bool operator==(const AlertFilter &) const = default;
};

// Alerts, the newest first. GUI thread.
class AlertTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AlertTableModel)

public:
    enum Column { Level, Text, Kind, Count, Last, State, ColumnCount };

    explicit AlertTableModel(QObject *parent = nullptr);

    void setAlerts(std::vector<Alert> alerts); // the newest last, as the gateway tells them
    void setFilter(const AlertFilter &filter);
    const Alert *alert(int row) const; // nullptr: none
    int rowOf(const std::string &id) const;
    std::vector<std::string> unread() const; // ids, of all kinds

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void arrange();

    std::vector<Alert> m_all;
    std::vector<Alert> m_shown;
    AlertFilter m_filter;
};

QString alertKindWord(AlertKind kind);

// What the request list is asked for when somebody wants to see the requests of an alert; empty: there are none.
QString requestsOfAlert(const Alert &alert);

// The rules that alerts come from, in words, as the config has them.
struct AlertRuleLine {
    QString name;
    QString words;

    bool operator==(const AlertRuleLine &) const = default;
};
std::vector<AlertRuleLine> alertRules(const Config &config);

} // namespace signalbox
