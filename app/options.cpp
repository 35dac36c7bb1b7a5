// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/options.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QStandardPaths>
#include <QtNetwork/QHostAddress>

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace signalbox {

namespace {

constexpr int usageError = 64;

[[noreturn]] void endWith(const std::string &mistake)
{
    std::fprintf(stderr, "%s\n", mistake.c_str());
    std::exit(usageError);
}

} // namespace

Result<ListenOverride> parseListen(const std::string &text)
{
    const size_t colon = text.rfind(':');
    if (colon == std::string::npos)
        return Error{"listen_invalid", "--listen takes ADDRESS:PORT, for example 127.0.0.1:8484"};
    std::string address = text.substr(0, colon);
    if (address.size() > 2 && address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    if (address.empty() || address == "localhost")
        address = "127.0.0.1";
    if (QHostAddress(QString::fromStdString(address)).isNull())
        return Error{"listen_invalid", "--listen: '" + address + "' is not an IP address"};
    unsigned port = 0;
    const char *end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, port);
    if (read.ec != std::errc() || read.ptr != end || port > 65535)
        return Error{"listen_invalid", "--listen: the port must be a number from 0 to 65535"};
    return ListenOverride{address, static_cast<uint16_t>(port)};
}

Options readOptions(const QStringList &arguments, bool desktop)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        desktop ? QCoreApplication::translate("Options", "Signalbox: an AI API gateway with an operations console.")
                : QCoreApplication::translate("Options", "Signalbox without a screen: the gateway alone."));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption config(QStringLiteral("config"),
                                    QCoreApplication::translate("Options", "Read the configuration from FILE."),
                                    QStringLiteral("FILE"));
    const QCommandLineOption data(QStringLiteral("data-dir"),
                                  QCoreApplication::translate("Options", "Keep the ledger in DIR."),
                                  QStringLiteral("DIR"));
    const QCommandLineOption listen(
        QStringLiteral("listen"),
        QCoreApplication::translate(
            "Options", "Listen on ADDR:PORT instead of what the configuration says; port 0 is any free one."),
        QStringLiteral("ADDR:PORT"));
    const QCommandLineOption demo(
        QStringLiteral("demo"),
        QCoreApplication::translate("Options", "Look around with simulated providers and traffic; nothing is kept."));
    const QCommandLineOption minimized(QStringLiteral("minimized"),
                                       QCoreApplication::translate("Options", "Start with the window minimized."));
    const QCommandLineOption newClient(
        QStringLiteral("new-client"),
        QCoreApplication::translate("Options",
                                    "Make a client key for NAME, add it to the configuration, print it once and end."),
        QStringLiteral("NAME"));
    QCommandLineOption pictures(QStringLiteral("pictures"), QString(), QStringLiteral("FOLDER"));
    QCommandLineOption pseudo(QStringLiteral("pseudo-language"), QString(), QStringLiteral("ltr|rtl"));
    for (QCommandLineOption *option : {&pictures, &pseudo}) // for people who change the code: core/README.md
        option->setFlags(QCommandLineOption::HiddenFromHelp);
    const QCommandLineOption simulate(
        QStringLiteral("simulate"),
        QCoreApplication::translate("Options", "Run the simulation that FILE describes, print its figures as JSON and "
                                               "end. Nobody is called."),
        QStringLiteral("FILE"));
    const QCommandLineOption trace(
        QStringLiteral("trace"),
        QCoreApplication::translate("Options", "Traffic of the simulation: the requests that a ledger recorded, or "
                                               "'synthetic' (default): what FILE makes up."),
        QStringLiteral("LEDGER"));
    parser.addOptions({config, data, listen, demo});
    parser.addOptions(desktop ? QList<QCommandLineOption>{minimized, pictures, pseudo}
                              : QList<QCommandLineOption>{newClient, simulate, trace});
    if (!parser.parse(arguments))
        endWith(parser.errorText().toStdString());
    if (parser.isSet(help))
        parser.showHelp(0);
    if (parser.isSet(version))
        parser.showVersion();
    if (!parser.positionalArguments().isEmpty())
        endWith("Unexpected argument: " + parser.positionalArguments().constFirst().toStdString());

    Options options;
    options.configFile = parser.value(config);
    if (options.configFile.isEmpty())
        options.configFile = QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                             QStringLiteral("/signalbox/gateway.json");
    options.dataFolder = parser.value(data);
    if (options.dataFolder.isEmpty())
        options.dataFolder =
            QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + QStringLiteral("/signalbox");
    options.demo = parser.isSet(demo);
    if (desktop) {
        options.minimized = parser.isSet(minimized);
        options.picturesFolder = parser.value(pictures);
        options.pseudoLanguage = parser.value(pseudo);
    } else {
        options.newClient = parser.value(newClient).toStdString();
        options.simulation = parser.value(simulate);
        options.trace = parser.value(trace);
        if (options.trace == QStringLiteral("synthetic"))
            options.trace.clear();
        if (!options.trace.isEmpty() && options.simulation.isEmpty())
            endWith("--trace belongs to --simulate FILE.");
    }
    if (parser.isSet(listen)) {
        auto parsed = parseListen(parser.value(listen).toStdString());
        if (!parsed)
            endWith(parsed.error().message);
        options.listen = std::move(*parsed);
    }
    return options;
}

} // namespace signalbox
