// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"
#include "core/config/config_store.h"
#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger.h"
#include "core/secrets/secret_store.h"
#include "ui/data/host_actions.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QTcpServer>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

// A keychain that is a map; `trouble` is what it says to everything.
class MemoryKeychain final : public SecretBackend
{
public:
    std::map<std::string, std::string> *values;
    std::optional<Error> *trouble;

    MemoryKeychain(std::map<std::string, std::string> *into, std::optional<Error> *error) : values(into), trouble(error)
    {
    }
    void read(const std::string &where, QObject *context, ReadDone done) override
    {
        Result<std::string> result = Error{"secret_not_found", "none"};
        if (const auto found = values->find(where); found != values->end())
            result = Result<std::string>(boost::system::in_place_value, found->second);
        answer(context, [done, result] { done(result); });
    }
    void write(const std::string &where, const std::string &secret, QObject *context, WriteDone done) override
    {
        if (!*trouble)
            (*values)[where] = secret;
        answer(context, [this, done] { done(outcome()); });
    }
    void remove(const std::string &where, QObject *context, WriteDone done) override
    {
        if (!*trouble)
            values->erase(where);
        answer(context, [this, done] { done(outcome()); });
    }

private:
    Result<void> outcome() const { return *trouble ? Result<void>(**trouble) : Result<void>(); }
    static void answer(QObject *context, const std::function<void()> &call)
    {
        QMetaObject::invokeMethod(context, call, Qt::QueuedConnection);
    }
};

Config withBox(const std::string &url)
{
    Config config;
    ProviderConfig box;
    box.id = "box";
    box.dialect = "openai-chat";
    box.baseUrl = url;
    box.proxy = "none";
    config.providers.push_back(box);
    return config;
}

} // namespace

class TestHostActions final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    std::map<std::string, std::string> m_keychain;
    std::optional<Error> m_trouble;
    std::unique_ptr<Ledger> m_ledger;
    std::unique_ptr<SecretStore> m_secrets;
    std::unique_ptr<ConfigStore> m_store;
    std::unique_ptr<GatewayHost> m_host;
    std::unique_ptr<HostActions> m_actions;

    QByteArray fileBytes() const
    {
        QFile file(m_actions->configPath());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    Result<void> wait(const std::function<void(ProviderActions::Done)> &call)
    {
        std::optional<Result<void>> answer;
        call([&answer](Result<void> result) { answer = std::move(result); });
        if (answer)
            return Error{"answered_inside_the_call", {}};
        if (!QTest::qWaitFor([&] { return answer.has_value(); }))
            return Error{"no_answer", {}};
        return *answer;
    }

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_keychain.clear();
        m_trouble.reset();
        auto ledger = Ledger::open({m_dir->path(), 30, 64});
        QVERIFY(ledger);
        m_ledger = std::move(*ledger);
        m_secrets = std::make_unique<SecretStore>();
        m_secrets->setBackend("keychain", std::make_unique<MemoryKeychain>(&m_keychain, &m_trouble));
        m_store = std::make_unique<ConfigStore>(m_dir->filePath(u"gateway.json"_s));
        QVERIFY(m_store->load());
        m_host = std::make_unique<GatewayHost>(*m_ledger, *m_secrets, GatewayHost::Options{false, m_dir->path()});
        m_actions = std::make_unique<HostActions>(*m_host, *m_secrets, *m_store);
    }

    void cleanup()
    {
        m_actions.reset();
        m_host.reset();
        m_store.reset();
        m_secrets.reset();
        m_ledger.reset();
    }

    void appliesAndSaves()
    {
        QSignalSpy changed(m_actions.get(), &ProviderActions::configChanged);
        QVERIFY(m_actions->config()->providers.empty());
        const Config next = withBox("http://127.0.0.1:9/v1");
        QVERIFY(m_actions->apply(next, u"provider box added"_s));
        QCOMPARE(changed.size(), 1);
        QVERIFY(*changed[0][0].value<ConfigPtr>() == next);
        QVERIFY(*m_actions->config() == next);
        QCOMPARE(m_actions->configPath(), m_dir->filePath(u"gateway.json"_s));
        QTRY_COMPARE(fileBytes().toStdString(), writeConfig(next));
    }

    void refusesWhatIsWrong()
    {
        QSignalSpy changed(m_actions.get(), &ProviderActions::configChanged);
        const auto applied = m_actions->apply(withBox("no address"), u"bad"_s);
        QVERIFY(!applied);
        QCOMPARE(applied.error().code, std::string("config_invalid"));
        QVERIFY(applied.error().message.find("/providers/0/baseUrl") != std::string::npos);
        QVERIFY(m_actions->config()->providers.empty());
        QCOMPARE(changed.size(), 0);
    }

    void tellsWhenItCannotSave()
    {
        ConfigStore store(m_dir->filePath(u"a-file/gateway.json"_s));
        QFile blocker(m_dir->filePath(u"a-file"_s));
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        QVERIFY(store.load());
        HostActions actions(*m_host, *m_secrets, store);
        QSignalSpy failed(&actions, &ProviderActions::saveFailed);
        QVERIFY(actions.apply(withBox("http://127.0.0.1:9/v1"), u"box"_s));
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!failed[0][0].toString().isEmpty());
    }

    void secretsGoToTheKeychain()
    {
        const auto write = [this](const ProviderActions::Done &done) {
            m_actions->writeSecret("keychain:box/main", "sk-value", this, done);
        };
        const auto remove = [this](const ProviderActions::Done &done) {
            m_actions->removeSecret("keychain:box/main", this, done);
        };
        QVERIFY(wait(write));
        QCOMPARE(m_keychain, (std::map<std::string, std::string>{{"box/main", "sk-value"}}));
        QVERIFY(wait(remove));
        QVERIFY(m_keychain.empty());
        m_trouble = Error{"keychain_locked", "The keychain is locked"};
        QCOMPARE(wait(write).error().code, std::string("keychain_locked"));
        QCOMPARE(wait(remove).error().code, std::string("keychain_locked"));
        QVERIFY(m_keychain.empty());
        QCOMPARE(fileBytes(), QByteArray()); // neither has touched the config
    }

    void aDeadContextHearsNothing()
    {
        bool heard = false;
        {
            QObject page;
            m_actions->writeSecret("keychain:box/main", "sk-value", &page,
                                   [&heard](const Result<void> &) { heard = true; });
        }
        QVERIFY(wait(
            [this](const ProviderActions::Done &done) { m_actions->removeSecret("keychain:box/other", this, done); }));
        QVERIFY(!heard);
    }

    void aDraftIsPlannedAndNotApplied()
    {
        const Config running = withBox("http://127.0.0.1:9/v1");
        m_host->overrideListen("127.0.0.1", 0);
        QSignalSpy started(m_host.get(), &GatewayHost::started);
        m_host->start(std::make_shared<const Config>(running));
        QTRY_COMPARE(started.size(), 1);
        Config draft = running;
        RouteConfig &route = draft.routes.emplace_back();
        route.id = "drafted";
        route.to.provider = "box";
        route.to.model = "other";
        const std::string request = "{\"model\":\"asked\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        std::vector<std::string> answers;
        const auto take = [&answers](const Result<std::string> &answer) {
            answers.push_back(answer ? *answer : answer.error().message);
        };
        m_actions->explainDraft(std::make_shared<const Config>(draft), request, {}, this, take);
        m_actions->explain(request, {}, this, take);
        QTRY_COMPARE(answers.size(), size_t(2));
        QVERIFY2(answers[0].find("box/other") != std::string::npos, answers[0].c_str());
        QVERIFY2(answers[0].find("drafted") != std::string::npos, answers[0].c_str());
        QVERIFY2(answers[1].find("box/asked") != std::string::npos, answers[1].c_str());
        QVERIFY(m_actions->config()->routes.empty());
    }

    void probesReportUnderTheirOwnNumber()
    {
        QTcpServer closed; // a port that nobody listens on
        QVERIFY(closed.listen(QHostAddress::LocalHost));
        const std::string url = "http://127.0.0.1:" + std::to_string(closed.serverPort()) + "/v1";
        closed.close();
        std::map<quint64, ProbeReport> last;
        connect(m_actions.get(), &ProviderActions::probeProgress, this,
                [&last](quint64 probe, const ProbeReport &report) { last[probe] = report; });
        const quint64 first = m_actions->probe(withBox(url).providers[0], "sk-one");
        const quint64 second = m_actions->probe(withBox(url).providers[0], "sk-two");
        QVERIFY(first != second);
        for (const quint64 probe : {first, second}) {
            QTRY_VERIFY(last.contains(probe) && last.at(probe).finished);
            const auto &steps = last.at(probe).steps;
            QVERIFY(std::any_of(steps.begin(), steps.end(), [](const ProbeStep &step) {
                return step.name == ProbeStep::Name::Connect && step.state == ProbeStep::State::Failed;
            }));
        }
        QVERIFY(m_keychain.empty());
    }
};

QTEST_GUILESS_MAIN(TestHostActions)
#include "tst_host_actions.moc"
