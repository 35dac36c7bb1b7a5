// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <cstdint>

namespace signalbox {

// Name and pid of the process that listens on a TCP port of this machine, for example "ollama (pid 4711)". Empty when
// it cannot be known: another user's process, or a system without /proc. Reads many small files: not for the GUI
// thread.
QString portOwner(uint16_t port);

// A port above `port` on which nobody listens on loopback at this moment; 0 when none of the next 50 is free.
uint16_t freePortAfter(uint16_t port);

} // namespace signalbox
