// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/body_view.h"
#include "ui/inspector/code_view.h"
#include "ui/inspector/compare_window.h"
#include "ui/inspector/event_table.h"
#include "ui/inspector/find_bar.h"
#include "ui/inspector/replay_request.h"
#include "ui/inspector/request_actions.h"
#include "ui/inspector/request_inspector.h"
#include "ui/inspector/request_overview.h"
#include "ui/inspector/request_replayer.h"
#include "ui/inspector/save_file.h"
#include "ui/inspector/timeline_view.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThreadPool>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QTextBlock>
#include <QtTest/QtTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableView>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

QString quoted(const char *text)
{
    return QString::fromUtf8(text).replace(u'\'', u'"');
}

RequestDetail detail()
{
    RequestDetail made;
    RequestRecord &r = made.record;
    r.id = "0199a1c7-1111-7222-8333-444455556666";
    r.status = 200;
    r.stream = true;
    r.dialect = "openai-chat";
    r.route = "smart";
    r.requestedModel = "m";
    r.provider = "box";
    r.model = "m1";
    r.durationMs = 900;
    r.ttftMs = 200;
    r.usage.input = 10;
    r.traceId = "trace-9";
    r.losses = {{"/messages/0/content", "dropped", "has no place", false}};
    AttemptRecord attempt;
    attempt.provider = "box";
    attempt.model = "m1";
    attempt.status = 200;
    attempt.ttfbMs = 100;
    attempt.durationMs = 890;
    r.attempts = {attempt};
    const std::string stream =
        quoted("data: {'choices':[{'index':0,'delta':{'content':'Hel'}}]}\n\n"
               "data: {'choices':[{'index':0,'delta':{'content':'lo'},'finish_reason':'stop'}]}\n\n"
               "data: [DONE]\n\n")
            .toStdString();
    r.bodies = {{StoredBody::Kind::ClientRequest, "application/json",
                 quoted("{'model':'m','messages':[{'role':'user','content':'Say hello'}]}").toStdString(), false},
                {StoredBody::Kind::ClientReply, "text/event-stream", stream, false},
                {StoredBody::Kind::ProviderRequest, "application/json",
                 quoted("{'model':'m1','messages':[{'role':'user','content':'Say hello'}]}").toStdString(), false}};
    RequestDetails kept;
    kept.sameReply = true;
    kept.attempts = {{1, 10, 20, 200'000, "openai-chat", "/v1", "req-5", false}};
    kept.chunks = {{200'000, int64_t(stream.size())}};
    kept.requestHeaders = {{"user-agent", "tool/1.0"}};
    r.bodies.push_back({StoredBody::Kind::Details, "application/json", detailsToJson(kept)});
    return made;
}

class FakeSender final : public RequestSender
{
public:
    ConsoleRequest sent;
    quint64 cancelled = 0;
    Told told;
    Done done;

    quint64 send(const ConsoleRequest &request, QObject *, Told onTold, Done onDone) override
    {
        sent = request;
        told = std::move(onTold);
        done = std::move(onDone);
        return 7;
    }
    void cancel(quint64 call) override { cancelled = call; }
};

QAction *actionOf(const RequestInspector &inspector, const QString &words)
{
    for (QAction *action : inspector.requestActions()->all()) {
        if (action->text().remove(u'&').startsWith(words))
            return action;
    }
    return nullptr;
}

} // namespace

class TestRequestInspector final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<RequestInspector> m_inspector;

    template<class T>
    T *part() const
    {
        return m_inspector->findChild<T *>();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-test"_s);
        Preferences().clear();
        theme().install();
    }
    void init()
    {
        Preferences().clear();
        m_inspector = std::make_unique<RequestInspector>();
        m_inspector->resize(476, 800);
        m_inspector->show();
        m_inspector->setGatewayUrl(u"http://127.0.0.1:8484"_s);
        m_inspector->setDetail(detail());
    }
    void cleanup() { m_inspector.reset(); }

    void everyTabSaysItsPart();
    void bodiesAreReadAsConversations();
    void sidesAreComparedWhereTheyDiffer();
    void findingOpensTheText();
    void jsonFolds();
    void whatWasNotKeptSaysWhy();
    void framesAreListed();
    void theChosenLayoutIsRemembered();
    void largeBodiesComeLater();
    void aReplayIsSentAndCompared();
    void whatCannotBeReplayedIsDisabled();
    void twoRequestsAreCompared();
    void filesAreWrittenWholeOrNotAtAll();
};

void TestRequestInspector::everyTabSaysItsPart()
{
    QCOMPARE(m_inspector->tabs()->count(), 8);
    const QString overview = part<RequestOverview>()->shownText();
    for (const QString &word : {u"box/m1"_s, u"smart"_s, u"tool/1.0"_s})
        QVERIFY2(overview.contains(word), qPrintable(word));
    const QString trace = part<TraceView>()->shownText();
    QVERIFY(trace.contains(u"trace-9"_s) && trace.contains(u"req-5"_s) && trace.contains(u"user-agent"_s));
    const QString loss = part<LossView>()->shownText();
    QVERIFY(loss.contains(u"Dropped: has no place"_s) && loss.contains(u"\"Say hello\""_s));
    QVERIFY(part<PlanView>()->shownText().contains(u"Route smart"_s));
    QVERIFY(part<TimelineView>()->accessibleDescription().contains(u"stream"_s));
    QCOMPARE(m_inspector->tabs()->tabText(5), u"Loss 1"_s);
    const QList<QAbstractButton *> buttons = m_inspector->findChildren<QAbstractButton *>();
    for (const QAbstractButton *button : buttons) {
        if (!button->inherits("QTableCornerButton")) // Qt's own, and hidden
            QVERIFY(!button->accessibleName().isEmpty() || !button->text().isEmpty());
    }
}

void TestRequestInspector::bodiesAreReadAsConversations()
{
    QVERIFY(m_inspector->requestBody()->shownText().contains(u"Say hello"_s));
    QVERIFY(m_inspector->replyBody()->shownText().contains(u"Hello"_s));
    m_inspector->replyBody()->setBodyStyle(BodyStyle::Raw);
    QVERIFY(m_inspector->replyBody()->shownText().startsWith(u"data: {\"choices\""_s));
    m_inspector->replyBody()->setBodyStyle(BodyStyle::Pretty);
    QVERIFY(m_inspector->replyBody()->shownText().startsWith(u"data: {\n  \"choices\": ["_s));
}

void TestRequestInspector::sidesAreComparedWhereTheyDiffer()
{
    BodyView *request = m_inspector->requestBody();
    m_inspector->tabs()->setCurrentWidget(request);
    request->setSide(BodySide::Both);
    QCOMPARE(request->side(), BodySide::Both);
    QTRY_VERIFY2(request->shownText().contains(u"−   \"model\": \"m\","_s), qPrintable(request->shownText()));
    QVERIFY2(request->shownText().contains(u"+   \"model\": \"m1\","_s), qPrintable(request->shownText()));
    request->setSide(BodySide::Provider);
    request->setBodyStyle(BodyStyle::Raw);
    QVERIFY(request->shownText().contains(u"\"m1\""_s));
    BodyView *reply = m_inspector->replyBody();
    reply->setSide(BodySide::Both); // there is one side only
    QCOMPARE(reply->side(), BodySide::Client);
}

void TestRequestInspector::findingOpensTheText()
{
    m_inspector->tabs()->setCurrentWidget(m_inspector->requestBody());
    m_inspector->requestBody()->find();
    auto *bar = m_inspector->requestBody()->findChild<FindBar *>();
    QVERIFY(bar->isVisible());
    bar->field()->setText(u"hello"_s);
    auto *text = m_inspector->requestBody()->findChild<CodeView *>();
    QCOMPARE(text->textCursor().selectedText(), u"hello"_s);
    QCOMPARE(text->extraSelections().size(), 1);
    bar->field()->setText(u"nowhere"_s);
    QCOMPARE(bar->state(), u"Not found"_s);
    QTest::keyClick(bar->field(), Qt::Key_Escape);
    QVERIFY(bar->isHidden());
    QVERIFY(text->extraSelections().isEmpty());
}

void TestRequestInspector::jsonFolds()
{
    CodeView view(u"text"_s);
    view.setText(u"{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": 3\n}"_s, true);
    QVERIFY(view.isFoldable(1) && !view.isFoldable(2));
    view.setFolded(1, true);
    const auto visible = [&](int line) { return view.document()->findBlockByNumber(line).isVisible(); };
    QVERIFY(visible(1) && !visible(2) && !visible(4) && visible(5));
    QVERIFY(view.find(u"2"_s)); // what hides the place opens
    QVERIFY(!view.isFolded(1) && visible(3));
    view.foldAll(true);
    QVERIFY(visible(1) && !visible(2));
    view.foldAll(false);
    QVERIFY(visible(2));
    view.setText(u"{\n}"_s, false);
    QVERIFY(!view.isFoldable(0));
}

void TestRequestInspector::whatWasNotKeptSaysWhy()
{
    RequestDetail none = detail();
    none.record.bodies.clear();
    none.bodyPolicyNote = "No bodies were kept for this request.";
    m_inspector->setDetail(none);
    QCOMPARE(m_inspector->requestBody()->shownText(), u"No bodies were kept for this request."_s);
    const QSignalSpy settings(m_inspector.get(), &RequestInspector::settingsRequested);
    for (auto *button : m_inspector->requestBody()->findChildren<QPushButton *>()) {
        if (button->text().startsWith(u"Change"_s))
            button->click();
    }
    QCOMPARE(settings.count(), 1);
}

void TestRequestInspector::framesAreListed()
{
    auto *events = part<EventsView>();
    QCOMPARE(events->model()->rowCount(), 3);
    QCOMPARE(events->model()->index(0, EventTableModel::At).data().toString(), u"200.0"_s);
    events->table()->selectRow(1);
    QVERIFY(events->shownFrame().contains(u"\"content\": \"lo\""_s));
}

void TestRequestInspector::theChosenLayoutIsRemembered()
{
    Q_EMIT m_inspector->requestBody()->styleChosen(BodyStyle::Raw);
    QVERIFY(m_inspector->replyBody()->shownText().startsWith(u"data: {"_s));
    m_inspector = std::make_unique<RequestInspector>();
    m_inspector->setDetail(detail());
    QVERIFY(m_inspector->requestBody()->shownText().startsWith(u"{\"model\""_s));
}

void TestRequestInspector::largeBodiesComeLater()
{
    RequestDetail large = detail();
    large.record.bodies[0].bytes =
        quoted("{'model':'m','messages':[{'role':'user','content':'%1'}]}").arg(QString(200'000, u'x')).toStdString();
    m_inspector->requestBody()->setBodyStyle(BodyStyle::Raw);
    m_inspector->setDetail(large);
    QTRY_VERIFY(m_inspector->requestBody()->shownText().contains(u"xxxx"_s));
    QCOMPARE(m_inspector->requestBody()->shownText().size(), 20'000);
    m_inspector->setDetail(large);
    m_inspector->setDetail(detail()); // the answer about the large one is dropped
    QTRY_VERIFY(m_inspector->requestBody()->shownText().contains(u"Say hello"_s));
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
    QVERIFY(m_inspector->requestBody()->shownText().contains(u"Say hello"_s));
}

void TestRequestInspector::aReplayIsSentAndCompared()
{
    FakeSender sender;
    QVERIFY(!actionOf(*m_inspector, u"Replay"_s)->isEnabled());
    m_inspector->requestActions()->setSender(&sender);
    QAction *replay = actionOf(*m_inspector, u"Replay"_s);
    QVERIFY(replay->isEnabled());
    replay->trigger();
    QCOMPARE(sender.sent.body, detail().record.bodies[0].bytes);
    QVERIFY(sender.sent.target.empty());
    const QPointer<CompareWindow> window = m_inspector->findChild<CompareWindow *>();
    QVERIFY(window);
    sender.told({{0, ReplyPartKind::Text, {}, {}, "Goo"}});
    QVERIFY(window->shownText().contains(u"Goo"_s));
    ConsoleResult result;
    result.status = 200;
    result.provider = "other";
    result.model = "m2";
    result.durationMs = 450;
    FoldedPart words;
    words.text = "Goodbye";
    result.reply.choices.resize(1);
    result.reply.choices[0].parts = {words};
    sender.done(result);
    QTRY_VERIFY(window->shownText().contains(u"Goodbye"_s));
    QVERIFY(window->shownText().contains(u"Hello"_s));
    QVERIFY(window->shownText().contains(u"other/m2"_s));
    window->close();
    QCOMPARE(sender.cancelled, quint64(0));
    QTRY_VERIFY(!window);

    // Closing the window of one that runs cancels it.
    CompareWindow *second = replayRequest(sender, detail().record, "other/m2", m_inspector.get());
    QCOMPARE(sender.sent.target, std::string("other/m2"));
    second->close();
    QCOMPARE(sender.cancelled, quint64(7));
}

void TestRequestInspector::whatCannotBeReplayedIsDisabled()
{
    FakeSender sender;
    m_inspector->requestActions()->setSender(&sender);
    RequestDetail none = detail();
    none.record.bodies.clear();
    m_inspector->setDetail(none);
    QVERIFY(!actionOf(*m_inspector, u"Replay"_s)->isEnabled());
    QVERIFY(actionOf(*m_inspector, u"Replay"_s)->toolTip().contains(u"not kept"_s));
    QVERIFY(actionOf(*m_inspector, u"Copy as cURL"_s)->isEnabled());
    QVERIFY(!replayRequest(sender, none.record, {}, m_inspector.get()));
    m_inspector->setMessage(u"gone"_s);
    QVERIFY(!actionOf(*m_inspector, u"Copy as cURL"_s)->isEnabled());
}

void TestRequestInspector::twoRequestsAreCompared()
{
    QAction *compare = actionOf(*m_inspector, u"Compare"_s);
    QVERIFY(!compare->isEnabled());
    actionOf(*m_inspector, u"Mark"_s)->trigger();
    QVERIFY(!compare->isEnabled()); // with itself
    RequestDetail other = detail();
    other.record.id = "other";
    other.record.durationMs = 1800;
    m_inspector->setDetail(other);
    QVERIFY(compare->isEnabled());
    compare->trigger();
    auto *window = m_inspector->findChild<CompareWindow *>();
    QVERIFY(window);
    QTRY_VERIFY(window->shownText().contains(u"word for word"_s));
    QVERIFY(window->shownText().contains(u"▲ 100"_s));
    actionOf(*m_inspector, u"Copy as JSON"_s)->trigger();
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"\"id\": \"other\""_s));
}

void TestRequestInspector::filesAreWrittenWholeOrNotAtAll()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"a.har"_s);
    QVERIFY(writeFile(path, "abc").isEmpty());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("abc"));
    QVERIFY(writeFile(folder.filePath(u"none/a.har"_s), "abc").contains(u"could not be written"_s));
}

QTEST_MAIN(TestRequestInspector)
#include "tst_request_inspector.moc"
