// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/client_commands.h"
#include "core/base/result.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <cstdint>
#include <optional>
#include <string>

namespace signalbox {

struct ListenOverride {
    std::string address;
    uint16_t port = 0;
};

// What both programs take on their command line (DESIGN section 5).
struct Options {
    QString configFile;
    QString dataFolder;
    std::optional<ListenOverride> listen;
    bool demo = false;
    bool minimized = false; // desktop only
    // Daemon only: one of these does its work on the config and ends the program.
    enum class ClientCommand { None, Add, Rotate, Revoke, List };
    ClientCommand clientCommand = ClientCommand::None;
    NewClient client;          // Add; the others use its id
    Millis grace = usualGrace; // Rotate
    QString picturesFolder;    // desktop only: write a picture of each page there, then end
    QString pseudoLanguage;    // desktop only: ltr or rtl, to find texts that are cut off
    int stallMs = 0;           // desktop only: say when the window did not answer for longer; 0: not
    // The daemon only; each does one thing and ends.
    QString simulation;      // run what this file describes, print what came of it
    QString trace;           // of the simulation: a ledger; empty: the file's own traffic
    QString updateCatalogue; // a file or an address
    bool revertCatalogue = false;
    QString importQuality; // a CSV file
    QString reconcile;     // a provider's report
    QString reportBundle;  // where what to attach to a report of a fault goes
    std::string provider;  // of the report
    bool yes = false;
    bool json = false;
};

// Prints help, version or the mistake and ends the program when there is nothing to start: status 0 or 64.
Options readOptions(const QStringList &arguments, bool desktop);

// ADDR:PORT, [V6]:PORT or :PORT. Error: what is wrong.
Result<ListenOverride> parseListen(const std::string &text);

} // namespace signalbox
