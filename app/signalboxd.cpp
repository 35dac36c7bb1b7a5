// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/backend.h"
#include "app/client_commands.h"
#include "app/commands.h"
#include "app/options.h"
#include "app/simulate.h"
#include "app/unix_signals.h"
#include "core/base/clock.h"
#include "core/base/version.h"

#include <QtCore/QCoreApplication>

#include <cstdio>

namespace {

using namespace signalbox;

constexpr int badConfig = 2;

int fail(const Error &error)
{
    std::fprintf(stderr, "%s\n", error.message.c_str());
    return error.code == "config_invalid" ? badConfig : 1;
}

int runClientCommand(const Options &options)
{
    using Command = Options::ClientCommand;
    ConfigStore store(options.configFile);
    if (const auto loaded = store.load(); !loaded)
        return fail(loaded.error());
    const Config &config = *store.current();
    const int64_t nowMs = SystemClock().wallMs();
    const std::string &id = options.client.id;
    if (options.clientCommand == Command::List) {
        std::fputs(listClients(config, nowMs).c_str(), stdout);
        return 0;
    }
    auto changed = options.clientCommand == Command::Add      ? addClient(config, options.client, nowMs)
                   : options.clientCommand == Command::Rotate ? rotateClient(config, id, options.grace, nowMs)
                                                              : revokeClient(config, id, nowMs);
    if (!changed)
        return fail(changed.error());
    const char *why = options.clientCommand == Command::Add      ? "client key made on the command line"
                      : options.clientCommand == Command::Rotate ? "client key replaced on the command line"
                                                                 : "client key revoked on the command line";
    QString problem;
    QObject::connect(&store, &ConfigStore::saveFailed, &store, [&](const QString &text) { problem = text; });
    if (const auto applied = store.apply(std::move(changed->config), QString::fromLatin1(why)); !applied)
        return fail(applied.error());
    // A key that is not in the file opens nothing: it is printed once it is there.
    QObject::connect(&store, &ConfigStore::saved, QCoreApplication::instance(), &QCoreApplication::quit);
    QObject::connect(&store, &ConfigStore::saveFailed, QCoreApplication::instance(), &QCoreApplication::quit);
    QCoreApplication::exec();
    if (!problem.isEmpty())
        return fail({"config_unwritable", problem.toStdString()});
    if (!changed->key.empty())
        std::printf("%s\n", changed->key.c_str());
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
    if (options.clientCommand != Options::ClientCommand::None)
        return runClientCommand(options);
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
        std::fprintf(stderr, "No client has a key yet: make one with  signalboxd --new-client ID\n");
    QMetaObject::invokeMethod(&backend, &Backend::start, Qt::QueuedConnection);
    return QCoreApplication::exec();
}
