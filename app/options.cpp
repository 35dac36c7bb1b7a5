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

// For people who change the code (core/README.md).
struct LookOptions {
    QCommandLineOption pictures{QStringLiteral("pictures"), QString(), QStringLiteral("FOLDER")};
    QCommandLineOption pseudo{QStringLiteral("pseudo-language"), QString(), QStringLiteral("ltr|rtl")};

    LookOptions()
    {
        pictures.setFlags(QCommandLineOption::HiddenFromHelp);
        pseudo.setFlags(QCommandLineOption::HiddenFromHelp);
    }
    QList<QCommandLineOption> all() const { return {pictures, pseudo}; }
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

struct DaemonOption {
    const char *name;
    const char *value; // nullptr: a flag
    const char *text;
};

constexpr DaemonOption daemonOptions[] = {
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
    const int commands = (options.clientCommand != Options::ClientCommand::None) + !options.updateCatalogue.isEmpty() +
                         options.revertCatalogue + !options.importQuality.isEmpty() + !options.reconcile.isEmpty() +
                         !options.simulation.isEmpty();
    if (commands > 1)
        endWith("Say one of --new-client, --rotate-client, --revoke-client, --list-clients, --update-catalogue, "
                "--revert-catalogue, --import-quality, --reconcile, "
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
    const LookOptions look;
    const ClientOptions clients;
    parser.addOptions({config, data, listen, demo});
    if (desktop) {
        parser.addOptions(QList<QCommandLineOption>{minimized} + look.all());
    } else {
        parser.addOptions(clients.all());
        addDaemonOptions(parser);
    }
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
        options.picturesFolder = parser.value(look.pictures);
        options.pseudoLanguage = parser.value(look.pseudo);
    } else {
        readClientCommand(parser, clients, options);
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
