// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/answers/answer_cards.h"

#include "core/alerts/key_watch.h"
#include "ui/dashboard/dashboard_series.h"
#include "ui/data/today_spend.h"
#include "ui/projects/budget_rows.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>

#include <algorithm>
#include <cmath>
#include <map>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr double littleLeft = 0.2; // of a key's quota
constexpr double nearlyFull = 0.8; // of a budget
constexpr int64_t dayMs = 86'400'000;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(Answers)
};

QString since(qint64 ms)
{
    return u"since:"_s + QDateTime::fromMSecsSinceEpoch(ms).toString(u"yyyy-MM-ddTHH:mm"_s);
}

QString targetFilter(const std::string &provider, const std::string &model)
{
    return u"provider:"_s + filterValue(QString::fromStdString(provider)) + u" model:"_s +
           filterValue(QString::fromStdString(model)) + u' ';
}

double speedOf(const SpeedRow &row)
{
    return row.ttftP50 > 0 ? row.ttftP50 : row.durationP50;
}

} // namespace

QString sizeClassText(int sizeClass)
{
    switch (sizeClass) {
    case 0:
        return Text::tr("under %1 tokens").arg(formatCount(1'000));
    case 1:
        return Text::tr("under %1 tokens").arg(formatCount(10'000));
    case 2:
        return Text::tr("under %1 tokens").arg(formatCount(100'000));
    default:
        return Text::tr("%1 tokens and more").arg(formatCount(100'000));
    }
}

AnswerCard fastestCard(const AnswersData &data)
{
    AnswerCard card{u"fastest"_s, u"fastest"_s, {}, {}, {}, false, false, AnswerCard::Link::Requests, {}};
    card.method =
        Text::tr("Today's good answers, by route and size of the request: streams by their median time to the "
                 "first token, others by their median duration; of targets with five or more.");
    card.filter = since(TodaySpend::localMidnightMs(data.atMs));
    // What is used most: a route and size class with a winner.
    std::map<std::pair<std::string, int>, int64_t> use;
    for (const SpeedRow &row : data.speed)
        use[{row.route, row.sizeClass}] += row.requests;
    const SpeedRow *best = nullptr;
    int64_t most = 0;
    for (const SpeedRow &row : data.speed) {
        const int64_t requests = use[{row.route, row.sizeClass}];
        if (row.fastest && requests > most) {
            best = &row;
            most = requests;
        }
    }
    if (!best) {
        card.text = Text::tr("Not enough data yet to say who is fastest: no target has five good answers today.");
        return card;
    }
    const SpeedRow *next = nullptr;
    for (const SpeedRow &row : data.speed) {
        const bool rival = &row != best && row.route == best->route && row.sizeClass == best->sizeClass &&
                           row.requests >= 5 && (row.ttftP50 > 0) == (best->ttftP50 > 0);
        if (rival && (!next || speedOf(row) < speedOf(*next)))
            next = &row;
    }
    card.known = true;
    card.subject = QString::fromStdString(best->provider + '/' + best->model);
    const QString route = best->route.empty() ? Text::tr("no route") : QString::fromStdString(best->route);
    const QString use1 = Text::tr("route %1, %2").arg(route, sizeClassText(best->sizeClass));
    card.text =
        next ? Text::tr("is fastest for your use today (%1): p50 %2, %3 %4; %5 requests.")
                   .arg(use1, formatTime(speedOf(*best)), QString::fromStdString(next->provider + '/' + next->model),
                        formatTime(speedOf(*next)), formatCount(best->requests))
             : Text::tr("is the only one with enough answers today (%1): p50 %2, %3 requests.")
                   .arg(use1, formatTime(speedOf(*best)), formatCount(best->requests));
    card.filter = targetFilter(best->provider, best->model) + card.filter;
    return card;
}

AnswerCard costDriverCard(const AnswersData &data)
{
    AnswerCard card{u"drivers"_s, u"budget"_s, {}, {}, {}, false, false, AnswerCard::Link::Requests, {}};
    card.method = Text::tr("Spend of the last seven days by target, against the seven days before. Requests without a "
                           "price are not in it.");
    card.filter = since(data.atMs - 7 * dayMs);
    if (data.drivers.empty() || data.drivers.front().now.nanoUsd <= 0 || data.weekNanoUsd <= 0) {
        card.text = Text::tr("Not enough data yet to say what costs most: nothing priced in seven days.");
        return card;
    }
    QStringList others;
    for (size_t i = 1; i < data.drivers.size() && data.drivers[i].now.nanoUsd > 0; ++i)
        others += Text::tr("%1: %2").arg(QString::fromStdString(data.drivers[i].name),
                                         formatMoney(data.drivers[i].now.nanoUsd, Places::Tile));
    if (!others.isEmpty())
        card.method += u'\n' + Text::tr("Then: %1.").arg(others.join(u", "_s));
    const CostDriver &top = data.drivers.front();
    card.known = true;
    card.subject = QString::fromStdString(top.name);
    const QString share = formatPercent(100.0 * double(top.now.nanoUsd) / double(data.weekNanoUsd));
    const QString money = formatMoney(top.now.nanoUsd, Places::Tile);
    const QString change = formatMoney(std::abs(top.changeNanoUsd), Places::Tile);
    if (!top.changeShare)
        card.text = Text::tr("drives %1 of seven days' spend: %2; it cost nothing the week before.").arg(share, money);
    else if (top.changeNanoUsd >= 0)
        card.text = Text::tr("drives %1 of seven days' spend: %2, up %3 on the week before.").arg(share, money, change);
    else
        card.text =
            Text::tr("drives %1 of seven days' spend: %2, down %3 on the week before.").arg(share, money, change);
    const size_t slash = top.name.find('/');
    if (slash != std::string::npos)
        card.filter = targetFilter(top.name.substr(0, slash), top.name.substr(slash + 1)) + card.filter;
    return card;
}

AnswerCard repetitionCard(const AnswersData &data)
{
    AnswerCard card{u"repetition"_s, u"replay"_s, {}, {}, {}, false, false, AnswerCard::Link::Requests, {}};
    card.method = Text::tr("Share of runs of four words that were there before in the same answer, over seven days; at "
                           "most 20 answers a second are looked at, and no text is kept.");
    card.filter = since(data.atMs - 7 * dayMs);
    if (data.repetitionScope == RepetitionScope::Off) {
        card.text = Text::tr("Repetition is not looked at: “answers.repetition” is off in the configuration.");
        card.link = AnswerCard::Link::None;
        return card;
    }
    if (data.repetitionScope == RepetitionScope::Decoded)
        card.method += u'\n' + Text::tr("Streams that pass untranslated are left out; “answers.repetition”: “all” "
                                        "takes them in.");
    const auto most = std::find_if(data.repetition.begin(), data.repetition.end(),
                                   [](const ModelRepetition &model) { return model.enough(); });
    if (most == data.repetition.end()) {
        int64_t best = 0;
        for (const ModelRepetition &model : data.repetition)
            best = std::max(best, model.sums.samples);
        card.text = Text::tr("Not enough data yet to say who repeats itself: %1 of %2 answers looked at.")
                        .arg(formatCount(best), formatCount(ModelRepetition::enoughSamples));
        return card;
    }
    card.known = true;
    card.subject = QString::fromStdString(most->provider + '/' + most->model);
    const double percent = 100 * most->repeatedShare();
    card.text = Text::tr("repeats itself most: %1 of its words came before, %2 of %3 answers looped.")
                    .arg(formatPercent(percent, percent < 10 ? 1 : 0), formatCount(most->sums.looping),
                         formatCount(most->sums.samples));
    card.filter = targetFilter(most->provider, most->model) + card.filter;
    return card;
}

AnswerCard savingsCard(const AnswersData &data)
{
    AnswerCard card{u"savings"_s, u"cache"_s, {}, {}, {}, false, false, AnswerCard::Link::Requests, {}};
    const CacheSavings &savings = data.savings;
    card.method = Text::tr("Today's cached tokens at the input price, less what reading and writing the cache costs.");
    card.filter = u"is:cached "_s + since(TodaySpend::localMidnightMs(data.atMs));
    if (savings.unpricedTokens > 0)
        card.method += u'\n' + Text::tr("%1 cached tokens have no known price and are not in it.")
                                   .arg(formatTokens(savings.unpricedTokens));
    if (savings.inputTokens <= 0) {
        card.text = Text::tr("Not enough data yet to say what caches save: no input today.");
        return card;
    }
    card.known = true;
    const QString share = formatPercent(100.0 * double(savings.cachedTokens) / double(savings.inputTokens));
    if (savings.cachedTokens == 0)
        card.text = Text::tr("Prompt caches saved nothing today: none of %1 input tokens came from one.")
                        .arg(formatTokens(savings.inputTokens));
    else if (savings.savedNanoUsd < 0)
        card.text = Text::tr("Prompt caches cost %1 more than they saved today: %2 of input tokens came from them.")
                        .arg(formatMoney(-savings.savedNanoUsd, Places::Tile), share);
    else
        card.text = Text::tr("Prompt caches saved %1 today: %2 of input tokens came from them.")
                        .arg(formatMoney(savings.savedNanoUsd, Places::Tile), share);
    return card;
}

AnswerCard limitsCard(const GatewaySnapshot &snapshot, const Config &config, qint64 nowMs)
{
    AnswerCard card{u"limits"_s, u"key"_s, {}, {}, {}, false, false, AnswerCard::Link::Projects, {}};
    card.method =
        Text::tr("Keys: what their provider said is left, of the tighter of requests and tokens. Budgets: used "
                 "and reserved, from %1 on. Client keys that end within seven days.")
            .arg(formatPercent(100 * nearlyFull));
    const HealthBook::QuotaRow *key = nullptr;
    for (const HealthBook::QuotaRow &row : snapshot.quotas) {
        if (row.share() >= 0 && (!key || row.share() < key->share()))
            key = &row;
    }
    const BudgetRow *budget = nullptr;
    for (const BudgetRow &row : snapshot.budgets) {
        if (!budget || row.share > budget->share)
            budget = &row;
    }
    const std::vector<AlertEvent> ending = endingKeys(config.clients, nowMs);
    QStringList more;
    const bool keyTight = key && key->share() <= littleLeft;
    const bool budgetTight = budget && budget->share >= nearlyFull;
    if (budgetTight) {
        card.subject = budgetTitle(budget->rule, config);
        card.text = budget->account.empty()
                        ? Text::tr("has used %1 of its budget.").arg(formatPercent(100 * budget->share))
                        : Text::tr("(%1) has used %2 of its budget.")
                              .arg(QString::fromStdString(budget->account), formatPercent(100 * budget->share));
    }
    if (keyTight && (!budgetTight || key->share() < 1 - budget->share)) {
        card.subject = QString::fromStdString(key->provider + " / " + key->credential);
        card.text = Text::tr("has %1 of its quota left. A second key would share the load.")
                        .arg(formatPercent(100 * key->share()));
        card.link = AnswerCard::Link::Providers;
    }
    card.known = keyTight || budgetTight || !ending.empty() || key || budget;
    card.caution = keyTight || budgetTight || !ending.empty();
    for (const AlertEvent &event : ending)
        more += QString::fromStdString(event.text);
    if (card.text.isEmpty() && !more.isEmpty()) {
        card.text = more.takeFirst();
    } else if (card.text.isEmpty() && budget) {
        card.text = Text::tr("No key or budget is near its limit; the fullest budget, %1, is at %2.")
                        .arg(budgetTitle(budget->rule, config), formatPercent(100 * budget->share));
    } else if (card.text.isEmpty() && key) {
        card.text = Text::tr("No key is near its limit: the least, %1, has %2 left.")
                        .arg(QString::fromStdString(key->provider + " / " + key->credential),
                             formatPercent(100 * key->share()));
    } else if (card.text.isEmpty()) {
        card.text = Text::tr("No limits are known yet: no budget is set, and no provider told of a quota.");
    }
    if (!more.isEmpty())
        card.method += u'\n' + more.join(u'\n');
    return card;
}

AnswerCard reconcileCard()
{
    AnswerCard card{u"reconcile"_s, u"compare"_s, {}, {}, {}, true, false, AnswerCard::Link::Reconcile, {}};
    card.text = Text::tr("Does the bill agree? Hold a provider's own report against the ledger.");
    card.method = Text::tr("Reads usage and cost reports of OpenAI, Anthropic and OpenRouter (JSON or CSV) and shows "
                           "where days and models differ by more than one percent.");
    return card;
}

} // namespace signalbox
