// SPDX-License-Identifier: GPL-3.0-or-later
// What the page is filled from: conversations of other pages, saved cases, its own settings.
#include "ui/data/gateway_control.h"
#include "ui/playground/case_panel.h"
#include "ui/playground/chat_column.h"
#include "ui/playground/chat_session.h"
#include "ui/playground/composer.h"
#include "ui/playground/parameters_panel.h"
#include "ui/playground/playground_page.h"
#include "ui/preferences/preferences.h"

#include <QtWidgets/QPlainTextEdit>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
const auto targetsKey = u"playground/targets"_s;
const auto sideKey = u"playground/side"_s;
} // namespace

void PlaygroundPage::open(const ChatDraft &draft, const std::vector<ChatTarget> &wanted)
{
    m_parameters->setSettings(draft.settings);
    if (!wanted.empty())
        setTargets(wanted);
    std::vector<SessionEntry> entries;
    for (const ChatTurn &turn : draft.turns)
        entries.push_back({turn});
    ChatTurn last;
    // A turn with results of tools belongs to the calls before it and is sent again as it is.
    if (!entries.empty() && !entries.back().turn.assistant && entries.back().turn.results.empty()) {
        last = entries.back().turn;
        entries.pop_back();
    }
    m_composer->setTurn(last);
    passSettings();
    for (ChatColumn *column : m_columns)
        column->session()->restore(entries);
    m_composer->editor()->setFocus();
}

Result<void> PlaygroundPage::open(const std::string &body, Dialect dialect, const std::optional<ChatTarget> &target,
                                  const std::string &path)
{
    const auto draft = readChat(body, dialect, path);
    if (!draft)
        return draft.error();
    open(*draft, target ? std::vector<ChatTarget>{*target} : std::vector<ChatTarget>());
    return {};
}

// The first column's conversation up to its last message, or the message that waits in the field.
void PlaygroundPage::saveCase()
{
    if (!passSettings())
        return;
    TestCase made;
    made.draft = m_columns.front()->session()->draft();
    if (!m_composer->isEmpty())
        made.draft.turns.push_back(m_composer->turn());
    while (!made.draft.turns.empty() && made.draft.turns.back().assistant)
        made.draft.turns.pop_back();
    if (made.draft.turns.empty())
        return m_composer->setProblem(tr("Write a message first: a test case needs one."));
    made.targets = targets();
    made.name = QString::fromStdString(made.draft.turns.back().text).simplified().left(40).toStdString();
    showSide(Cases);
    m_cases->beginSave(made);
}

void PlaygroundPage::setExample(const QString &message, const std::vector<ChatTarget> &wanted)
{
    m_example = message;
    m_restoring = true;
    setTargets(wanted);
}

void PlaygroundPage::sendExample()
{
    if (m_example.isEmpty() || m_control->state() != GatewayState::Running)
        return;
    ChatTurn turn;
    turn.text = std::exchange(m_example, QString()).toStdString();
    if (!passSettings())
        return;
    for (ChatColumn *column : m_columns)
        column->session()->send(turn);
}

void PlaygroundPage::keepState()
{
    if (m_restoring)
        return;
    Preferences kept;
    QStringList names;
    for (const ChatTarget &target : targets())
        names += QString::fromStdString(chatTargetText(target));
    kept.setValue(targetsKey, names);
    kept.setValue(sideKey, int(m_side));
    m_parameters->keepState();
}

void PlaygroundPage::restoreState()
{
    m_restoring = true;
    const Preferences kept;
    m_parameters->restoreState();
    std::vector<ChatTarget> before;
    for (const QString &name : kept.value(targetsKey).toStringList())
        before.push_back(chatTargetFromText(name.toStdString()));
    setTargets(before.empty() ? std::vector<ChatTarget>(1) : before);
    showSide(Side(std::clamp(kept.value(sideKey, int(Parameters)).toInt(), int(NoSide), int(Cases))));
    m_restoring = false;
}

} // namespace signalbox
