// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/playground/chat_session.h"
#include "ui/widgets/signal_mark.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

namespace signalbox {

// Answers in words and figures. Pure; GUI thread for the language.
QString answerStateText(const ChatAnswer &answer);
Signal answerSignal(ChatAnswer::State state);
// First token, duration, speed, tokens, cost, losses; only what is known.
QStringList answerFigures(const ChatAnswer &answer);
QString errorText(const Error &error); // the gateway's own words, with its code
// The plan of a row or of the explain contract, a line for each target taken or left out.
QStringList planLines(const std::string &plan);
QStringList lossLines(const ChatAnswer &answer);

} // namespace signalbox
