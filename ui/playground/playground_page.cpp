// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/playground_page.h"

#include "core/playground/chat_request.h"
#include "ui/data/console_calls.h"
#include "ui/data/gateway_control.h"
#include "ui/playground/case_panel.h"
#include "ui/playground/chat_column.h"
#include "ui/playground/chat_session.h"
#include "ui/playground/chat_words.h"
#include "ui/playground/composer.h"
#include "ui/playground/parameters_panel.h"
#include "ui/playground/target_picker.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/toast.h"

#include <QtCore/QPointer>
#include <QtGui/QAction>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

PlaygroundPage::PlaygroundPage(GatewayControl *control, ConsoleCalls *calls, const QString &dataFolder, QWidget *parent)
    : Page(parent),
      m_control(control),
      m_calls(calls),
      m_start(
          new EmptyState(u"playground"_s, tr("Nobody to talk to yet"),
                         tr("Messages go through the gateway to the models of your providers. Add a provider first."))),
      m_splitter(new QSplitter),
      m_composer(new Composer),
      m_parameters(new ParametersPanel),
      m_cases(new CasePanel(calls, dataFolder))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto *column = new QVBoxLayout;
    column->setContentsMargins(12, 8, 12, 12);
    column->setSpacing(10);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(10);
    m_splitter->setStyleSheet(u"QSplitter::handle { background: transparent; }"_s); // a gap, not a line
    connect(m_start->addButton(tr("Add a provider"), u"plus"_s), &QPushButton::clicked, this,
            &PlaygroundPage::providersRequested);
    column->addWidget(m_start, 1);
    column->addWidget(m_splitter, 1);
    column->addWidget(m_composer);
    row->addLayout(column, 1);
    row->addWidget(m_parameters);
    row->addWidget(m_cases);
    connect(m_composer, &Composer::sendRequested, this, &PlaygroundPage::send);
    connect(m_composer, &Composer::stopRequested, this, &PlaygroundPage::stop);
    connect(m_parameters, &ParametersPanel::closeRequested, this, [this] { showSide(NoSide); });
    connect(m_cases, &CasePanel::closeRequested, this, [this] { showSide(NoSide); });
    connect(m_cases, &CasePanel::saveRequested, this, &PlaygroundPage::saveCase);
    connect(m_cases, &CasePanel::opened, this,
            [this](const TestCase &testCase) { open(testCase.draft, testCase.targets); });
    connect(m_control, &GatewayControl::configChanged, this, &PlaygroundPage::takeConfig);
    connect(m_control, &GatewayControl::stateChanged, this, [this](GatewayState state) {
        if (m_shown && state == GatewayState::Running)
            askForModels();
    });
    connect(m_control, &GatewayControl::snapshotChanged, this, [this] { sendExample(); });
    connect(m_calls, &ConsoleCalls::finished, this, [this](quint64 call, const ConsoleResult &result) {
        if (call != m_listCall)
            return;
        m_listCall = 0;
        m_listed = listedModels(result.body);
        takeChoices();
    });
    makeActions();
    restoreState();
    takeConfig();
}

PlaygroundPage::~PlaygroundPage()
{
    keepState();
}

QString PlaygroundPage::iconName() const
{
    return u"playground"_s;
}

void PlaygroundPage::makeActions()
{
    const auto add = [this](const QString &text, const QKeySequence &keys, auto &&run) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, run);
        addAction(action);
        return action;
    };
    add(tr("&Send to all columns"), {}, [this] {
        send();
    })->setShortcuts({QKeySequence(tr("Ctrl+Return")), QKeySequence(tr("Ctrl+Enter"))});
    add(tr("S&top all answers"), tr("Ctrl+."), [this] { stop(); });
    add(tr("&Add a column"), tr("Ctrl+Shift+N"), [this] { addColumn(); });
    add(tr("&Clear the conversations"), tr("Ctrl+Shift+Backspace"), [this] { clear(); });
    add(tr("Add an &image"), {}, [this] { m_composer->chooseImages(); });
    add(tr("Save as a test &case"), tr("Ctrl+S"), [this] { saveCase(); });
    add(tr("&Parameters"), {}, [this] { showSide(Parameters); });
    add(tr("&Run all test cases"), {}, [this] {
        showSide(Cases);
        m_cases->run(true);
    });
}

QWidget *PlaygroundPage::headerTools()
{
    m_add = makeButton(tr("Add a column"), ButtonKind::Flat, u"plus"_s);
    m_add->setToolTip(tr("Up to four targets side by side"));
    connect(m_add, &QPushButton::clicked, this, &PlaygroundPage::addColumn);
    updateTargets();
    return m_add;
}

QWidget *PlaygroundPage::headerActions()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    QPushButton *clearAll = makeButton(tr("Clear"), ButtonKind::Flat);
    m_parametersButton = makeButton(tr("Parameters"));
    m_casesButton = makeButton(tr("Test cases"));
    for (QPushButton *button : {m_parametersButton, m_casesButton})
        button->setCheckable(true);
    for (QPushButton *button : {clearAll, m_parametersButton, m_casesButton})
        row->addWidget(button);
    connect(clearAll, &QPushButton::clicked, this, &PlaygroundPage::clear);
    connect(m_parametersButton, &QPushButton::clicked, this, [this](bool on) { showSide(on ? Parameters : NoSide); });
    connect(m_casesButton, &QPushButton::clicked, this, [this](bool on) { showSide(on ? Cases : NoSide); });
    showSide(m_side);
    return box;
}

void PlaygroundPage::activate()
{
    m_shown = true;
    takeChoices();
    askForModels();
    m_cases->load();
    sendExample();
}

void PlaygroundPage::deactivate()
{
    m_shown = false;
    keepState();
}

void PlaygroundPage::showSide(Side side)
{
    m_side = side;
    const bool nobody = m_control->config()->providers.empty();
    m_parameters->setVisible(side == Parameters && !nobody);
    m_cases->setVisible(side == Cases && !nobody);
    if (m_parametersButton)
        m_parametersButton->setChecked(side == Parameters);
    if (m_casesButton)
        m_casesButton->setChecked(side == Cases);
}

void PlaygroundPage::takeConfig()
{
    m_parameters->setConfig(*m_control->config());
    const bool nobody = m_control->config()->providers.empty();
    m_start->setVisible(nobody);
    m_splitter->setVisible(!nobody);
    m_composer->setVisible(!nobody);
    showSide(m_side);
    takeChoices();
}

void PlaygroundPage::takeChoices()
{
    m_choices = targetChoices(*m_control->config(), *m_control->snapshot(), m_listed);
    for (ChatColumn *column : m_columns) {
        column->picker()->setChoices(m_choices, m_control->config());
        if (column->session()->target().name.empty() && !m_choices.empty())
            column->setTarget(m_choices.front().target);
    }
    updateTargets();
}

// The providers' own lists, as any client would get them.
void PlaygroundPage::askForModels()
{
    if (m_listCall != 0 || m_control->state() != GatewayState::Running)
        return;
    ConsoleRequest request;
    request.path = "/v1/models";
    m_listCall = m_calls->ask(request);
}

ChatColumn *PlaygroundPage::makeColumn()
{
    auto *column = new ChatColumn(m_calls);
    column->picker()->setChoices(m_choices, m_control->config());
    m_columns.push_back(column);
    m_splitter->addWidget(column);
    m_splitter->setStretchFactor(m_splitter->count() - 1, 1);
    connect(column, &ChatColumn::removeRequested, this, [this, column] { removeColumn(column); });
    connect(column, &ChatColumn::planRequested, this, [this, column] { explain(column); });
    connect(column, &ChatColumn::targetChanged, this, &PlaygroundPage::updateTargets);
    connect(column, &ChatColumn::requestRequested, this, &PlaygroundPage::requestRequested);
    connect(column, &ChatColumn::edited, this, [this, column](int entry, const QString &text) {
        edit(entry, QString::fromStdString(column->session()->entries()[size_t(entry)].turn.text), text);
    });
    connect(column->session(), &ChatSession::runningChanged, this, &PlaygroundPage::updateRunning);
    return column;
}

void PlaygroundPage::addColumn()
{
    if (int(m_columns.size()) >= mostColumns)
        return;
    const ChatTarget like = m_columns.empty() ? ChatTarget() : m_columns.back()->session()->target();
    ChatColumn *column = makeColumn();
    column->setTarget(like.name.empty() && !m_choices.empty() ? m_choices.front().target : like);
    updateTargets();
    if (m_shown)
        column->picker()->focusText();
}

void PlaygroundPage::removeColumn(ChatColumn *column)
{
    if (m_columns.size() < 2)
        return;
    std::erase(m_columns, column);
    column->session()->stop();
    column->hide();
    column->deleteLater(); // its own button asked
    updateTargets();
    updateRunning();
}

std::vector<ChatTarget> PlaygroundPage::targets() const
{
    std::vector<ChatTarget> all;
    for (const ChatColumn *column : m_columns)
        all.push_back(column->session()->target());
    return all;
}

void PlaygroundPage::setTargets(const std::vector<ChatTarget> &targets)
{
    const size_t count = std::clamp(targets.size(), size_t{1}, size_t{mostColumns});
    while (m_columns.size() > count)
        removeColumn(m_columns.back());
    while (m_columns.size() < count)
        makeColumn();
    for (size_t i = 0; i < targets.size() && i < count; ++i)
        m_columns[i]->setTarget(targets[i]);
    updateTargets();
}

void PlaygroundPage::updateTargets()
{
    for (ChatColumn *column : m_columns)
        column->setRemovable(m_columns.size() > 1);
    if (m_add)
        m_add->setEnabled(int(m_columns.size()) < mostColumns);
    m_cases->setTargets(targets());
    keepState();
}

void PlaygroundPage::updateRunning()
{
    m_composer->setRunning(std::any_of(m_columns.begin(), m_columns.end(),
                                       [](const ChatColumn *column) { return column->session()->isRunning(); }));
}

bool PlaygroundPage::passSettings()
{
    const auto settings = m_parameters->settings();
    if (!settings) {
        showSide(Parameters);
        m_composer->setProblem(tr("A parameter is wrong: it is marked at the right."));
        return false;
    }
    m_cases->setProject(m_parameters->project());
    for (ChatColumn *column : m_columns)
        column->session()->setSettings(*settings, m_parameters->project());
    return true;
}

void PlaygroundPage::send()
{
    if (m_composer->isEmpty()) {
        m_composer->setProblem(tr("Write a message first."));
        m_composer->editor()->setFocus();
        return;
    }
    if (!passSettings())
        return;
    const ChatTurn turn = m_composer->turn();
    m_composer->clear();
    for (ChatColumn *column : m_columns)
        column->session()->send(turn);
}

void PlaygroundPage::stop()
{
    for (ChatColumn *column : m_columns)
        column->session()->stop();
}

// The plan of what would be sent now; a field without a word still has a plan.
void PlaygroundPage::explain(ChatColumn *column)
{
    if (!passSettings())
        return;
    ChatDraft draft = column->session()->draft();
    ChatTurn turn = m_composer->turn();
    if (m_composer->isEmpty())
        turn.text = "Hello";
    draft.turns.push_back(std::move(turn));
    const auto made = makeChatRequest(draft, column->session()->target(), m_parameters->project());
    if (!made)
        return column->showPlan(errorText(made.error()));
    m_calls->explain(made->request, column, [column](const Result<std::string> &answer) {
        column->showPlan(answer ? planLines(*answer).join(u'\n') : errorText(answer.error()));
    });
}

// The message is shared, so it changes in every column that has it at the same place.
void PlaygroundPage::edit(int entry, const QString &before, const QString &text)
{
    if (!passSettings())
        return;
    for (ChatColumn *column : m_columns) {
        const std::vector<SessionEntry> &entries = column->session()->entries();
        if (size_t(entry) < entries.size() && entries[size_t(entry)].turn.text == before.toStdString())
            column->session()->edit(size_t(entry), text.toStdString());
    }
}

void PlaygroundPage::clear()
{
    std::vector<std::pair<QPointer<ChatColumn>, std::vector<SessionEntry>>> before;
    bool any = false;
    for (ChatColumn *column : m_columns) {
        before.emplace_back(column, column->session()->clear());
        any = any || !before.back().second.empty();
    }
    ToastHost *toasts = ToastHost::of(this);
    if (!any || !toasts)
        return;
    toasts->show(Signal::Off, tr("Conversations cleared"), tr("Undo"), [before] {
        for (const auto &[column, entries] : before) {
            if (column)
                column->session()->restore(entries);
        }
    });
}

} // namespace signalbox
