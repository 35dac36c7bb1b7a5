// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtCore/QString>
#include <QtCore/QVariant>

#include <functional>
#include <utility>
#include <vector>

namespace signalbox {

// One setting as the page, the search and the tests know it. Those of the gateway have the JSON pointer of the config
// as their key, those of the window a name in Preferences.
struct SettingEntry {
    enum class Type { Text, Number, Choice, Switch };
    using Choices = std::vector<std::pair<QString, QVariant>>; // word, value

    QString key;
    QString section; // id of a SettingSection
    Type type = Type::Text;
    QString label{};
    QString hint{};
    QString words{}; // further ones that a search finds it by
    QVariant usual{};
    int least = 0; // Number
    int most = 0;
    QString unit{};
    Choices choices{};
    std::function<QVariant(const Config &)> read{};          // of the config; empty: the window's own
    std::function<void(Config &, const QVariant &)> write{}; // takes what check() let through
    std::function<QString(const QVariant &)> check{};        // what is wrong, in words; empty: nothing

    bool isOfConfig() const { return bool(read); }
};

struct SettingSection {
    QString id;
    QString title;
    QString words; // of what it shows beside its settings
};

// All of them in the order of the page. Made once for each language.
std::vector<SettingSection> settingSections();
std::vector<SettingEntry> settingsTable();

// The sections' parts, a file each.
void addGatewaySettings(std::vector<SettingEntry> &table);
void addAlertSettings(std::vector<SettingEntry> &table);
void addWindowSettings(std::vector<SettingEntry> &table);

// The places of a text in which the words of a search occur; empty: not all of them do. Any case, accents count.
struct SearchHit {
    int from = 0;
    int length = 0;

    bool operator==(const SearchHit &) const = default;
};
bool settingMatches(const SettingEntry &setting, const QString &sectionTitle, const QString &search);
bool textMatches(const QString &text, const QString &search);                  // all words, in any order
std::vector<SearchHit> searchHits(const QString &text, const QString &search); // by their place, not overlapping
// For a label of rich text: the words that were searched for stand on `ground`.
QString highlighted(const QString &text, const QString &search, const QString &ground, const QString &ink);

} // namespace signalbox
