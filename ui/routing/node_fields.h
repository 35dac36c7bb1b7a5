// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/route_draft.h"

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <functional>
#include <utility>
#include <vector>

namespace signalbox {

// What the form asks of a route or a node: one entry a field, without widgets. `key` is where the field stands below
// its node in the file ("shift/p95Above"), so that a problem's JSON pointer finds it.
struct NodeField {
    enum class Kind { Text, Choice, Check, Words };
    QString key;
    QString section; // the head above it, where it begins one
    QString label;
    QString hint;
    Kind kind = Kind::Text;
    QString value;                              // Check: "1" or empty; Words: the chosen ones, parted by commas
    QList<std::pair<QString, QString>> options; // Choice, Words: what one reads, and its value
    bool free = false;                          // Choice: something else may be written
    // Puts what was written into the fields. Returns what is wrong with it, in words; empty: nothing.
    std::function<QString(DraftFields &, const QString &)> set;
};

// What the fields offer: providers of the config, models of a provider.
struct FieldOffers {
    QList<std::pair<QString, QString>> providers; // title, id
    std::function<QStringList(const std::string &provider)> models;
    QStringList regions;
    QStringList qualities; // names of figures
};

std::vector<NodeField> fieldsOf(const RouteDraft &draft, DraftId id, const FieldOffers &offers);

// "12.5", "12,5", with or without the unit; nullopt: no number.
std::optional<double> readAmount(const QString &text, const QString &unit = {});

} // namespace signalbox
