// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/palette/fuzzy_match.h"

#include <QtCore/QAbstractListModel>
#include <QtCore/QStringList>

#include <functional>

namespace signalbox {

struct Command {
    QString text;  // without mnemonics
    QString group; // where it belongs: a page or a menu
    QString shortcut;
    std::function<void()> run;
    QString icon{}; // of resources/icons

    QString id() const { return group + u'/' + text; } // to be remembered by
};

// The commands that fit what is typed, best first; without a query those used last, then all in their order. GUI
// thread.
class CommandModel final : public QAbstractListModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CommandModel)

public:
    // MatchRole: a QVariantList of positions
    enum Role { GroupRole = Qt::UserRole + 1, ShortcutRole, MatchRole, IconRole };

    explicit CommandModel(QObject *parent = nullptr);

    void setCommands(std::vector<Command> commands);
    void setQuery(const QString &query);
    void setRecent(const QStringList &ids); // the latest first
    const Command *command(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    struct Shown {
        size_t command;
        FuzzyHit hit;
    };

    void arrange();

    std::vector<Command> m_commands;
    std::vector<Shown> m_shown;
    QStringList m_recent;
    QString m_query;
};

} // namespace signalbox
