// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/chat_request.h"
#include "tests/ui/fake_control.h"
#include "ui/data/console_calls.h"
#include "ui/main_window/main_window.h"
#include "ui/playground/answer_view.h"
#include "ui/playground/case_panel.h"
#include "ui/playground/case_table_model.h"
#include "ui/playground/chat_column.h"
#include "ui/playground/chat_session.h"
#include "ui/playground/chat_words.h"
#include "ui/playground/composer.h"
#include "ui/playground/markdown_view.h"
#include "ui/playground/parameters_panel.h"
#include "ui/playground/playground_page.h"
#include "ui/playground/target_picker.h"
#include "ui/playground/user_turn_view.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/form_drawer.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QFile>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtGui/QAction>
#include <QtGui/QImage>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

// Answers when the test says so.
class FakeCalls final : public ConsoleCalls
{
public:
    quint64 ask(const ConsoleRequest &request) override
    {
        asked.push_back(request);
        return quint64(asked.size());
    }
    void cancel(quint64 call) override { cancelled.push_back(call); }
    void explain(const ConsoleRequest &request, QObject *, Plan done) override
    {
        done("{\"route\":\"r\",\"targets\":[{\"target\":\"" + request.target +
             "\",\"reason\":\"pinned by the console\"}]}");
    }

    void say(quint64 call, const char *text, int part = 0)
    {
        Q_EMIT pieces(call, {{part, ReplyPartKind::Text, {}, {}, text}});
    }
    void end(quint64 call, const char *text)
    {
        ConsoleResult result;
        result.status = 200;
        result.requestId = "row-" + std::to_string(call);
        result.provider = "box";
        result.model = "m";
        result.firstTokenMs = 100;
        result.durationMs = 1100;
        result.usage.input = 10;
        result.usage.output = 50;
        result.cost = {1'000'000, CostState::Exact, "config:*"};
        result.plan = "{\"route\":\"r\",\"targets\":[{\"target\":\"box/m\",\"reason\":\"pinned by the console\"}]}";
        result.reply.choices.resize(1);
        result.reply.choices[0].parts.emplace_back().text = text;
        Q_EMIT finished(call, result);
    }
    void call(quint64 call, const char *tool)
    {
        ConsoleResult result;
        result.status = 200;
        FoldedPart part;
        part.kind = ReplyPartKind::ToolCall;
        part.id = "c1";
        part.name = tool;
        part.text = "{\"q\":1}";
        result.reply.choices.resize(1);
        result.reply.choices[0].parts.push_back(part);
        Q_EMIT finished(call, result);
    }
    void fail(quint64 call, const Error &error)
    {
        ConsoleResult result;
        result.status = error.httpStatus;
        result.error = error;
        Q_EMIT finished(call, result);
    }

    std::vector<ConsoleRequest> asked;
    std::vector<quint64> cancelled;
};

ConfigPtr sampleConfig()
{
    auto config = std::make_shared<Config>();
    config->providers.resize(1);
    config->providers[0].id = "box";
    config->routes.resize(2);
    config->routes[0].id = "smart";
    config->routes[0].match.model = "smart";
    config->routes[0].to.provider = "box";
    config->routes[0].to.model = "m";
    config->routes[1].id = "rest";
    config->routes[1].match.model = "*";
    config->routes[1].to.provider = "box";
    config->routes[1].to.model = "*";
    return config;
}

ChatTurn words(const char *text)
{
    ChatTurn turn;
    turn.text = text;
    return turn;
}

QAction *actionOf(const QWidget &page, const QString &text)
{
    for (QAction *action : page.actions()) {
        if (action->text().remove(u'&') == text)
            return action;
    }
    return nullptr;
}

} // namespace

class TestPlayground final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void choices();
    void sessionStreamsAndRetries();
    void sessionEditsAndStops();
    void toolsGoOn();
    void gatewaysWordsStayInPlace();
    void nothingIsLoaded();
    void oneMessageToAllColumns();
    void clearingCanBeUndone();
    void wrongParametersSendNothing();
    void opensAConversation();
    void casesAreSavedAndRun();
    void caseModel();
    void imagesComeByFile();
    void stateIsKept();

private:
    void show();
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeControl> m_control;
    std::unique_ptr<FakeCalls> m_calls;
    std::unique_ptr<MainWindow> m_window;
    PlaygroundPage *m_page = nullptr;
};

void TestPlayground::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"signalbox-tests"_s);
    QCoreApplication::setApplicationName(u"tst_playground"_s);
    theme().install();
}

void TestPlayground::init()
{
    m_window.reset(); // keeps its state
    Preferences().clear();
    m_calls = std::make_unique<FakeCalls>();
    m_control = std::make_unique<FakeControl>();
    m_control->configuration = sampleConfig();
    m_folder = std::make_unique<QTemporaryDir>();
}

// The page in the real window; the gateway is stopped, so that no list of models is asked for.
void TestPlayground::show()
{
    m_window = std::make_unique<MainWindow>(m_control.get());
    m_page = new PlaygroundPage(m_control.get(), m_calls.get(), m_folder->path());
    m_window->addPage(m_page, u"playground"_s);
    m_window->resize(1280, 800);
    m_window->setVisible(true);
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void TestPlayground::choices()
{
    GatewaySnapshot snapshot;
    const auto all = targetChoices(*sampleConfig(), snapshot, {u"box/listed"_s, u"other-model"_s, u"box/m"_s});
    const auto has = [&](const char *text) {
        return std::count_if(all.begin(), all.end(),
                             [&](const TargetChoice &one) { return one.target == chatTargetFromText(text); });
    };
    for (const char *text : {"smart", "other-model", "route:smart", "route:rest", "target:box/m", "target:box/listed"})
        QCOMPARE(int(has(text)), 1);
    QCOMPARE(targetFromLabel(targetLabel({ChatTarget::Kind::Route, "rest"}), all, *sampleConfig()),
             (ChatTarget{ChatTarget::Kind::Route, "rest"}));
    QCOMPARE(targetFromLabel(u" box/new "_s, all, *sampleConfig()), (ChatTarget{ChatTarget::Kind::Target, "box/new"}));
    QCOMPARE(targetFromLabel(u"gpt-5"_s, all, *sampleConfig()), (ChatTarget{ChatTarget::Kind::Model, "gpt-5"}));
    QCOMPARE(listedModels("{\"data\":[{\"id\":\"a\"},{},{\"id\":\"b\"}]}"), (QStringList{u"a"_s, u"b"_s}));
    QVERIFY(listedModels("nonsense").isEmpty());
}

void TestPlayground::sessionStreamsAndRetries()
{
    ChatSession session(m_calls.get());
    session.setTarget(chatTargetFromText("target:box/m"));
    session.send(words("hello"));
    QCOMPARE(m_calls->asked.size(), size_t{1});
    QCOMPARE(m_calls->asked[0].target, std::string("box/m"));
    QVERIFY(session.isRunning());
    m_calls->say(1, "Hel");
    m_calls->say(1, "lo");
    m_calls->say(7, "not mine");
    QCOMPARE(session.entries().back().turn.said(), std::string("Hello"));
    m_calls->end(1, "Hello!");
    QVERIFY(!session.isRunning());
    const ChatAnswer &answer = *session.entries().back().answer;
    QCOMPARE(answer.state, ChatAnswer::State::Done);
    QCOMPARE(answer.servedBy, std::string("box/m"));
    QCOMPARE(answer.tokensPerSecond().value_or(0), 50.0);
    QCOMPARE(session.entries().back().turn.said(), std::string("Hello!"));
    session.retry();
    QCOMPARE(m_calls->asked.size(), size_t{2});
    QCOMPARE(m_calls->asked[1].body, m_calls->asked[0].body);
    QCOMPARE(session.entries().size(), size_t{2});
    m_calls->end(2, "Again");
    session.send(words("more"));
    QVERIFY(m_calls->asked[2].body.find("Again") != std::string::npos);
}

void TestPlayground::sessionEditsAndStops()
{
    ChatSession session(m_calls.get());
    session.setTarget(chatTargetFromText("smart"));
    session.send(words("one"));
    m_calls->end(1, "first");
    session.send(words("two"));
    m_calls->say(2, "sec");
    session.stop();
    QCOMPARE(m_calls->cancelled, std::vector<quint64>{2});
    QCOMPARE(session.entries().back().answer->state, ChatAnswer::State::Stopped);
    QCOMPARE(session.entries().back().turn.said(), std::string("sec"));
    m_calls->end(2, "late"); // of a call that nobody waits for
    QCOMPARE(session.entries().back().turn.said(), std::string("sec"));
    session.edit(0, "uno");
    QCOMPARE(session.entries().size(), size_t{2});
    QVERIFY(m_calls->asked.back().body.find("uno") != std::string::npos);
    QVERIFY(m_calls->asked.back().body.find("two") == std::string::npos);
    const auto before = session.clear();
    QVERIFY(session.entries().empty());
    QCOMPARE(m_calls->cancelled.back(), quint64{3});
    session.restore(before);
    QCOMPARE(session.entries().size(), size_t{2});
}

void TestPlayground::toolsGoOn()
{
    ChatSession session(m_calls.get());
    session.setTarget(chatTargetFromText("smart"));
    ChatSettings settings;
    settings.tools = "[{\"name\":\"look_up\"}]";
    session.setSettings(settings, "lab");
    session.send(words("look"));
    QCOMPARE(m_calls->asked[0].project, std::string("lab"));
    m_calls->call(1, "look_up");
    QVERIFY(!session.canGoOn());
    session.setResult("c1", "42");
    QVERIFY(session.canGoOn());
    session.goOn();
    QCOMPARE(m_calls->asked.size(), size_t{2});
    const auto sent = readChat(m_calls->asked[1].body, Dialect::OpenAiChat);
    QVERIFY(sent.has_value());
    QCOMPARE(sent->turns.at(1).calls().at(0)->name, std::string("look_up"));
    QCOMPARE(sent->turns.at(2).results.at(0).text, std::string("42"));
}

void TestPlayground::gatewaysWordsStayInPlace()
{
    ChatColumn column(m_calls.get());
    column.setTarget(chatTargetFromText("target:box/m"));
    column.session()->send(words("hello"));
    m_calls->fail(1, {"budget_exceeded", "The budget 'cap' is used up until tomorrow.", 402});
    QVERIFY(column.lastAnswer());
    QVERIFY2(column.lastAnswer()->problem().contains(u"used up until tomorrow"_s),
             qPrintable(column.lastAnswer()->problem()));
    QVERIFY(column.lastAnswer()->problem().contains(u"budget_exceeded"_s));
    column.session()->retry();
    m_calls->end(2, "**fine**");
    QVERIFY(column.lastAnswer()->problem().isEmpty());
    QVERIFY(column.lastAnswer()->words()->toPlainText().contains(u"fine"_s));
    QVERIFY(!column.lastAnswer()->words()->toPlainText().contains(u'*'));
    QVERIFY2(column.lastAnswer()->figures().contains(u"50 tokens/s"_s), qPrintable(column.lastAnswer()->figures()));
    column.lastAnswer()->showPlan(true);
    QVERIFY(column.lastAnswer()->details().contains(u"pinned by the console"_s));
    // A mistake in the tools is told where the answer would be, before anything is sent.
    ChatSettings settings;
    settings.tools = "[{}]";
    column.session()->setSettings(settings, {});
    column.session()->retry();
    QCOMPARE(m_calls->asked.size(), size_t{2});
    QVERIFY(column.lastAnswer()->problem().contains(u"/0/name"_s));
}

void TestPlayground::nothingIsLoaded()
{
    const QString path = m_folder->path() + u"/secret.png"_s;
    QImage red(4, 4, QImage::Format_RGB32);
    red.fill(Qt::red);
    QVERIFY(red.save(path));
    MarkdownView view;
    view.setMarkdownText(u"![x](file://%1) ![y](%1)\n\n```c\nint a;\n```"_s.arg(path), true);
    const QUrl local = QUrl::fromLocalFile(path);
    QVERIFY(view.document()->resource(QTextDocument::ImageResource, local).value<QImage>().width() < 4);
    QVERIFY(view.document()->resource(QTextDocument::ImageResource, QUrl(path)).value<QImage>().width() < 4);
    QVERIFY(view.toPlainText().contains(u"int a;"_s));
}

void TestPlayground::oneMessageToAllColumns()
{
    show();
    QCOMPARE(m_page->columns().size(), size_t{1});
    m_page->addColumn();
    m_page->addColumn();
    m_page->addColumn();
    m_page->addColumn();
    QCOMPARE(int(m_page->columns().size()), PlaygroundPage::mostColumns);
    m_page->removeColumn(m_page->columns().back());
    QCOMPARE(m_page->columns().size(), size_t{3});
    m_page->columns()[1]->setTarget(chatTargetFromText("target:box/m"));
    Q_EMIT m_page->columns()[1]->planRequested();
    QVERIFY2(m_page->columns()[1]->planText().contains(u"box/m: pinned"_s),
             qPrintable(m_page->columns()[1]->planText()));
    m_page->send();
    QVERIFY(!m_page->composer()->problem().isEmpty());
    m_page->composer()->editor()->setPlainText(u"hello"_s);
    actionOf(*m_page, u"Send to all columns"_s)->trigger();
    QCOMPARE(m_calls->asked.size(), size_t{3});
    QCOMPARE(m_calls->asked[1].target, std::string("box/m"));
    QVERIFY(m_page->composer()->isEmpty());
    for (quint64 call = 1; call <= 3; ++call)
        m_calls->end(call, "hi");
    // A change of the shared message goes to all of them.
    UserTurnView *turn = m_page->columns()[0]->userTurn(0);
    QVERIFY(turn);
    turn->beginEdit();
    turn->editor()->setPlainText(u"good day"_s);
    turn->endEdit(true);
    QTRY_COMPARE(m_calls->asked.size(), size_t{6});
    QVERIFY(m_calls->asked.back().body.find("good day") != std::string::npos);
    QSignalSpy asked(m_page, &PlaygroundPage::requestRequested);
    m_calls->end(4, "hi");
    Q_EMIT m_page->columns()[0]->lastAnswer()->requestRequested(u"row-4"_s);
    QCOMPARE(asked.size(), 1);
    m_page->stop();
    QCOMPARE(m_calls->cancelled.size(), size_t{2});
}

void TestPlayground::clearingCanBeUndone()
{
    show();
    m_page->composer()->editor()->setPlainText(u"hello"_s);
    m_page->send();
    m_calls->end(1, "hi");
    m_page->clear();
    QVERIFY(m_page->columns()[0]->session()->entries().empty());
    QCOMPARE(m_window->toasts()->count(), 1);
    const auto buttons = m_window->toasts()->findChildren<QPushButton *>();
    const auto undo = std::find_if(buttons.begin(), buttons.end(),
                                   [](const QPushButton *b) { return QString(b->text()).remove(u'&') == u"Undo"_s; });
    QVERIFY(undo != buttons.end());
    (*undo)->click();
    QCOMPARE(m_page->columns()[0]->session()->entries().size(), size_t{2});
}

void TestPlayground::wrongParametersSendNothing()
{
    show();
    m_page->showSide(PlaygroundPage::NoSide);
    m_page->composer()->editor()->setPlainText(u"hello"_s);
    m_page->parameters()->form()->setText(u"temperature"_s, u"9"_s);
    m_page->parameters()->tools()->setPlainText(u"[\n  {"_s);
    QVERIFY(m_page->parameters()->toolsProblem().contains(u"Line 2"_s));
    m_page->send();
    QVERIFY(m_calls->asked.empty());
    QVERIFY(!m_page->composer()->problem().isEmpty());
    QVERIFY(m_page->parameters()->isVisible());
    QVERIFY(!m_page->parameters()->form()->errorAt(u"temperature"_s).isEmpty());
    m_page->parameters()->form()->setText(u"temperature"_s, u"0.5"_s);
    m_page->parameters()->tools()->setPlainText(u"[{\"name\":\"f\"}]"_s);
    QVERIFY(m_page->parameters()->toolsProblem().isEmpty());
    m_page->send();
    QCOMPARE(m_calls->asked.size(), size_t{1});
    QVERIFY(m_calls->asked[0].body.find("\"temperature\":0.5") != std::string::npos);
}

void TestPlayground::opensAConversation()
{
    show();
    const std::string body = "{\"model\":\"x\",\"max_tokens\":77,\"system\":\"Be short.\",\"messages\":["
                             "{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"b\"},"
                             "{\"role\":\"user\",\"content\":\"c\"}]}";
    QVERIFY(m_page->open(body, Dialect::Anthropic, chatTargetFromText("target:box/m")).has_value());
    QCOMPARE(m_page->columns().size(), size_t{1});
    QCOMPARE(m_page->composer()->editor()->toPlainText(), u"c"_s);
    const auto settings = m_page->parameters()->settings();
    QVERIFY(settings.has_value());
    QCOMPARE(settings->dialect, Dialect::Anthropic);
    QCOMPARE(settings->system, std::string("Be short."));
    QCOMPARE(settings->maxTokens.value_or(0), int64_t{77});
    m_page->send();
    QCOMPARE(m_calls->asked.size(), size_t{1});
    QCOMPARE(m_calls->asked[0].path, std::string("/v1/messages"));
    QCOMPARE(readChat(m_calls->asked[0].body, Dialect::Anthropic)->turns.size(), size_t{3});
    QVERIFY(!m_page->open("{", Dialect::Anthropic, {}).has_value());
}

void TestPlayground::casesAreSavedAndRun()
{
    show();
    m_page->columns()[0]->setTarget(chatTargetFromText("target:box/m"));
    m_page->composer()->editor()->setPlainText(u"What is 6 times 7?"_s);
    actionOf(*m_page, u"Save as a test case"_s)->trigger();
    CasePanel *panel = m_page->cases();
    QVERIFY(panel->isVisible());
    panel->form()->setText(u"matches"_s, u"("_s);
    panel->save();
    QVERIFY(!panel->form()->errorAt(u"matches"_s).isEmpty());
    panel->form()->setText(u"matches"_s, {});
    panel->form()->setText(u"contains"_s, u"42"_s);
    panel->save();
    QTRY_COMPARE(panel->model()->cases().size(), size_t{1});
    QTRY_COMPARE(panel->model()->rowCount(), 1);
    panel->table()->setCurrentIndex(panel->model()->index(0, 0));
    panel->run(false);
    QCOMPARE(m_calls->asked.size(), size_t{1});
    QCOMPARE(m_calls->asked[0].target, std::string("box/m"));
    m_calls->end(1, "It is 42.");
    QCOMPARE(panel->model()->runAt(0)->state, CaseRun::State::Passed);
    QVERIFY(panel->summary().contains(u"1 of 1"_s));
    panel->run(true);
    m_calls->end(2, "No idea.");
    QCOMPARE(panel->model()->runAt(0)->state, CaseRun::State::Failed);
    QVERIFY2(panel->details().contains(u"42"_s), qPrintable(panel->details()));
    // Open, then delete and take it back.
    m_page->composer()->clear();
    Q_EMIT panel->opened(panel->model()->cases()[0].testCase);
    QCOMPARE(m_page->composer()->editor()->toPlainText(), u"What is 6 times 7?"_s);
    panel->removeSelected();
    QTRY_COMPARE(panel->model()->rowCount(), 0);
}

void TestPlayground::caseModel()
{
    CaseTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(model.summary().isEmpty());
    StoredCase one{u"a.json"_s, {}};
    one.testCase.name = "a";
    one.testCase.targets = {chatTargetFromText("x"), chatTargetFromText("route:r")};
    StoredCase broken{u"b.json"_s, {}, u"Line 1"_s};
    model.setCases({one, broken});
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.index(2, CaseTableModel::Name).data().toString(), u"b.json"_s);
    QVERIFY(model.details(2).first().contains(u"Line 1"_s));
    const int ticket = model.beginRun(0, {chatTargetFromText("y")});
    QCOMPARE(model.rowCount(), 2);
    CaseRun run;
    run.state = CaseRun::State::Failed;
    run.outcomes = {{false, "contains 'z': it does not"}};
    run.durationMs = 1000;
    model.setRun(ticket, run);
    model.setRun(ticket + 9, run);
    QVERIFY(model.index(0, CaseTableModel::Outcome).data().toString().contains(u'1'));
    model.setCases({broken, one}); // what was run stays, wherever its case stands now
    QCOMPARE(model.rowCount(), 2);
    QCOMPARE(model.runAt(1)->state, CaseRun::State::Failed);
    model.setCases({});
    QCOMPARE(model.rowCount(), 0);
}

void TestPlayground::imagesComeByFile()
{
    Composer composer;
    const QString path = m_folder->path() + u"/red.png"_s;
    QImage red(8, 8, QImage::Format_RGB32);
    red.fill(Qt::red);
    QVERIFY(red.save(path));
    composer.addImageFile(path);
    QTRY_COMPARE(composer.imageCount(), 1);
    composer.addImage(red);
    QTRY_COMPARE(composer.imageCount(), 2);
    QCOMPARE(composer.turn().images[0].mimeType, std::string("image/png"));
    QVERIFY(!composer.isEmpty());
    QFile text(m_folder->path() + u"/notes.txt"_s);
    QVERIFY(text.open(QIODevice::WriteOnly));
    text.write("words");
    text.close();
    composer.addImageFile(text.fileName());
    QTRY_VERIFY(composer.problem().contains(u"notes.txt"_s));
    QCOMPARE(composer.imageCount(), 2);
    composer.findChildren<QToolButton *>().first()->click();
    QCOMPARE(composer.imageCount(), 1);
}

void TestPlayground::stateIsKept()
{
    show();
    m_page->addColumn();
    m_page->columns()[0]->setTarget(chatTargetFromText("route:rest"));
    m_page->columns()[1]->setTarget(chatTargetFromText("target:box/m"));
    m_page->parameters()->form()->setText(u"temperature"_s, u"0.25"_s);
    m_page->showSide(PlaygroundPage::Cases);
    m_window.reset();
    show();
    QCOMPARE(m_page->columns().size(), size_t{2});
    QCOMPARE(m_page->columns()[0]->session()->target(), chatTargetFromText("route:rest"));
    QCOMPARE(m_page->columns()[1]->picker()->target(), chatTargetFromText("target:box/m"));
    QCOMPARE(m_page->parameters()->settings()->temperature.value_or(0), 0.25);
    QVERIFY(m_page->cases()->isVisible());
}

QTEST_MAIN(TestPlayground)
#include "tst_playground.moc"
