// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/options.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QCoreApplication>
#include <QtCore/QStandardPaths>
#include <QtNetwork/QHostAddress>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace signalbox {

namespace {

constexpr int usageError = 64;

[[noreturn]] void endWith(const std::string &mistake)
{
    std::fprintf(stderr, "%s\n", mistake.c_str());
    std::exit(usageError);
}

// The daemon's work on client keys.
struct ClientOptions {
    Q_DECLARE_TR_FUNCTIONS(Options)
public:
    const QString id = QStringLiteral("ID");
    const QString list = QStringLiteral("LIST");
    const QCommandLineOption add{QStringLiteral("new-client"),
                                 tr("Make a client ID with a key, add it to the configuration, print the key once and "
                                    "end. The options below go with it."),
                                 id};
    const QCommandLineOption rotate{
        QStringLiteral("rotate-client"),
        tr("Give client ID a new key, print it once and end; the old one works until --grace is over."), id};
    const QCommandLineOption revoke{QStringLiteral("revoke-client"), tr("End the key of client ID for good, and end."),
                                    id};
    const QCommandLineOption show{QStringLiteral("list-clients"), tr("List the clients without their keys and end.")};
    const QCommandLineOption grace{QStringLiteral("grace"),
                                   tr("With --rotate-client: how long the old key still works, 24h unless said."),
                                   QStringLiteral("TIME")};
    const QCommandLineOption name{QStringLiteral("name"), tr("With --new-client: a name for people."),
                                  QStringLiteral("TEXT")};
    const QCommandLineOption project{QStringLiteral("project"), tr("With --new-client: the project it belongs to."),
                                     id};
    const QCommandLineOption user{QStringLiteral("user"), tr("With --new-client: the user it stands for."),
                                  QStringLiteral("NAME")};
    const QCommandLineOption expires{QStringLiteral("expires"),
                                     tr("With --new-client: the key ends after TIME, such as 90d."),
                                     QStringLiteral("TIME")};
    const QCommandLineOption admin{QStringLiteral("admin"), tr("With --new-client: it may read status and alerts.")};
    const QCommandLineOption routes{QStringLiteral("routes"),
                                    tr("With --new-client: the routes it may use, separated by commas; * stands for "
                                       "any run of letters."),
                                    list};
    const QCommandLineOption models{QStringLiteral("models"), tr("With --new-client: the model names it may ask for."),
                                    list};
    const QCommandLineOption dialects{
        QStringLiteral("dialects"), tr("With --new-client: openai-chat, openai-responses, anthropic, gemini, ollama."),
        list};
    const QCommandLineOption regions{QStringLiteral("regions"),
                                     tr("With --new-client: the regions its requests may go to."), list};

    QList<QCommandLineOption> all() const
    {
        return {add,  rotate,  revoke, show,   grace,  name,     project,
                user, expires, admin,  routes, models, dialects, regions};
    }
};

struct SimulationOptions {
    Q_DECLARE_TR_FUNCTIONS(Options)
public:
    const QCommandLineOption file{QStringLiteral("simulate"),
                                  tr("Run the simulation that FILE describes, print its figures as JSON and end. "
                                     "Nobody is called."),
                                  QStringLiteral("FILE")};
    const QCommandLineOption trace{QStringLiteral("trace"),
                                   tr("Traffic of the simulation: the requests that a ledger recorded, or 'synthetic' "
                                      "(default): what FILE makes up."),
                                   QStringLiteral("LEDGER")};

    QList<QCommandLineOption> all() const { return {file, trace}; }
};

// The daemon's work on catalogues, scores and reports.
struct CommandOptions {
    Q_DECLARE_TR_FUNCTIONS(Options)
public:
    const QString file = QStringLiteral("FILE");
    const QCommandLineOption update{
        QStringLiteral("update-catalogue"),
        tr("Show what another catalogue of models and prices changes, take it over and end."),
        QStringLiteral("FILE|URL")};
    const QCommandLineOption yes{QStringLiteral("yes"), tr("With --update-catalogue: also where prices move oddly.")};
    const QCommandLineOption revert{QStringLiteral("revert-catalogue"), tr("Go back to the catalogue before and end.")};
    const QCommandLineOption quality{QStringLiteral("import-quality"),
                                     tr("Take quality scores of models from a CSV file (model,metric,score) and end."),
                                     file};
    const QCommandLineOption reconcile{QStringLiteral("reconcile"),
                                       tr("Compare a usage or cost report of OpenAI, Anthropic or OpenRouter (CSV or "
                                          "JSON) with the ledger and end: 0 where they agree, 4 where not."),
                                       file};
    const QCommandLineOption provider{QStringLiteral("provider"),
                                      tr("With --reconcile: the provider's name in the configuration."),
                                      QStringLiteral("ID")};
    const QCommandLineOption json{QStringLiteral("json"), tr("With --reconcile: as JSON.")};
    const QCommandLineOption report{QStringLiteral("report-bundle"),
                                    tr("Write what to attach to a report of a fault, without secrets, and end."), file};

    QList<QCommandLineOption> all() const { return {update, yes, revert, quality, reconcile, provider, json, report}; }
};

// For people who change the code (core/README.md).
struct LookOptions {
    QCommandLineOption pictures{QStringLiteral("pictures"), QString(), QStringLiteral("FOLDER")};
    QCommandLineOption pseudo{QStringLiteral("pseudo-language"), QString(), QStringLiteral("ltr|rtl")};
    QCommandLineOption stalls{QStringLiteral("report-stalls"), QString(), QStringLiteral("MS")};

    LookOptions()
    {
        pictures.setFlags(QCommandLineOption::HiddenFromHelp);
        pseudo.setFlags(QCommandLineOption::HiddenFromHelp);
        stalls.setFlags(QCommandLineOption::HiddenFromHelp);
    }
    QList<QCommandLineOption> all() const { return {pictures, pseudo, stalls}; }
};

std::vector<std::string> words(const QString &text)
{
    std::vector<std::string> out;
    for (const QString &word : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
        out.push_back(word.trimmed().toStdString());
    return out;
}

Millis spanOf(const QCommandLineParser &parser, const QCommandLineOption &option)
{
    const auto span = parseSpan(parser.value(option).toStdString());
    if (!span)
        endWith("--" + option.names().constFirst().toStdString() + ": " + span.error().message);
    return *span;
}

void readNewClient(const QCommandLineParser &parser, const ClientOptions &known, NewClient &client)
{
    client.name = parser.value(known.name).toStdString();
    client.user = parser.value(known.user).toStdString();
    client.admin = parser.isSet(known.admin);
    if (parser.isSet(known.project))
        client.project = parser.value(known.project).toStdString();
    if (parser.isSet(known.expires)) {
        client.expiresIn = spanOf(parser, known.expires);
        if (client.expiresIn->count() == 0)
            endWith("--expires: must be above 0");
    }
    client.routes = words(parser.value(known.routes));
    client.models = words(parser.value(known.models));
    client.dialects = words(parser.value(known.dialects));
    client.regions = words(parser.value(known.regions));
}

void readClientCommand(const QCommandLineParser &parser, const ClientOptions &known, Options &options)
{
    using Command = Options::ClientCommand;
    const std::array<std::pair<const QCommandLineOption *, Command>, 4> commands{{{&known.add, Command::Add},
                                                                                  {&known.rotate, Command::Rotate},
                                                                                  {&known.revoke, Command::Revoke},
                                                                                  {&known.show, Command::List}}};
    for (const auto &[option, command] : commands) {
        if (!parser.isSet(*option))
            continue;
        if (options.clientCommand != Command::None)
            endWith("Only one of --new-client, --rotate-client, --revoke-client and --list-clients at a time");
        options.clientCommand = command;
        options.client.id = parser.value(*option).toStdString();
    }
    for (const QCommandLineOption *option : {&known.name, &known.project, &known.user, &known.expires, &known.admin,
                                             &known.routes, &known.models, &known.dialects, &known.regions}) {
        if (parser.isSet(*option) && options.clientCommand != Command::Add)
            endWith("--" + option->names().constFirst().toStdString() + " goes with --new-client");
    }
    if (parser.isSet(known.grace) && options.clientCommand != Command::Rotate)
        endWith("--grace goes with --rotate-client");
    if (parser.isSet(known.grace))
        options.grace = spanOf(parser, known.grace);
    if (options.clientCommand == Command::Add)
        readNewClient(parser, known, options.client);
}

void readSimulation(const QCommandLineParser &parser, const SimulationOptions &known, Options &options)
{
    options.simulation = parser.value(known.file);
    options.trace = parser.value(known.trace);
    if (options.trace == QStringLiteral("synthetic"))
        options.trace.clear();
    if (!options.trace.isEmpty() && options.simulation.isEmpty())
        endWith("--trace belongs to --simulate FILE.");
}

void readCommand(const QCommandLineParser &parser, const CommandOptions &known, Options &options)
{
    options.updateCatalogue = parser.value(known.update);
    options.revertCatalogue = parser.isSet(known.revert);
    options.importQuality = parser.value(known.quality);
    options.reconcile = parser.value(known.reconcile);
    options.reportBundle = parser.value(known.report);
    options.provider = parser.value(known.provider).toStdString();
    options.yes = parser.isSet(known.yes);
    options.json = parser.isSet(known.json);
    const int commands = !options.updateCatalogue.isEmpty() + options.revertCatalogue +
                         !options.importQuality.isEmpty() + !options.reconcile.isEmpty() +
                         !options.reportBundle.isEmpty() + !options.simulation.isEmpty() +
                         (options.clientCommand != Options::ClientCommand::None);
    if (commands > 1)
        endWith("Only one of --update-catalogue, --revert-catalogue, --import-quality, --reconcile, --report-bundle, "
                "--simulate and the commands for clients at a time");
    if (options.yes && options.updateCatalogue.isEmpty())
        endWith("--yes goes with --update-catalogue");
    if ((options.json || !options.provider.empty()) && options.reconcile.isEmpty())
        endWith("--provider and --json go with --reconcile");
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
    const LookOptions look;
    const ClientOptions clients;
    const SimulationOptions simulation;
    const CommandOptions commands;
    parser.addOptions({config, data, listen, demo});
    parser.addOptions(desktop ? QList<QCommandLineOption>{minimized} + look.all()
                              : clients.all() + simulation.all() + commands.all());
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
        options.stallMs = parser.value(look.stalls).toInt();
        options.picturesFolder = parser.value(look.pictures);
        options.pseudoLanguage = parser.value(look.pseudo);
    } else {
        readClientCommand(parser, clients, options);
        readSimulation(parser, simulation, options);
        readCommand(parser, commands, options);
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
