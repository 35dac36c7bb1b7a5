// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <string>

class QLabel;

namespace signalbox {

// A picture in base64, no larger than `edge`; decoded on another thread, until then and where it is none its words are
// shown. GUI thread.
QLabel *makeThumbnail(const std::string &base64, int edge, const QString &words);

} // namespace signalbox
