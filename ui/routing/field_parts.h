// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/routing/node_fields.h"

namespace signalbox {

// Makes the fields of node_fields.h, each with the reading of its own kind of value. Pure.
class FieldMaker
{
public:
    using Options = QList<std::pair<QString, QString>>;
    using SetText = std::function<QString(DraftFields &, const QString &)>;

    void section(const QString &title) { m_section = title; }
    NodeField &text(const QString &key, const QString &label, const QString &value, const QString &hint, SetText set);
    NodeField &choice(const QString &key, const QString &label, const Options &options, const QString &value,
                      SetText set);
    void check(const QString &key, const QString &label, bool on, std::function<void(DraftFields &, bool)> set);
    void words(const QString &key, const QString &label, const Options &options, const std::vector<std::string> &chosen,
               const QString &hint, std::function<void(DraftFields &, std::vector<std::string>)> set);
    void duration(const QString &key, const QString &label, std::optional<Millis> value, const QString &hint,
                  std::function<void(DraftFields &, std::optional<Millis>)> set);
    void percent(const QString &key, const QString &label, std::optional<double> share, double least, double most,
                 const QString &hint, std::function<void(DraftFields &, std::optional<double>)> set);
    void number(const QString &key, const QString &label, std::optional<double> value, double least, double most,
                const QString &hint, std::function<void(DraftFields &, std::optional<double>)> set);
    void quality(const QString &key, const std::string &value, const QStringList &known,
                 std::function<void(DraftFields &, std::string)> set);
    void list(const QString &key, const QString &label, const std::vector<std::string> &items, const QString &hint,
              std::function<void(DraftFields &, std::vector<std::string>)> set);
    std::vector<NodeField> take() { return std::move(m_fields); }

private:
    std::vector<NodeField> m_fields;
    QString m_section;
};

QString qtext(const std::string &utf8);
QString plainNumber(double value); // as one types it: 0.05
std::vector<std::string> readList(const QString &text);

using ConditionOf = std::function<Condition *(DraftFields &)>;
void addCondition(FieldMaker &make, const QString &prefix, const Condition &now, const ConditionOf &of);
void addConstraints(FieldMaker &make, const Constraints &now, const FieldOffers &offers); // of a route

} // namespace signalbox
