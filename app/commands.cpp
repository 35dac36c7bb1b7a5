// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands.h"

#include "core/catalogue/catalogue_updater.h"
#include "core/config/answers_reader.h"
#include "core/config/config_reader.h"
#include "core/gateway/catalogue_fetch.h"
#include "core/gateway/proxy_choice.h"
#include "core/gateway/report_text.h"
#include "core/ledger/ledger_reader.h"
#include "core/reconciliation/reconcile.h"
#include "core/secrets/secret_store.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>

#include <cstdio>
#include <functional>
#include <memory>
#include <optional>

namespace signalbox {

namespace {

constexpr int failed = 1;
constexpr int needsYes = 3;
constexpr int differs = 4;
constexpr size_t mostShown = 60;

int fail(const Error &error)
{
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return failed;
}

Result<QByteArray> readWhole(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{"file_unreadable", path.toStdString() + ": " + file.errorString().toStdString()};
    return file.readAll();
}

// The proxy of the config, if there is one that can be read; done() once its password is at hand, or cannot be.
void findProxies(const Options &options, SecretStore &secrets, const std::function<void(const ProxyRules &)> &done)
{
    const auto text = readWhole(options.configFile);
    const auto config = text ? readConfig(text->toStdString()) : Result<Config>(text.error());
    if (!config)
        return done({});
    if (config->proxyPassword.empty())
        return done(proxyRulesOf(*config, {}));
    secrets.read(config->proxyPassword, &secrets, [config = *config, done](const Result<std::string> &password) {
        if (!password)
            std::fprintf(stderr, "proxyPassword: %s\n", password.error().message.c_str());
        done(proxyRulesOf(config, [&password](const std::string &) { return password ? &*password : nullptr; }));
    });
}

Result<QByteArray> fetchWhole(const std::string &url, const Options &options)
{
    if (const std::string wrong = checkCatalogueUrl(url); !wrong.empty())
        return Error{"url_invalid", "--update-catalogue: the address " + wrong};
    HttpClientPool pool;
    std::optional<Result<QByteArray>> answer;
    std::unique_ptr<CatalogueFetch> fetch;
    SecretStore secrets;
    findProxies(options, secrets, [&](const ProxyRules &rules) {
        pool.setProxyRules(rules);
        fetch =
            std::make_unique<CatalogueFetch>(pool, url, std::string(), [&](Result<CatalogueFetch::Fetched> fetched) {
                answer = fetched ? Result<QByteArray>(QByteArray::fromStdString(fetched->bytes)) : fetched.error();
                QCoreApplication::quit();
            });
    });
    if (!answer)
        QCoreApplication::exec(); // nothing else runs
    return answer ? *answer : Error{"catalogue_fetch", "The catalogue was not fetched."};
}

void print(const CatalogueDiff &diff)
{
    size_t shown = 0;
    for (const bool odd : {true, false}) {
        for (const CatalogueChange &change : diff.changes) {
            if (change.needsYes != odd || ++shown > mostShown)
                continue;
            const std::string name = change.provider + '/' + change.model;
            if (change.kind != CatalogueChange::Kind::Changed)
                std::printf("%s %s\n", change.kind == CatalogueChange::Kind::Added ? "+" : "-", name.c_str());
            else
                std::printf("%s %s %s: %s -> %s\n", odd ? "!" : " ", name.c_str(), change.fact.c_str(),
                            change.before.empty() ? "unknown" : change.before.c_str(),
                            change.after.empty() ? "unknown" : change.after.c_str());
        }
    }
    if (shown > mostShown)
        std::printf("  and %zu more\n", shown - mostShown);
    std::printf("%zu models changed, %zu came, %zu went\n", diff.changed, diff.added, diff.removed);
}

int updateCatalogue(const Options &options)
{
    const QString &from = options.updateCatalogue;
    const bool address = from.startsWith(QStringLiteral("http://")) || from.startsWith(QStringLiteral("https://"));
    const auto bytes = address ? fetchWhole(from.toStdString(), options) : readWhole(from);
    if (!bytes)
        return fail(bytes.error());
    CatalogueUpdater updater(options.dataFolder);
    const auto offer = updater.offer(*bytes);
    if (!offer)
        return fail({offer.error().code, from.toStdString() + ": " + offer.error().message});
    print(offer->diff);
    for (const std::string &doubt : offer->diff.doubts)
        std::fprintf(stderr, "doubtful: %s\n", doubt.c_str());
    if (offer->diff.needsYes() && !options.yes) {
        std::fprintf(stderr, "Nothing was changed: say --yes to take it over all the same.\n");
        return needsYes;
    }
    const auto taken = updater.take(offer->digest, options.yes);
    if (!taken)
        return fail(taken.error());
    std::printf("The catalogue of %s is in force; a gateway that runs takes it over within a second.\n",
                offer->asOf.c_str());
    return 0;
}

int revertCatalogue(const Options &options)
{
    CatalogueUpdater updater(options.dataFolder);
    if (const auto done = updater.revert(); !done)
        return fail(done.error());
    const CatalogueFiles::Loaded loaded = updater.files().load();
    std::printf("The catalogue before is in force again: of %s, %s.\n", loaded.catalogue->asOf().c_str(),
                loaded.shipped ? "the one that ships with Signalbox" : "your own");
    return 0;
}

int importQuality(const Options &options)
{
    const auto bytes = readWhole(options.importQuality);
    if (!bytes)
        return fail(bytes.error());
    const auto count = CatalogueFiles(options.dataFolder).applyQuality(*bytes);
    if (!count)
        return fail({count.error().code, options.importQuality.toStdString() + ": " + count.error().message});
    std::printf(*count > 0 ? "%zu scores are in force.\n" : "Your own scores are taken away (%zu left).\n", *count);
    return 0;
}

int reconcileReport(const Options &options)
{
    const auto bytes = readWhole(options.reconcile);
    if (!bytes)
        return fail(bytes.error());
    const auto report = readUsageReport(std::string_view(bytes->constData(), static_cast<size_t>(bytes->size())));
    if (!report)
        return fail({report.error().code, options.reconcile.toStdString() + ": " + report.error().message});
    const auto ledger = LedgerReader::open(options.dataFolder + QStringLiteral("/signalbox.db"));
    if (!ledger)
        return fail(ledger.error());
    ReconcileOptions how;
    how.provider = options.provider;
    const auto result = reconcile(*report, **ledger, how);
    if (!result)
        return fail(result.error());
    const std::string text = options.json ? reconciliationJson(*result) + '\n' : reconciliationTable(*result);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return result->differing == 0 ? 0 : differs;
}

// Beside a running gateway too, and with a config that does not read: that is when one is wanted.
int writeBundle(const Options &options)
{
    const auto text = readWhole(options.configFile);
    const auto config = text ? readConfig(text->toStdString()) : Result<Config>(text.error());
    if (!config)
        std::fprintf(stderr, "%s: %s; the report is without it\n", qPrintable(options.configFile),
                     config.error().message.c_str());
    const auto written = writeReport(options.reportBundle, config ? *config : Config(),
                                     options.dataFolder + QStringLiteral("/logs"), options.dataFolder);
    if (!written)
        return fail(written.error());
    std::printf("%s\nRead it before you send it.\n", qPrintable(*written));
    return 0;
}

} // namespace

std::optional<int> runCommand(const Options &options)
{
    if (!options.updateCatalogue.isEmpty())
        return updateCatalogue(options);
    if (options.revertCatalogue)
        return revertCatalogue(options);
    if (!options.importQuality.isEmpty())
        return importQuality(options);
    if (!options.reportBundle.isEmpty())
        return writeBundle(options);
    if (!options.reconcile.isEmpty())
        return reconcileReport(options);
    return std::nullopt;
}

} // namespace signalbox
