// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/backend.h"
#include "app/commands.h"
#include "app/options.h"
#include "app/simulate.h"
#include "app/unix_signals.h"
#include "core/base/version.h"
#include "core/config/client_key.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cstdio>

namespace {

using namespace signalbox;

constexpr int badConfig = 2;

int fail(const Error &error)
{
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return error.code == "config_invalid" ? badConfig : 1;
}

int addClient(const Options &options)
{
    ConfigStore store(options.configFile);
    if (const auto loaded = store.load(); !loaded)
        return fail(loaded.error());
    Config next = *store.current();
    std::erase_if(next.clients, [&](const ClientConfig &client) { return client.id == options.newClient; });
    const std::string key = makeClientKey();
    ClientConfig client;
    client.id = options.newClient;
    client.keySha256 = clientKeySha256(key);
    next.clients.push_back(std::move(client));
    if (const auto applied = store.apply(std::move(next), QStringLiteral("client key made on the command line"));
        !applied)
        return fail(applied.error());
    std::printf("%s\n", key.c_str());
    return 0;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    // Both programs share the folders of one person's Signalbox.
    QCoreApplication::setOrganizationName(QStringLiteral("signalbox"));
    QCoreApplication::setApplicationName(QStringLiteral("signalbox"));
    QCoreApplication::setApplicationVersion(QString::fromLatin1(versionText));
    const Options options = readOptions(QCoreApplication::arguments(), false);
    if (!options.newClient.empty())
        return addClient(options);
    if (const auto status = runCommand(options))
        return *status;

    if (!options.simulation.isEmpty()) {
        const auto report = simulate(options);
        if (!report)
            return fail(report.error());
        std::printf("%s\n", report->c_str());
        return 0;
    }

    UnixSignals unixSignals;
    Backend backend(options, true);
    if (const auto opened = backend.open(); !opened)
        return fail(opened.error());
    QObject::connect(&backend.host(), &GatewayHost::started, &app, [](const QString &url) {
        std::printf("listening %s\n", url.toUtf8().constData());
        std::fflush(stdout);
    });
    QObject::connect(&backend.host(), &GatewayHost::startFailed, &app, [&](const QString &, const QString &message) {
        std::fprintf(stderr, "%s\n", message.toUtf8().constData());
        // A reload that cannot listen elsewhere leaves the running gateway as it is.
        if (backend.host().state() == GatewayState::Failed)
            QCoreApplication::exit(1);
    });
    QObject::connect(&backend.config(), &ConfigStore::rejected, &app,
                     [](const QString &message) { std::fprintf(stderr, "%s\n", message.toUtf8().constData()); });
    QObject::connect(&backend, &Backend::demoFailed, &app, [](const QString &message) {
        std::fprintf(stderr, "%s\n", message.toUtf8().constData());
        QCoreApplication::exit(1);
    });
    QObject::connect(&backend, &Backend::demoReady, &app, [&] {
        std::fprintf(stderr, "demo: simulated providers; client key for this run: %s\n", backend.demoKey().c_str());
    });
    QObject::connect(&unixSignals, &UnixSignals::quitRequested, &backend, &Backend::shutDown);
    QObject::connect(&backend, &Backend::finished, &app, [] { QCoreApplication::exit(0); });
    const ConfigPtr config = backend.config().current();
    if (!backend.isDemo() && config->listen.auth == AuthMode::Keys && config->clients.empty())
        std::fprintf(stderr, "No client has a key yet: make one with  signalboxd --new-client NAME\n");
    QMetaObject::invokeMethod(&backend, &Backend::start, Qt::QueuedConnection);
    return QCoreApplication::exec();
}
