// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/backend.h"
#include "app/desktop.h"
#include "app/options.h"
#include "app/pseudo_translator.h"
#include "app/single_instance.h"
#include "app/stall_watch.h"
#include "app/unix_signals.h"
#include "core/base/version.h"
#include "ui/preferences/preferences.h"
#include "ui/settings/window_settings.h"
#include "ui/widgets/theme.h"

#include <QtCore/QTimer>
#include <QtCore/QTranslator>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMessageBox>

#include <cstdio>

namespace {

using namespace signalbox;

constexpr int badConfig = 2;

int refuseToStart(const Error &error)
{
    std::fprintf(stderr, "%s\n", error.message.c_str());
    QMessageBox box(QMessageBox::Critical, QCoreApplication::translate("main", "Signalbox cannot start"),
                    QString::fromStdString(error.message));
    box.exec(); // nothing else runs yet
    return error.code == "config_invalid" ? badConfig : 1;
}

// `--version` and `--help` must answer where there is no display.
bool wantsTextOnly(int argc, char **argv)
{
    for (int i = 1; i < argc; ++i) {
        const QByteArray argument(argv[i]);
        if (argument == "--version" || argument == "-v" || argument == "--help" || argument == "-h")
            return true;
    }
    return false;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication::setOrganizationName(QStringLiteral("signalbox"));
    QCoreApplication::setApplicationName(QStringLiteral("signalbox"));
    QCoreApplication::setApplicationVersion(QString::fromLatin1(versionText));
    if (wantsTextOnly(argc, argv)) {
        QCoreApplication text(argc, argv);
        readOptions(QCoreApplication::arguments(), true);
    }
    QGuiApplication::setHighDpiScaleFactorRoundingPolicy(Qt::HighDpiScaleFactorRoundingPolicy::PassThrough);
    QApplication app(argc, argv);
    QApplication::setApplicationDisplayName(QStringLiteral("Signalbox"));
    QApplication::setDesktopFileName(QStringLiteral("signalbox"));
    QApplication::setQuitOnLastWindowClosed(false);
    // The sources are English already; this adds only the forms for one of a thing.
    QTranslator english;
    if (english.load(QStringLiteral(":/i18n/signalbox_en.qm")))
        QCoreApplication::installTranslator(&english);
    const Options options = readOptions(QCoreApplication::arguments(), true);
    PseudoTranslator pseudo;
    if (!options.pseudoLanguage.isEmpty())
        QCoreApplication::installTranslator(&pseudo);
    if (options.pseudoLanguage == QStringLiteral("rtl"))
        QApplication::setLayoutDirection(Qt::RightToLeft);
    WindowSettings::applyAppearance();
    theme().install();
    // What the demo's window remembers (its providers' colours above all) stays apart from the person's own.
    if (options.demo) {
        const auto appearance = WindowSettings::appearance();
        QCoreApplication::setApplicationName(QStringLiteral("signalbox-demo"));
        Preferences::reload();
        WindowSettings::takeOver(appearance);
    }

    UnixSignals unixSignals;
    SingleInstance instance(options.demo ? options.dataFolder + QStringLiteral("/demo") : options.dataFolder);
    std::unique_ptr<Backend> backend;
    std::unique_ptr<Desktop> desktop;
    const auto first = [&] {
        backend = std::make_unique<Backend>(options, false);
        if (const auto opened = backend->open(); !opened)
            return QCoreApplication::exit(refuseToStart(opened.error()));
        desktop = std::make_unique<Desktop>(*backend, options);
        QObject::connect(&instance, &SingleInstance::raiseRequested, desktop.get(), &Desktop::raise);
        QObject::connect(&unixSignals, &UnixSignals::quitRequested, desktop.get(), &Desktop::quit);
        desktop->start();
        if (options.stallMs > 0) // once the window is there
            QTimer::singleShot(std::chrono::seconds(3), desktop.get(),
                               [&] { new StallWatch(std::chrono::milliseconds(options.stallMs), desktop.get()); });
    };
    QMetaObject::invokeMethod(
        &app, [&] { instance.claim(first, [] { QCoreApplication::exit(0); }); }, Qt::QueuedConnection);
    const int status = QApplication::exec();
    desktop.reset();
    backend.reset();
    return status;
}
