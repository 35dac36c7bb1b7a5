// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger.h"
#include "core/secrets/secret_store.h"
#include "ui/data/host_catalogue.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QtTest>

using namespace signalbox;

namespace {

QByteArray catalogueOf(const QByteArray &model)
{
    // moc stumbles over quotes in raw strings.
    QByteArray text = "{'version':1,'unit':'USD per million tokens','currency':'USD',"
                      "'sources':{'own':{'package':'own 1','licence':'MIT','asOf':'2099-01-02'}},"
                      "'providers':[{'id':'openai','name':'OpenAI','keyEnvironment':[],'sources':['own']}],"
                      "'models':[{'provider':'openai','model':'" +
                      model + "','name':'M','source':'own','asOf':'2099-01-02'}]}";
    return text.replace('\'', '"');
}

} // namespace

class tst_HostCatalogue final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void doubtsApplyingAndGoingBack()
    {
        const QTemporaryDir folder;
        auto ledger = Ledger::open({folder.path(), 30, 64});
        QVERIFY(ledger);
        SecretStore secrets;
        GatewayHost host(**ledger, secrets, GatewayHost::Options{false, folder.path()});
        HostCatalogue catalogue(host, folder.path(), CatalogueFiles(folder.path()).load());
        const QSignalSpy changed(&catalogue, &CatalogueActions::catalogueChanged);
        QVERIFY(catalogue.isShipped());
        const size_t shipped = catalogue.catalogue()->size();

        std::optional<Result<CatalogueDiff>> diff;
        catalogue.preview(catalogueOf("one"), this, [&](Result<CatalogueDiff> answer) { diff = std::move(answer); });
        QVERIFY(!diff); // never within the call
        QTRY_VERIFY_WITH_TIMEOUT(diff, 30'000);
        QVERIFY(*diff && (*diff)->needsYes()); // nearly all models would go

        std::optional<Result<void>> done;
        catalogue.apply(catalogueOf("one"), false, this, [&](const Result<void> &answer) { done = answer; });
        QTRY_VERIFY_WITH_TIMEOUT(done, 30'000);
        QCOMPARE(done->error().code, std::string("catalogue_doubtful"));
        QCOMPARE(changed.count(), 0);

        done.reset();
        catalogue.apply(catalogueOf("one"), true, this, [&](const Result<void> &answer) { done = answer; });
        QTRY_VERIFY_WITH_TIMEOUT(done, 30'000);
        QVERIFY(*done);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(catalogue.catalogue()->size(), size_t(1));
        QVERIFY(!catalogue.isShipped());

        done.reset();
        catalogue.revert(this, [&](const Result<void> &answer) { done = answer; });
        QTRY_VERIFY_WITH_TIMEOUT(done, 30'000);
        QVERIFY(*done);
        QCOMPARE(catalogue.catalogue()->size(), shipped);
        QVERIFY(catalogue.isShipped());
    }
};

QTEST_GUILESS_MAIN(tst_HostCatalogue)
#include "tst_host_catalogue.moc"
