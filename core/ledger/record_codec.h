// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// Compact bytes of a record, for the journal. Decoding checks every length: bytes may come from a torn file.
enum class RecordBodies { With, Without };
void encodeRecord(const RequestRecord &record, std::string &out,
                  RecordBodies bodies = RecordBodies::With); // appends
std::optional<RequestRecord> decodeRecord(std::string_view bytes);
// The same into a record that is used again and keeps its memory; false: what it holds now is of no use.
bool decodeRecord(std::string_view bytes, RequestRecord &record);

} // namespace signalbox
