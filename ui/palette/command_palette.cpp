// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/palette/command_palette.h"

#include "ui/preferences/preferences.h"
#include "ui/widgets/theme.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QStyle>
#include <QtWidgets/QStyledItemDelegate>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int paletteWidth = 640;
constexpr int fromTop = 96;
constexpr int fieldHeight = 44;
constexpr int fieldMargin = 8;
constexpr int rowHeight = 34;
constexpr int rows = 9;
constexpr int border = 6;
constexpr int padding = 12;
constexpr qsizetype remembered = 12;
const QString recentKey = u"palette/recent"_s;

class CommandDelegate final : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem &, const QModelIndex &) const override
    {
        return {0, qRound(rowHeight * theme().textScale() / 100.0)};
    }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        painter->save();
        const bool selected = option.state & QStyle::State_Selected;
        const bool contrast = selected && theme().isHighContrast();
        if (selected) {
            painter->setRenderHint(QPainter::Antialiasing);
            painter->setPen(Qt::NoPen);
            painter->setBrush(option.palette.color(QPalette::Highlight));
            painter->drawRoundedRect(option.rect, 5, 5);
        }
        QRect box = option.rect.adjusted(padding, 0, -padding, 0);
        const QColor quiet = contrast ? theme().selectionText() : theme().color(Token::Text3);
        painter->setFont(theme().font(TextStyle::Small));
        painter->setPen(quiet);
        const QString shortcut = index.data(CommandModel::ShortcutRole).toString();
        const QString group = index.data(CommandModel::GroupRole).toString();
        const auto right = [&](const QString &text) {
            if (text.isEmpty())
                return;
            const int width = painter->fontMetrics().horizontalAdvance(text);
            const bool mirrored = option.direction == Qt::RightToLeft;
            painter->drawText(box, int((mirrored ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter), text);
            mirrored ? box.setLeft(box.left() + width + padding) : box.setRight(box.right() - width - padding);
        };
        right(shortcut);
        right(group);
        paintText(painter, box, option, index, contrast ? theme().selectionText() : theme().color(Token::Text),
                  contrast ? theme().selectionText() : theme().color(Token::AccentText));
        painter->restore();
    }

private:
    // Right-to-left text is drawn whole: its letters join, so that none can be painted alone.
    static void paintText(QPainter *painter, const QRect &box, const QStyleOptionViewItem &option,
                          const QModelIndex &index, const QColor &ink, const QColor &found)
    {
        const QString text = index.data(Qt::DisplayRole).toString();
        const QVariantList at = index.data(CommandModel::MatchRole).toList();
        const QFont normal = theme().font(TextStyle::Body);
        QFont strong = normal;
        strong.setWeight(QFont::DemiBold);
        painter->setFont(normal);
        painter->setPen(ink);
        if (at.isEmpty() || text.isRightToLeft() || painter->fontMetrics().horizontalAdvance(text) > box.width() - 8) {
            painter->drawText(box, int(QStyle::visualAlignment(option.direction, Qt::AlignLeft) | Qt::AlignVCenter),
                              painter->fontMetrics().elidedText(text, Qt::ElideRight, box.width()));
            return;
        }
        int x = box.left();
        for (qsizetype i = 0; i < text.size(); ++i) {
            const bool hit = at.contains(i);
            painter->setFont(hit ? strong : normal);
            painter->setPen(hit ? found : ink);
            const QString letter = text.mid(i, 1);
            painter->drawText(QRect(x, box.top(), box.right() - x + 1, box.height()),
                              int(Qt::AlignLeft | Qt::AlignVCenter), letter);
            x += painter->fontMetrics().horizontalAdvance(letter);
        }
    }
};

} // namespace

CommandPalette::CommandPalette(QWidget *window)
    : QFrame(window), m_model(new CommandModel(this)), m_field(new QLineEdit), m_list(new QListView)
{
    setAccessibleName(tr("Commands"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(border, border, border, border);
    column->setSpacing(4);
    m_field->setPlaceholderText(tr("Type a command"));
    m_field->setAccessibleName(tr("Command"));
    m_field->setTextMargins(4, fieldMargin, 4, fieldMargin); // the style sheet sets the height of what is inside
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFocusPolicy(Qt::NoFocus); // the field keeps the focus; keys are handed on
    m_list->setAccessibleName(tr("Commands that fit"));
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    m_field->installEventFilter(this);
    window->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_model->setQuery(text);
        choose(0);
    });
    connect(m_list, &QListView::clicked, this, &CommandPalette::runCurrent);
    hide();
}

void CommandPalette::open(std::vector<Command> commands)
{
    if (isHidden())
        m_focusBefore = QApplication::focusWidget();
    m_model->setRecent(Preferences().value(recentKey).toStringList());
    m_model->setCommands(std::move(commands));
    m_field->clear();
    m_model->setQuery({});
    place();
    show();
    raise();
    m_field->setFocus(Qt::PopupFocusReason);
    choose(0);
}

void CommandPalette::dismiss()
{
    if (isHidden())
        return;
    hide();
    if (m_focusBefore)
        m_focusBefore->setFocus(Qt::PopupFocusReason);
    m_model->setCommands({});
}

void CommandPalette::runCurrent()
{
    const Command *chosen = m_model->command(m_list->currentIndex().row());
    if (!chosen)
        return;
    const auto run = chosen->run;
    QStringList recent = Preferences().value(recentKey).toStringList();
    recent.removeAll(chosen->id());
    recent.prepend(chosen->id());
    Preferences().setValue(recentKey, recent.mid(0, remembered));
    dismiss(); // first: the command may move the focus
    if (run)
        run();
}

void CommandPalette::place()
{
    const int width = qMin(paletteWidth, parentWidget()->width() - 32);
    const int row = qRound(rowHeight * theme().textScale() / 100.0);
    const int height = qMin(2 * border + fieldHeight + 4 + rows * row, parentWidget()->height() - fromTop - 16);
    setGeometry((parentWidget()->width() - width) / 2, fromTop, width, height);
}

void CommandPalette::choose(int row)
{
    m_list->setCurrentIndex(m_model->index(row));
}

bool CommandPalette::handleKey(int key)
{
    const int row = m_list->currentIndex().row();
    const int count = m_model->rowCount();
    switch (key) {
    case Qt::Key_Escape:
        dismiss();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        runCurrent();
        return true;
    case Qt::Key_Down:
        choose(count == 0 ? -1 : (row + 1) % count);
        return true;
    case Qt::Key_Up:
        choose(count == 0 ? -1 : (row + count - 1) % count);
        return true;
    case Qt::Key_PageDown:
        choose(qMin(row + rows, count - 1));
        return true;
    case Qt::Key_PageUp:
        choose(qMax(row - rows, 0));
        return true;
    default:
        return false;
    }
}

bool CommandPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress)
        return handleKey(static_cast<QKeyEvent *>(event)->key());
    if (watched == m_field && event->type() == QEvent::FocusOut && !isHidden() &&
        static_cast<QFocusEvent *>(event)->reason() != Qt::ActiveWindowFocusReason)
        dismiss();
    if (watched == parentWidget() && event->type() == QEvent::Resize && !isHidden())
        place();
    return QFrame::eventFilter(watched, event);
}

void CommandPalette::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(theme().color(Token::Raised));
    painter.setPen(QPen(theme().color(Token::LineStrong), 1));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

} // namespace signalbox
