// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/targets_model.h"

#include "ui/widgets/number_format.h"
#include "ui/widgets/series_colors.h"

#include <QtGui/QPainter>

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
    const bool same = std::equal(
        m_targets.begin(), m_targets.end(), data.targets.begin(), data.targets.end(),
        [](const TargetSummary &a, const TargetSummary &b) { return a.provider == b.provider && a.model == b.model; });
    if (same) {
        m_targets = data.targets;
        if (!m_targets.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_targets = data.targets;
    endResetModel();
}

QString TargetsModel::summary() const
{
    int clear = 0;
    int slow = 0;
    int stopped = 0;
    for (const TargetSummary &target : m_targets) {
        const Signal state = stateOf(target.strip);
        clear += state == Signal::Clear;
        slow += state == Signal::Caution;
        stopped += state == Signal::Stop;
    }
    QStringList parts;
    if (clear > 0)
        parts += tr("%1 clear").arg(clear);
    if (slow > 0)
        parts += tr("%1 slow").arg(slow);
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
    case State: {
        const Signal state = stateOf(target.strip);
        return state == Signal::Off ? tr("Quiet") : SignalMark::word(state);
    }
    case P95:
        return target.durationP95 > 0 ? formatTime(target.durationP95) : missingText();
    case PerMinute:
        return formatNumber(double(target.requests) / m_minutes, 1);
    case Share:
        return m_requests > 0 ? formatPercent(100.0 * double(target.requests) / double(m_requests)) : missingText();
    case Errors:
        return formatPercent(errors, errors > 0 && errors < 99.95 ? 1 : 0);
    case Cost:
        if (target.unpriced > 0 && target.unpriced == target.requests)
            return u"?"_s;
        return (target.unpriced > 0 ? u"≥\u00a0"_s : QString()) + formatMoney(target.costNanoUsd, Places::Table);
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
        return int(stateOf(target.strip));
    case P95:
        return target.durationP95;
    case PerMinute:
    case Share:
        return qlonglong(target.requests);
    case Errors:
        return target.requests > 0 ? double(target.errors) / double(target.requests) : 0.0;
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
        return column == Target ? QVariant(text(target, Target)) : QVariant();
    case SwatchRole:
        return column == Target ? QVariant(providerColors().slot(QString::fromStdString(target.provider))) : QVariant();
    case QuietPrefixRole:
        return column == Target ? QVariant(int(QString::fromStdString(target.provider).size()) + 1) : QVariant();
    case SignalRole:
        return column == State ? QVariant(int(stateOf(target.strip))) : QVariant();
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

} // namespace signalbox
