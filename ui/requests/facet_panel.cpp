// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/facet_panel.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"

#include <QtCore/QDateTime>
#include <QtGui/QKeyEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListView>
#include <QtWidgets/QStyle>
#include <QtWidgets/QStyleOptionButton>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int restMs = 2'000;
constexpr int padding = 12;

class FacetDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        const int kind = index.data(FacetModel::KindRole).toInt();
        QRect box = option.rect.adjusted(padding, 0, -padding, 0);
        const QString words = index.data(Qt::DisplayRole).toString();
        if (kind == FacetModel::Head) {
            painter->setFont(theme().font(TextStyle::SmallStrong));
            painter->setPen(theme().color(Token::Text3));
            painter->drawText(box.adjusted(0, 0, 0, -3), Qt::AlignLeading | Qt::AlignBottom | Qt::TextSingleLine,
                              words);
            painter->restore();
            return;
        }
        const bool chosen =
            option.state.testFlag(QStyle::State_Selected) && option.state.testFlag(QStyle::State_HasFocus);
        if (chosen || option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(option.rect, theme().color(chosen ? Token::AccentSoft : Token::Hover));
        const QColor ink = chosen ? theme().selectionText() : theme().color(Token::Text);
        if (kind == FacetModel::Value)
            paintMark(painter, option, index, box);
        const QString count = index.data(FacetModel::CountRole).toString();
        painter->setFont(theme().font(TextStyle::Small));
        painter->setPen(chosen && theme().isHighContrast() ? ink : theme().color(Token::Text3));
        NumberText::draw(*painter, box, QStyle::visualAlignment(option.direction, Qt::AlignTrailing | Qt::AlignVCenter),
                         count);
        const int taken = NumberText::width(painter->font(), count) + 8;
        const QRect room =
            QStyle::visualRect(option.direction, box, box.adjusted(kind == FacetModel::Value ? 22 : 0, 0, -taken, 0));
        painter->setFont(theme().font(TextStyle::Body));
        painter->setPen(kind == FacetModel::More ? theme().color(Token::AccentText) : ink);
        painter->drawText(room, Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetrics(painter->font()).elidedText(words, Qt::ElideRight, room.width()));
        painter->restore();
    }

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &index) const override
    {
        const int height = index.data(FacetModel::KindRole).toInt() == FacetModel::Head ? 28 : 22;
        return {100, qRound(height * theme().textScale() / 100.0)};
    }

private:
    static void paintMark(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index,
                          const QRect &box)
    {
        const auto choice = FilterChoice(index.data(FacetModel::ChoiceRole).toInt());
        QStyleOptionButton mark;
        constexpr int side = 14;
        mark.rect =
            QStyle::visualRect(option.direction, box, QRect(box.left(), box.center().y() - side / 2, side, side));
        mark.state = QStyle::State_Enabled;
        mark.state |= choice == FilterChoice::Chosen    ? QStyle::State_On
                      : choice == FilterChoice::LeftOut ? QStyle::State_NoChange
                                                        : QStyle::State_Off;
        option.widget->style()->drawPrimitive(QStyle::PE_IndicatorCheckBox, &mark, painter, option.widget);
    }
};

} // namespace

FacetPanel::FacetPanel(RequestSource &source, QWidget *parent)
    : QWidget(parent),
      m_source(source),
      m_model(new FacetModel(this)),
      m_view(new QListView),
      m_note(makeLabel({}, TextStyle::Small, Token::Text3))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 8);
    column->setSpacing(4);
    m_view->setModel(m_model);
    m_view->setItemDelegate(new FacetDelegate(m_view));
    m_view->setAccessibleName(tr("Filter by value"));
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setMouseTracking(true);
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);
    m_note->setContentsMargins(padding, 0, padding, 0);
    m_note->setWordWrap(true);
    column->addWidget(m_view, 1);
    column->addWidget(m_note);
    m_rest.setSingleShot(true);
    m_rest.setInterval(restMs);
    connect(&m_rest, &QTimer::timeout, this, [this] {
        if (m_due)
            ask();
    });
}

void FacetPanel::setFilter(const QString &text, const RequestFilter &filter)
{
    m_model->setFilterText(text);
    m_filter = filter;
    ++m_generation;
    m_asking = false;
    m_due = true;
    ask();
}

void FacetPanel::setRangeStart(int64_t fromMs)
{
    m_filter.fromMs = fromMs;
}

void FacetPanel::noteCommitted()
{
    m_due = true;
    if (!m_rest.isActive() && !m_asking)
        m_rest.start();
}

void FacetPanel::ask()
{
    if (m_asking || !isVisible())
        return;
    m_asking = true;
    m_due = false;
    const auto done = [this, generation = m_generation](const Result<FacetReport> &report) {
        if (generation != m_generation)
            return;
        m_asking = false;
        if (report)
            take(*report);
        else
            m_note->setText(QString::fromStdString(report.error().message));
    };
    m_source.facets(m_filter, this, done);
}

void FacetPanel::take(const FacetReport &report)
{
    constexpr int64_t nowhere = int64_t(1) << 60;
    m_model->setReport(report);
    if (report.complete) {
        m_note->clear();
        if (m_due)
            m_rest.start();
        return;
    }
    const bool begun = report.reachedMs > 0 && report.reachedMs < nowhere;
    m_note->setText(
        begun ? tr("Counting… back to %1 so far")
                    .arg(numberLocale().toString(QDateTime::fromMSecsSinceEpoch(report.reachedMs), u"d MMM HH:mm"_s))
              : tr("Counting…"));
    ask();
}

QString FacetPanel::noteText() const
{
    return m_note->text();
}

void FacetPanel::choose(const QModelIndex &index, bool leaveOut)
{
    if (index.data(FacetModel::KindRole).toInt() == FacetModel::More && index.isValid()) {
        m_model->unfold(index.data(FacetModel::FieldRole).toString());
        return;
    }
    if (const auto text = m_model->textAfter(index, leaveOut))
        Q_EMIT textChosen(*text);
}

bool FacetPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_view && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Space || key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            const int row = m_view->currentIndex().row();
            choose(m_view->currentIndex(), key->modifiers().testFlag(Qt::ControlModifier));
            m_view->setCurrentIndex(m_model->index(qMin(row, m_model->rowCount() - 1)));
            return true;
        }
    }
    if (watched == m_view->viewport() && event->type() == QEvent::MouseButtonRelease) {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        if (mouse->button() == Qt::LeftButton)
            choose(m_view->indexAt(mouse->position().toPoint()), mouse->modifiers().testFlag(Qt::ControlModifier));
    }
    return QWidget::eventFilter(watched, event);
}

void FacetPanel::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_due || m_model->isCounting())
        ask();
}

} // namespace signalbox
