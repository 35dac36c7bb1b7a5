// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "matrix_cell.h"

namespace matrix {

// The way back of a cell: the provider's reply fixture → events → the client's bytes, read by the client's own decoder.
void judgeReply(signalbox::Dialect client, signalbox::Dialect provider, Scenario scenario, Verdict &verdict);
// A streamed reply as the gateway passes it on (signatures tagged), read by the client.
signalbox::FoldedReply shownReply(signalbox::Dialect client, signalbox::Dialect provider, Scenario scenario,
                                  Verdict &verdict);
// A reply whose stream ends without its end mark.
void judgeDeath(signalbox::Dialect client, signalbox::Dialect provider, Verdict &verdict);
// 429 and 500.
void judgeError(signalbox::Dialect client, signalbox::Dialect provider, Scenario scenario, Verdict &verdict);

} // namespace matrix
