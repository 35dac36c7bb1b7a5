// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/setting.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Settings)
};

QStringList wordsOf(const QString &search)
{
    return search.simplified().split(u' ', Qt::SkipEmptyParts);
}

} // namespace

std::vector<SettingSection> settingSections()
{
    return {{u"listening"_s, Words::tr("Listening"), Words::tr("address port network limits")},
            {u"clients"_s, Words::tr("Client keys"), Words::tr("key access token tools")},
            {u"privacy"_s, Words::tr("Privacy and retention"),
             Words::tr("bodies forget delete history storage disk redaction mask pattern")},
            {u"notifications"_s, Words::tr("Notifications"), Words::tr("alerts webhook quiet hours desktop")},
            {u"network"_s, Words::tr("Proxy and catalogue"), Words::tr("outgoing connections update")},
            {u"appearance"_s, Words::tr("Appearance and language"), Words::tr("theme colours font size locale")},
            {u"start"_s, Words::tr("Start and tray"), Words::tr("login autostart background close")},
            {u"shortcuts"_s, Words::tr("Shortcuts"), Words::tr("keys keyboard bindings")},
            {u"data"_s, Words::tr("Backup and history"), Words::tr("restore copy delete requests freed")},
            {u"files"_s, Words::tr("Files and reports"), Words::tr("folder log bug report path")},
            {u"prices"_s, Words::tr("Prices"), Words::tr("cost own model money")}};
}

std::vector<SettingEntry> settingsTable()
{
    std::vector<SettingEntry> table;
    addGatewaySettings(table);
    addAlertSettings(table);
    addWindowSettings(table);
    return table;
}

bool textMatches(const QString &text, const QString &search)
{
    const QStringList words = wordsOf(search);
    return std::all_of(words.begin(), words.end(),
                       [&](const QString &word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool settingMatches(const SettingEntry &setting, const QString &sectionTitle, const QString &search)
{
    QString all =
        setting.label + u'\n' + setting.hint + u'\n' + setting.words + u'\n' + setting.key + u'\n' + sectionTitle;
    for (const auto &[word, value] : setting.choices)
        all += u'\n' + word;
    return textMatches(all, search);
}

std::vector<SearchHit> searchHits(const QString &text, const QString &search)
{
    std::vector<SearchHit> found;
    for (const QString &word : wordsOf(search)) {
        for (qsizetype at = 0; (at = text.indexOf(word, at, Qt::CaseInsensitive)) >= 0; at += word.size())
            found.push_back({int(at), int(word.size())});
    }
    std::sort(found.begin(), found.end(), [](const SearchHit &a, const SearchHit &b) { return a.from < b.from; });
    std::vector<SearchHit> hits;
    for (const SearchHit &hit : found) {
        if (!hits.empty() && hit.from <= hits.back().from + hits.back().length)
            hits.back().length = std::max(hits.back().length, hit.from + hit.length - hits.back().from);
        else
            hits.push_back(hit);
    }
    return hits;
}

QString highlighted(const QString &text, const QString &search, const QString &ground, const QString &ink)
{
    QString rich;
    qsizetype from = 0;
    for (const SearchHit &hit : searchHits(text, search)) {
        rich += text.mid(from, hit.from - from).toHtmlEscaped();
        rich += u"<span style=\"background-color:%1;color:%2\">%3</span>"_s.arg(
            ground, ink, text.mid(hit.from, hit.length).toHtmlEscaped());
        from = hit.from + hit.length;
    }
    return rich + text.mid(from).toHtmlEscaped();
}

} // namespace signalbox
