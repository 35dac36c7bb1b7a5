// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_order.h"

#include "ui/requests/request_table_model.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(RequestOrder)
};

using Key = RequestOrder::Key;
using Table = RequestTableModel;

constexpr std::array<std::pair<Table::Column, Key>, 11> sortable{{{Table::Status, Key::Status},
                                                                  {Table::Try, Key::Attempts},
                                                                  {Table::FirstToken, Key::FirstToken},
                                                                  {Table::Duration, Key::Duration},
                                                                  {Table::Input, Key::Input},
                                                                  {Table::Cached, Key::Cached},
                                                                  {Table::Written, Key::Written},
                                                                  {Table::Output, Key::Output},
                                                                  {Table::Reasoning, Key::Reasoning},
                                                                  {Table::CostUsd, Key::Cost},
                                                                  {Table::Losses, Key::Losses}}};

} // namespace

std::optional<Key> orderKeyOf(int column)
{
    const auto found =
        std::find_if(sortable.begin(), sortable.end(), [column](const auto &one) { return one.first == column; });
    return found == sortable.end() ? std::nullopt : std::optional(found->second);
}

int columnOf(Key key)
{
    const auto found =
        std::find_if(sortable.begin(), sortable.end(), [key](const auto &one) { return one.second == key; });
    return found == sortable.end() ? int(Table::Time) : int(found->first);
}

QString orderName(Key key)
{
    switch (key) {
    case Key::Status:
        return Words::tr("Status");
    case Key::Attempts:
        return Words::tr("Attempts");
    case Key::FirstToken:
        return Words::tr("Time to first token");
    case Key::Duration:
        return Words::tr("Duration");
    case Key::Input:
        return Words::tr("Input tokens");
    case Key::Cached:
        return Words::tr("Cached tokens");
    case Key::Written:
        return Words::tr("Tokens written to a cache");
    case Key::Output:
        return Words::tr("Output tokens");
    case Key::Reasoning:
        return Words::tr("Reasoning tokens");
    case Key::Cost:
        return Words::tr("Cost");
    case Key::Losses:
        return Words::tr("Losses");
    }
    return {};
}

QString orderText(const std::optional<RequestOrder> &order)
{
    if (!order)
        return Words::tr("Sorted by time, the newest first. New requests appear at the top.");
    const QString most = formatCount(LedgerReader::mostRanked);
    return order->descending
               ? Words::tr("%1, the largest first: the first %2 of those that match").arg(orderName(order->key), most)
               : Words::tr("%1, the smallest first: the first %2 of those that match").arg(orderName(order->key), most);
}

std::optional<RequestOrder> nextOrder(const std::optional<RequestOrder> &order, int column)
{
    const auto key = orderKeyOf(column);
    if (!key)
        return column == Table::Time ? std::nullopt : order;
    if (!order || order->key != *key)
        return RequestOrder{*key, true};
    return order->descending ? std::optional(RequestOrder{*key, false}) : std::nullopt;
}

} // namespace signalbox
