// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QAbstractTableModel>
#include <QtCore/QPointer>
#include <QtGui/QKeySequence>

#include <vector>

class QAction;

namespace signalbox {

// Every action of the window with its keys; other keys are kept in Preferences and laid over the program's own at
// start. Two actions that can be in reach at the same time never have the same keys. GUI thread.
class ShortcutBook final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ShortcutBook)

public:
    enum Column { Action, Where, Keys, ColumnCount };

    explicit ShortcutBook(QObject *parent = nullptr);

    // `place`: in words, where it is in reach; empty: everywhere. Takes the kept keys at once. Once per action.
    void add(const QString &id, QAction *action, const QString &place);
    // What has the keys already, in words; empty: nobody that matters.
    QString conflict(int row, const QKeySequence &keys) const;
    // Refused (what conflict() says) or taken; without keys the action has none.
    QString setKeys(int row, const QKeySequence &keys);
    QKeySequence keys(int row) const;
    QKeySequence usual(int row) const;
    bool isChanged(int row) const { return keys(row) != usual(row); }
    int changedCount() const;
    void resetAll();
    int rowOf(const QString &id) const;
    QString name(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Entry {
        QString id;
        QPointer<QAction> action;
        QString place;
        QKeySequence usual;
    };

    void put(const Entry &entry, const QKeySequence &keys);

    std::vector<Entry> m_entries;
};

} // namespace signalbox
