// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/views_panel.h"

#include "ui/requests/columns_panel.h"
#include "ui/requests/request_views.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

// The name, and the keys that show it at the other side.
class ViewDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        const bool chosen = option.state.testFlag(QStyle::State_Selected);
        if (chosen || option.state.testFlag(QStyle::State_MouseOver))
            painter->fillRect(option.rect, theme().color(chosen ? Token::AccentSoft : Token::Hover));
        const QRect box = option.rect.adjusted(8, 0, -8, 0);
        const QColor ink = chosen ? theme().selectionText() : theme().color(Token::Text);
        int taken = 0;
        if (index.row() < RequestViews::shortcuts) {
            const QString keys =
                QKeySequence(Qt::ALT | Qt::Key(Qt::Key_1 + index.row())).toString(QKeySequence::NativeText);
            painter->setFont(theme().font(TextStyle::Small));
            painter->setPen(chosen && theme().isHighContrast() ? ink : theme().color(Token::Text3));
            painter->drawText(box, Qt::AlignTrailing | Qt::AlignVCenter | Qt::TextSingleLine, keys);
            taken = QFontMetrics(painter->font()).horizontalAdvance(keys) + 12;
        }
        painter->setFont(theme().font(TextStyle::Body));
        painter->setPen(ink);
        const QString name = index.data(Qt::DisplayRole).toString();
        painter->drawText(box, Qt::AlignLeading | Qt::AlignVCenter | Qt::TextSingleLine,
                          QFontMetrics(painter->font()).elidedText(name, Qt::ElideRight, box.width() - taken));
        painter->restore();
    }
    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {200, qRound(28 * theme().textScale() / 100.0)};
    }
};

} // namespace

ViewsPanel::ViewsPanel(RequestViews *views, QWidget *parent)
    : QFrame(parent, Qt::Popup),
      m_views(views),
      m_list(new QListView),
      m_name(new QLineEdit),
      m_save(makeButton(tr("&Save")))
{
    setProperty("panel", true);
    setAttribute(Qt::WA_StyledBackground);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Saved views"), TextStyle::PanelHead, Token::Text), 1);
    QPushButton *rename = makeButton(tr("&Rename"), ButtonKind::Flat);
    QPushButton *remove = makeButton(tr("&Delete"), ButtonKind::Flat);
    head->addWidget(rename);
    head->addWidget(remove);
    column->addLayout(head);
    m_list->setModel(views);
    m_list->setItemDelegate(new ViewDelegate(m_list));
    m_list->setAccessibleName(tr("Saved views"));
    m_list->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_list->setMouseTracking(true);
    m_list->setMinimumSize(280, 180);
    m_list->installEventFilter(this);
    column->addWidget(m_list, 1);
    auto *label = makeLabel(tr("Save what is shown as"), TextStyle::Small, Token::Text2);
    label->setBuddy(m_name);
    column->addWidget(label);
    auto *row = new QHBoxLayout;
    m_name->setAccessibleName(tr("Name of the view"));
    row->addWidget(m_name, 1);
    row->addWidget(m_save);
    column->addLayout(row);
    m_save->setEnabled(false);
    connect(m_name, &QLineEdit::textChanged, this,
            [this](const QString &name) { m_save->setEnabled(!name.trimmed().isEmpty()); });
    const auto save = [this] {
        const QString name = m_name->text().trimmed();
        if (name.isEmpty())
            return;
        m_name->clear();
        hide();
        Q_EMIT saveRequested(name);
    };
    connect(m_name, &QLineEdit::returnPressed, this, save);
    connect(m_save, &QPushButton::clicked, this, save);
    connect(m_list, &QListView::clicked, this, &ViewsPanel::choose);
    connect(rename, &QPushButton::clicked, this, [this] { m_list->edit(m_list->currentIndex()); });
    connect(remove, &QPushButton::clicked, this, [this] {
        if (m_list->currentIndex().isValid())
            Q_EMIT removeRequested(m_list->currentIndex().row());
    });
}

void ViewsPanel::choose(const QModelIndex &index)
{
    if (!index.isValid())
        return;
    hide();
    Q_EMIT chosen(index.row());
}

void ViewsPanel::openBelow(const QWidget *button)
{
    placeBelow(this, button);
    if (!m_list->currentIndex().isValid() && m_views->rowCount() > 0)
        m_list->setCurrentIndex(m_views->index(0));
    m_list->setFocus(Qt::PopupFocusReason);
}

bool ViewsPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const QModelIndex current = m_list->currentIndex();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            choose(current);
            return true;
        }
        if (key == Qt::Key_Delete && current.isValid()) {
            Q_EMIT removeRequested(current.row());
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace signalbox
