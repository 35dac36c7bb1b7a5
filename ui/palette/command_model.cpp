// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/palette/command_model.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int recentBonus = 6;
} // namespace

CommandModel::CommandModel(QObject *parent) : QAbstractListModel(parent) {}

void CommandModel::setCommands(std::vector<Command> commands)
{
    beginResetModel();
    m_commands = std::move(commands);
    arrange();
    endResetModel();
}

void CommandModel::setQuery(const QString &query)
{
    beginResetModel();
    m_query = query.trimmed();
    arrange();
    endResetModel();
}

void CommandModel::setRecent(const QStringList &ids)
{
    beginResetModel();
    m_recent = ids;
    arrange();
    endResetModel();
}

void CommandModel::arrange()
{
    m_shown.clear();
    for (size_t i = 0; i < m_commands.size(); ++i) {
        const Command &command = m_commands[i];
        auto hit = fuzzyMatch(m_query, command.text);
        if (!hit) {
            // "models compare" finds it by its group; only letters of the text itself are shown as found.
            const auto whole = fuzzyMatch(m_query, QString(command.group + u' ' + command.text));
            if (!whole)
                continue;
            hit = FuzzyHit{whole->score / 2, {}};
        }
        if (!m_query.isEmpty() && m_recent.contains(command.id()))
            hit->score += recentBonus;
        m_shown.push_back({i, std::move(*hit)});
    }
    const auto age = [this](const Shown &one) {
        const qsizetype at = m_recent.indexOf(m_commands[one.command].id());
        return at < 0 ? m_recent.size() : at;
    };
    if (m_query.isEmpty())
        std::stable_sort(m_shown.begin(), m_shown.end(),
                         [&](const Shown &a, const Shown &b) { return age(a) < age(b); });
    else
        std::stable_sort(m_shown.begin(), m_shown.end(),
                         [](const Shown &a, const Shown &b) { return b.hit.score < a.hit.score; });
}

const Command *CommandModel::command(int row) const
{
    return row >= 0 && row < int(m_shown.size()) ? &m_commands[m_shown[size_t(row)].command] : nullptr;
}

int CommandModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_shown.size());
}

QVariant CommandModel::data(const QModelIndex &index, int role) const
{
    const Command *one = index.isValid() ? command(index.row()) : nullptr;
    if (!one)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return one->text;
    case Qt::AccessibleTextRole: {
        QStringList parts{one->text, one->group, one->shortcut};
        parts.removeAll(QString());
        return parts.join(u", "_s);
    }
    case GroupRole:
        return one->group;
    case ShortcutRole:
        return one->shortcut;
    case IconRole:
        return one->icon;
    case MatchRole: {
        QVariantList at;
        for (const qsizetype position : m_shown[size_t(index.row())].hit.at)
            at += position;
        return at;
    }
    default:
        return {};
    }
}

} // namespace signalbox
