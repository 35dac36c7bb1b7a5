// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/shortcut_book.h"

#include "ui/preferences/preferences.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/theme.h"

#include <QtGui/QAction>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

const QString noKeys = u"none"_s;

QString settingOf(const QString &id)
{
    return u"shortcuts/"_s + id;
}

// Without the mark of the mnemonic; "&&" is one "&".
QString plainText(QString text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == u'&')
            text.remove(i, 1);
    }
    return text;
}

} // namespace

ShortcutBook::ShortcutBook(QObject *parent) : QAbstractTableModel(parent) {}

void ShortcutBook::add(const QString &id, QAction *action, const QString &place)
{
    if (rowOf(id) >= 0)
        return;
    beginInsertRows({}, int(m_entries.size()), int(m_entries.size()));
    m_entries.push_back({id, action, place, action->shortcut()});
    endInsertRows();
    const int row = int(m_entries.size()) - 1;
    const QString kept = Preferences().value(settingOf(id)).toString();
    if (kept.isEmpty())
        return;
    const QKeySequence keys =
        kept == noKeys ? QKeySequence() : QKeySequence::fromString(kept, QKeySequence::PortableText);
    if (kept == noKeys || (!keys.isEmpty() && conflict(row, keys).isEmpty()))
        action->setShortcut(keys);
}

QString ShortcutBook::conflict(int row, const QKeySequence &keys) const
{
    if (keys.isEmpty())
        return {};
    const Entry &mine = m_entries[size_t(row)];
    for (const Entry &other : m_entries) {
        if (&other == &mine || !other.action || other.action->shortcut().isEmpty())
            continue;
        const bool meet = other.place.isEmpty() || mine.place.isEmpty() || other.place == mine.place;
        if (meet && (other.action->shortcut().matches(keys) != QKeySequence::NoMatch ||
                     keys.matches(other.action->shortcut()) != QKeySequence::NoMatch))
            return other.place.isEmpty()
                       ? tr("%1 is “%2” already")
                             .arg(keys.toString(QKeySequence::NativeText), plainText(other.action->text()))
                       : tr("%1 is “%2” on the page %3 already")
                             .arg(keys.toString(QKeySequence::NativeText), plainText(other.action->text()),
                                  other.place);
    }
    return {};
}

QString ShortcutBook::setKeys(int row, const QKeySequence &keys)
{
    const Entry &entry = m_entries[size_t(row)];
    if (const QString taken = conflict(row, keys); !taken.isEmpty())
        return taken;
    put(entry, keys);
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
    return {};
}

void ShortcutBook::put(const Entry &entry, const QKeySequence &keys)
{
    if (entry.action)
        entry.action->setShortcut(keys);
    if (keys == entry.usual)
        Preferences().remove(settingOf(entry.id));
    else
        Preferences().setValue(settingOf(entry.id),
                               keys.isEmpty() ? noKeys : keys.toString(QKeySequence::PortableText));
}

QKeySequence ShortcutBook::keys(int row) const
{
    const QPointer<QAction> &action = m_entries[size_t(row)].action;
    return action ? action->shortcut() : QKeySequence();
}

QKeySequence ShortcutBook::usual(int row) const
{
    return m_entries[size_t(row)].usual;
}

int ShortcutBook::changedCount() const
{
    int count = 0;
    for (int row = 0; row < rowCount(); ++row)
        count += isChanged(row);
    return count;
}

void ShortcutBook::resetAll()
{
    for (const Entry &entry : m_entries)
        put(entry, entry.usual);
    if (!m_entries.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

int ShortcutBook::rowOf(const QString &id) const
{
    const auto found =
        std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry &entry) { return entry.id == id; });
    return found == m_entries.end() ? -1 : int(found - m_entries.begin());
}

QString ShortcutBook::name(int row) const
{
    const QPointer<QAction> &action = m_entries[size_t(row)].action;
    return action ? plainText(action->text()) : QString();
}

int ShortcutBook::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int ShortcutBook::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ShortcutBook::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const Entry &entry = m_entries[size_t(index.row())];
    const bool changed = isChanged(index.row());
    if (role == InkRole)
        return int(changed ? Token::AccentText : index.column() == Action ? Token::Text : Token::Text2);
    if (role == Qt::ToolTipRole && changed)
        return tr("The program's own: %1").arg(entry.usual.toString(QKeySequence::NativeText));
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Action:
        return name(index.row());
    case Where:
        return entry.place.isEmpty() ? tr("Everywhere") : entry.place;
    default: {
        const QString text = keys(index.row()).toString(QKeySequence::NativeText);
        return text.isEmpty() ? u"—"_s : changed ? QString(text + u" •"_s) : text;
    }
    }
}

QVariant ShortcutBook::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    const QStringList names{tr("Action"), tr("Where"), tr("Keys")};
    return names[section];
}

} // namespace signalbox
