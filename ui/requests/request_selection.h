// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QStringList>

class QTableView;

namespace signalbox {

class RequestTableModel;

// Which requests are chosen in the table, by their ids: rows come, go and change places under it, and what was chosen
// stays so, also while its page is not in memory. Child of the table; GUI thread.
class RequestSelection final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestSelection)

public:
    static constexpr int most = 10'000;

    RequestSelection(QTableView *table, RequestTableModel *model);

    const QString &currentId() const { return m_current; }
    void setCurrentId(const QString &id); // its row need not be there
    // Of rows that were loaded when they were chosen, as they stand from the top.
    const QStringList &ids() const { return m_ids; }
    int rows() const;    // also those that were never loaded
    void chooseLoaded(); // all rows that are in memory

Q_SIGNALS:
    void currentChanged();
    void changed(const QStringList &ids);

private:
    void noteCurrent();
    void noteChosen();
    void restore();
    void chooseAgain();

    QTableView *m_table;
    RequestTableModel *m_model;
    QString m_current;
    QStringList m_ids;
    bool m_restoring = false;
};

} // namespace signalbox
