// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/targets_model.h"

#include "ui/dashboard/dashboard_series.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/series_colors.h"

#include <QtGui/QPainter>
#include <QtWidgets/QStyle>

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace signalbox {

void TargetsModel::setData(const DashboardData &data, const QString &stripTitle)
{
    m_requests = 0;
    for (const TargetSummary &target : data.targets)
        m_requests += target.requests;
    m_minutes = qMax(1.0, double(data.toMs - data.fromMs) / 60'000);
    if (std::exchange(m_stripTitle, stripTitle) != stripTitle)
        Q_EMIT headerDataChanged(Qt::Horizontal, Strip, Strip);
    takeTargets(data.targets);
}

void TargetsModel::takeTargets(std::vector<TargetSummary> targets)
{
    // One that is held although nothing was asked of it in this time belongs to what is wrong.
    for (const auto &[key, live] : m_live) {
        const auto listed = std::find_if(targets.begin(), targets.end(), [&key = key](const TargetSummary &one) {
            return one.provider == key.first && one.model == key.second;
        });
        if (!live.availability.available() && listed == targets.end()) {
            TargetSummary idle;
            std::tie(idle.provider, idle.model) = key;
            idle.strip.assign(60, 0);
            targets.push_back(std::move(idle));
        }
    }
    const bool same = std::equal(
        m_targets.begin(), m_targets.end(), targets.begin(), targets.end(),
        [](const TargetSummary &a, const TargetSummary &b) { return a.provider == b.provider && a.model == b.model; });
    if (same) {
        m_targets = std::move(targets);
        if (!m_targets.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_targets = std::move(targets);
    endResetModel();
}

void TargetsModel::setLive(const GatewaySnapshot &snapshot)
{
    m_live.clear();
    m_liveNs = snapshot.atNs;
    const bool running = snapshot.state == GatewayState::Running || snapshot.state == GatewayState::Draining;
    for (const HealthBook::TargetRow &row : snapshot.targets) {
        if (!running)
            break;
        Live live;
        live.availability = row.availability;
        const std::string name = row.provider + '/' + row.model;
        for (const RoutingState::WeightRow &weight : snapshot.weights) {
            if (weight.label != name)
                continue;
            live.configured = weight.configured;
            live.effective = weight.effective;
            break;
        }
        QStringList quotas;
        for (const HealthBook::QuotaRow &quota : snapshot.quotas) {
            if (quota.provider != row.provider || quota.share() < 0)
                continue;
            live.quota = qMax(live.quota, quota.share()); // the key that has most left is the one that is taken
            quotas +=
                tr("%1: %2 left").arg(QString::fromStdString(quota.credential), formatPercent(100 * quota.share()));
        }
        live.quotas = quotas.join(u'\n');
        m_live.emplace(std::pair(row.provider, row.model), std::move(live));
    }
    std::vector<TargetSummary> shown = m_targets;
    std::erase_if(shown, [](const TargetSummary &target) { return target.requests == 0; });
    takeTargets(std::move(shown));
}

const TargetsModel::Live *TargetsModel::live(const TargetSummary &target) const
{
    const auto known = m_live.find({target.provider, target.model});
    return known == m_live.end() ? nullptr : &known->second;
}

Signal TargetsModel::signal(const TargetSummary &target) const
{
    const Live *now = live(target);
    if (now && !now->availability.available())
        return now->availability.block == Block::CoolDown ? Signal::Held : Signal::Stop;
    return stateOf(target.strip);
}

QString TargetsModel::stateText(const TargetSummary &target) const
{
    const Live *now = live(target);
    if (!now || now->availability.available()) {
        const Signal state = stateOf(target.strip);
        return state == Signal::Off ? tr("Quiet") : SignalMark::word(state);
    }
    const int64_t left =
        now->availability.untilNs > m_liveNs ? (now->availability.untilNs - m_liveNs + 999'999'999) / 1'000'000'000 : 0;
    const QString wait = left > 0 ? formatTime(double(left) * 1000) : QString();
    switch (now->availability.block) {
    case Block::CoolDown:
        return left > 0 ? tr("Held %1").arg(left < 90 ? tr("%1 s").arg(left) : wait) : tr("Held");
    case Block::Breaker:
        return left > 0 ? tr("Stopped %1").arg(left < 90 ? tr("%1 s").arg(left) : wait) : tr("Stopped");
    case Block::OutOfCredit:
        return tr("No credit");
    case Block::BadCredential:
        return tr("Key refused");
    case Block::None:
        break;
    }
    return {};
}

bool TargetsModel::knowsQuotas() const
{
    return std::any_of(m_live.begin(), m_live.end(), [](const auto &one) { return one.second.quota >= 0; });
}

QString TargetsModel::filterOf(int row) const
{
    if (row < 0 || row >= rowCount())
        return {};
    const TargetSummary &target = m_targets[size_t(row)];
    return u"provider:"_s + filterValue(QString::fromStdString(target.provider)) + u" model:"_s +
           filterValue(QString::fromStdString(target.model));
}

QString TargetsModel::summary() const
{
    int clear = 0;
    int slow = 0;
    int held = 0;
    int stopped = 0;
    for (const TargetSummary &target : m_targets) {
        const Signal state = signal(target);
        clear += state == Signal::Clear;
        held += state == Signal::Held;
        slow += state == Signal::Caution;
        stopped += state == Signal::Stop;
    }
    QStringList parts;
    if (clear > 0)
        parts += tr("%1 clear").arg(clear);
    if (slow > 0)
        parts += tr("%1 slow").arg(slow);
    if (held > 0)
        parts += tr("%1 held").arg(held);
    if (stopped > 0)
        parts += tr("%1 stopped").arg(stopped);
    return parts.join(u" · "_s);
}

int TargetsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_targets.size());
}

int TargetsModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

Signal TargetsModel::stateOf(const std::vector<uint8_t> &strip)
{
    // The newest cell that saw traffic, unless that is long ago.
    const size_t look = qMin<size_t>(strip.size(), 10);
    for (size_t i = 0; i < look; ++i) {
        switch (strip[strip.size() - 1 - i]) {
        case 1:
            return Signal::Clear;
        case 2:
            return Signal::Caution;
        case 3:
            return Signal::Stop;
        default:
            break;
        }
    }
    return Signal::Off;
}

QString TargetsModel::text(const TargetSummary &target, Column column) const
{
    const double errors = target.requests > 0 ? 100.0 * double(target.errors) / double(target.requests) : 0;
    switch (column) {
    case Target:
        return QString::fromStdString(target.provider + '/' + target.model);
    case State:
        return stateText(target);
    case P95:
        return target.durationP95 > 0 ? formatTime(target.durationP95) : missingText();
    case PerMinute:
        return formatNumber(double(target.requests) / m_minutes, 1);
    case Share:
        if (const Live *now = live(target); now && now->configured >= 0)
            return asLeftToRight(
                tr("%1 → %2").arg(formatNumber(100 * now->configured, 0), formatPercent(100 * now->effective)));
        return m_requests > 0 ? formatPercent(100.0 * double(target.requests) / double(m_requests)) : missingText();
    case Errors:
        return formatPercent(errors, errors > 0 && errors < 99.95 ? 1 : 0);
    case Quota: {
        const Live *now = live(target);
        return now && now->quota >= 0 ? formatPercent(100 * now->quota) : missingText();
    }
    case Cost:
        if (target.unpriced > 0 && target.unpriced == target.requests)
            return u"?"_s;
        return asLeftToRight((target.unpriced > 0 ? u"≥\u00a0"_s : QString()) +
                             formatMoney(target.costNanoUsd, Places::Table));
    case Strip:
    case ColumnCount:
        break;
    }
    return {};
}

QVariant TargetsModel::raw(const TargetSummary &target, Column column) const
{
    switch (column) {
    case State:
        return int(signal(target));
    case P95:
        return target.durationP95;
    case PerMinute:
    case Share:
        return qlonglong(target.requests);
    case Errors:
        return target.requests > 0 ? double(target.errors) / double(target.requests) : 0.0;
    case Quota:
        return live(target) ? live(target)->quota : -1.0;
    case Cost:
        return qlonglong(target.costNanoUsd);
    default:
        return text(target, Target);
    }
}

QVariant TargetsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const TargetSummary &target = m_targets[size_t(index.row())];
    const auto column = Column(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(target, column);
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case Qt::ToolTipRole:
        if (column == Quota && live(target))
            return live(target)->quotas;
        if (column == Share && live(target) && live(target)->configured >= 0)
            return tr("Configured and effective share of its weighted node");
        return column == Target ? QVariant(text(target, Target)) : QVariant();
    case partRole:
        return live(target) ? live(target)->quota : -1.0;
    case SwatchRole:
        return column == Target ? QVariant(providerColors().slot(QString::fromStdString(target.provider))) : QVariant();
    case QuietPrefixRole:
        return column == Target ? QVariant(int(QString::fromStdString(target.provider).size()) + 1) : QVariant();
    case SignalRole:
        return column == State ? QVariant(int(signal(target))) : QVariant();
    case InkRole:
        if (column == Errors && target.requests > 0 && target.errors * 20 >= target.requests)
            return int(Token::StopText);
        return int(column == State ? Token::Text2 : Token::Text);
    case stripRole:
        return QByteArray(reinterpret_cast<const char *>(target.strip.data()), qsizetype(target.strip.size()));
    case sortRole:
        return raw(target, column);
    case Qt::AccessibleTextRole:
        return column == Strip ? tr("History of %1").arg(text(target, Target)) : text(target, column);
    default:
        return {};
    }
}

QVariant TargetsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool number = section >= P95 && section <= Cost;
        return QVariant::fromValue(int((number ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter));
    }
    if (role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case Target:
        return tr("Target");
    case State:
        return tr("Signal");
    case P95:
        return tr("p95");
    case PerMinute:
        return tr("per min");
    case Share:
        return tr("Share");
    case Errors:
        return tr("Errors");
    case Quota:
        return tr("Quota left");
    case Cost:
        return tr("Cost");
    case Strip:
        return m_stripTitle;
    case ColumnCount:
        break;
    }
    return {};
}

void TargetsDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (index.column() == TargetsModel::Quota && index.data(TargetsModel::partRole).toDouble() >= 0)
        return paintQuota(*painter, option, index);
    if (index.column() != TargetsModel::Strip) {
        RowDelegate::paint(painter, option, index);
        return;
    }
    painter->save();
    paintGround(painter, option, index);
    const QByteArray cells = index.data(TargetsModel::stripRole).toByteArray();
    const QRect box = option.rect.adjusted(padding, 0, -padding, -1);
    const double step = cells.isEmpty() ? 0 : qMin(5.0, double(box.width()) / double(cells.size()));
    const int bottom = box.center().y() + 7;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        const double left = box.left() + step * double(i);
        int height = 2;
        Token token = Token::LineStrong;
        if (cells[i] == 1) {
            height = 6;
            token = Token::Clear;
        } else if (cells[i] == 2) {
            height = 11;
            token = Token::Caution;
        } else if (cells[i] == 3) {
            height = 15;
            token = Token::Stop;
        }
        QColor color = theme().color(token);
        if (cells[i] == 1)
            color.setAlphaF(0.55F); // health is calm: trouble stands out of the row
        const int x = qRound(left);
        const int next = qRound(left + step);
        painter->fillRect(QRect(x, bottom - height, qMax(1, next - x - 2), height), color);
    }
    painter->restore();
}

// A bar and its number: the bar is for looking across rows.
void TargetsDelegate::paintQuota(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter.save();
    paintGround(&painter, option, index);
    const double part = qBound(0.0, index.data(TargetsModel::partRole).toDouble(), 1.0);
    const QRect cell = option.rect.adjusted(padding, 0, -padding, -1);
    const QRect words(cell.right() - 43, cell.top(), 44, cell.height());
    const QRectF bar(cell.left(), cell.center().y() - 1.5, qMax(0, qMin(46, words.left() - cell.left() - 6)), 4);
    const auto visual = [&](const QRectF &box) {
        return QRectF(QStyle::visualRect(option.direction, option.rect, box.toRect()));
    };
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme().color(Token::Sunken));
    painter.drawRoundedRect(visual(bar), 2, 2);
    painter.setBrush(theme().color(part <= 0.2 ? Token::Caution : Token::Idle));
    painter.drawRoundedRect(visual(QRectF(bar.left(), bar.top(), qMax(2.0, bar.width() * part), bar.height())), 2, 2);
    paintWords(&painter, QStyle::visualRect(option.direction, option.rect, words), option, index);
    painter.restore();
}

} // namespace signalbox
