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

struct DaemonOption {
    const char *name;
    const char *value; // nullptr: a flag
    const char *text;
};

constexpr DaemonOption daemonOptions[] = {
    {"new-client", "NAME",
     QT_TRANSLATE_NOOP("Options", "Make a client key for NAME, add it to the configuration, print it once and end.")},
    {"update-catalogue", "FILE|URL",
     QT_TRANSLATE_NOOP("Options", "Show what another catalogue of models and prices changes, take it over and end.")},
    {"yes", nullptr, QT_TRANSLATE_NOOP("Options", "With --update-catalogue: also where prices move oddly.")},
    {"revert-catalogue", nullptr, QT_TRANSLATE_NOOP("Options", "Go back to the catalogue before and end.")},
    {"import-quality", "FILE",
     QT_TRANSLATE_NOOP("Options", "Take quality scores of models from a CSV file (model,metric,score) and end.")},
    {"reconcile", "FILE",
     QT_TRANSLATE_NOOP("Options", "Compare a usage or cost report of OpenAI, Anthropic or OpenRouter (CSV or JSON) "
                                  "with the ledger and end: 0 where they agree, 4 where not.")},
    {"provider", "ID", QT_TRANSLATE_NOOP("Options", "With --reconcile: the provider's name in the configuration.")},
    {"simulate", "FILE",
     QT_TRANSLATE_NOOP("Options",
                       "Run the simulation that FILE describes, print its figures as JSON and end. Nobody is "
                       "called.")},
    {"trace", "LEDGER",
     QT_TRANSLATE_NOOP("Options", "Traffic of the simulation: the requests that a ledger recorded, or 'synthetic' "
                                  "(default): what FILE makes up.")},
    {"json", nullptr, QT_TRANSLATE_NOOP("Options", "With --reconcile: as JSON.")},
};

void addDaemonOptions(QCommandLineParser &parser)
{
    for (const DaemonOption &option : daemonOptions)
        parser.addOption({QString::fromLatin1(option.name), QCoreApplication::translate("Options", option.text),
                          QString::fromLatin1(option.value)});
}

void readDaemonOptions(const QCommandLineParser &parser, Options &options)
{
    const auto value = [&](const char *name) { return parser.value(QString::fromLatin1(name)); };
    const auto flag = [&](const char *name) { return parser.isSet(QString::fromLatin1(name)); };
    options.newClient = value("new-client").toStdString();
    options.updateCatalogue = value("update-catalogue");
    options.revertCatalogue = flag("revert-catalogue");
    options.importQuality = value("import-quality");
    options.reconcile = value("reconcile");
    options.provider = value("provider").toStdString();
    options.yes = flag("yes");
    options.json = flag("json");
    options.simulation = value("simulate");
    options.trace = value("trace");
    if (options.trace == QStringLiteral("synthetic"))
        options.trace.clear();
    if (!options.trace.isEmpty() && options.simulation.isEmpty())
        endWith("--trace belongs to --simulate FILE.");
    const int commands = !options.newClient.empty() + !options.updateCatalogue.isEmpty() + options.revertCatalogue +
                         !options.importQuality.isEmpty() + !options.reconcile.isEmpty() +
                         !options.simulation.isEmpty();
    if (commands > 1)
        endWith("Say one of --new-client, --update-catalogue, --revert-catalogue, --import-quality, --reconcile, "
                "--simulate.");
    if ((options.yes && options.updateCatalogue.isEmpty()) ||
        ((options.json || !options.provider.empty()) && options.reconcile.isEmpty()))
        endWith("--yes goes with --update-catalogue, --provider and --json with --reconcile.");
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
    QCommandLineOption pictures(QStringLiteral("pictures"), QString(), QStringLiteral("FOLDER"));
    QCommandLineOption pseudo(QStringLiteral("pseudo-language"), QString(), QStringLiteral("ltr|rtl"));
    for (QCommandLineOption *option : {&pictures, &pseudo}) // for people who change the code: core/README.md
        option->setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOptions({config, data, listen, demo});
    if (desktop)
        parser.addOptions({minimized, pictures, pseudo});
    else
        addDaemonOptions(parser);
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
        readDaemonOptions(parser, options);
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
