// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QLocale>
#include <QtCore/QString>

#include <cstdint>
#include <optional>

namespace signalbox {

// How the console writes numbers: QLocale, a no-break space before a unit, U+2212 for minus, "—" for what is missing.
// Pure; any thread.
enum class Places { Tile, Table };      // money: 2 or 4 decimals, none from $10,000 in tiles
enum class TimeStyle { Plain, Detail }; // below a second: 0.41 s, or 412 ms

QLocale numberLocale(); // the system's; US English where the environment names no language
QString missingText();
// For numbers among signs ("≥ $3", "60 → 58 %"): in a mirrored window they would change their order.
QString asLeftToRight(const QString &text);
QString formatMoney(int64_t nanoUsd, Places places);
QString formatMoney(std::optional<int64_t> nanoUsd, Places places);
QString asDollars(const QString &number); // a number that is written already, with the sign where it belongs here
QString formatTime(double ms, TimeStyle style = TimeStyle::Plain);
QString formatSeconds(double ms);     // 0.41, for columns with the unit in the header
QString formatTokens(int64_t tokens); // 37,214; from a million 31.9 M
QString formatCount(int64_t count);
QString formatNumber(double value, int decimals);
QString formatPercent(double percent, int decimals = 0);
QString formatBytes(int64_t bytes);                      // 1.9 GiB
int pluralCount(int64_t count);                          // chooses the plural form in tr()
QString formatClock(int64_t atMs, bool seconds = false); // local time of day

} // namespace signalbox
