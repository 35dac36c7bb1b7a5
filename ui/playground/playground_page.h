// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/playground/test_case.h"
#include "ui/playground/target_choices.h"
#include "ui/widgets/page.h"

#include <vector>

class QPushButton;
class QSplitter;
class QStackedWidget;

namespace signalbox {

class CasePanel;
class ChatColumn;
class Composer;
class ConsoleCalls;
class EmptyState;
class GatewayControl;
class ParametersPanel;

// Chat through the gateway itself: up to four targets side by side, asked by one message. GUI thread. Conversations
// are kept in memory only; targets and short parameters are kept in Preferences.
class PlaygroundPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PlaygroundPage)

public:
    static constexpr int mostColumns = 4;

    // Both outlive the page. Test cases are kept below `dataFolder`.
    PlaygroundPage(GatewayControl *control, ConsoleCalls *calls, const QString &dataFolder, QWidget *parent = nullptr);
    ~PlaygroundPage() override;

    QString title() const override { return tr("Playground"); }
    QString iconName() const override;
    QWidget *headerTools() override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    // A conversation, or a request of a client in its dialect (`path` as in the ledger), to be changed and sent again.
    // Its last message waits in the field. Without a target the columns keep theirs. Errors as of readChat().
    void open(const ChatDraft &draft, const std::vector<ChatTarget> &targets = {});
    Result<void> open(const std::string &body, Dialect dialect, const std::optional<ChatTarget> &target,
                      const std::string &path = {});

    void send();
    void stop();
    void clear(); // with undo
    void addColumn();
    void removeColumn(ChatColumn *column);
    void setExample(const QString &message, const std::vector<ChatTarget> &targets); // sent as soon as the gateway runs
    enum Side { NoSide, Parameters, Cases };
    void showSide(Side side);

    const std::vector<ChatColumn *> &columns() const { return m_columns; }
    Composer *composer() const { return m_composer; }
    ParametersPanel *parameters() const { return m_parameters; }
    CasePanel *cases() const { return m_cases; }
    EmptyState *start() const { return m_start; }

Q_SIGNALS:
    void requestRequested(const QString &id); // of the ledger's row
    void providersRequested();                // to add the first

private:
    void makeActions();
    ChatColumn *makeColumn();
    void takeConfig();
    void takeChoices();
    void askForModels();
    void setTargets(const std::vector<ChatTarget> &targets);
    std::vector<ChatTarget> targets() const;
    void explain(ChatColumn *column);
    void edit(int entry, const QString &before, const QString &text);
    bool passSettings();
    void updateRunning();
    void updateTargets();
    void saveCase();
    void keepState();
    void restoreState();
    void sendExample();

    GatewayControl *m_control;
    ConsoleCalls *m_calls;
    std::vector<ChatColumn *> m_columns;
    std::vector<TargetChoice> m_choices;
    QStringList m_listed;
    quint64 m_listCall = 0;
    EmptyState *m_start; // instead of all, while nobody could answer
    QSplitter *m_splitter;
    Composer *m_composer;
    ParametersPanel *m_parameters;
    CasePanel *m_cases;
    QPushButton *m_add = nullptr;
    QPushButton *m_parametersButton = nullptr;
    QPushButton *m_casesButton = nullptr;
    Side m_side = Parameters;
    bool m_shown = false;
    bool m_restoring = false; // what it shows is not to be kept
    QString m_example;
};

} // namespace signalbox
