// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <QtCore/QString>

namespace signalbox {

// What stood at a loss's place in the body that was kept, in a few words; empty when it was not kept or is not there.
// Pure.
QString lostValue(const RequestRecord &record, const LossRecord &loss);

} // namespace signalbox
