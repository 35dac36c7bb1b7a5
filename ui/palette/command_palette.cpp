// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/palette/command_palette.h"

#include "ui/palette/command_delegate.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/motion.h"
#include "ui/widgets/theme.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int paletteWidth = 640;
constexpr int anchoredWidth = 420;
constexpr int fromTop = 96;
constexpr int fieldHeight = 44;
constexpr int fieldMargin = 8;
constexpr int rows = 9;
constexpr int border = 6;
constexpr int shadow = 8; // around the frame, not part of it
constexpr int between = 4;
constexpr qsizetype remembered = 12;

} // namespace

CommandPalette::CommandPalette(QWidget *window)
    : CommandPalette({tr("Commands"), tr("Type a command"), u"palette/recent"_s}, window)
{
}

CommandPalette::CommandPalette(Purpose purpose, QWidget *above)
    : QFrame(above),
      m_purpose(std::move(purpose)),
      m_model(new CommandModel(this)),
      m_field(new QLineEdit),
      m_list(new QListView),
      m_note(makeLabel({}, TextStyle::Small, Token::Text3)),
      m_coming(new Motion(this))
{
    setAccessibleName(m_purpose.name);
    auto *column = new QVBoxLayout(this);
    constexpr int margin = border + shadow;
    column->setContentsMargins(margin, margin, margin, margin);
    column->setSpacing(between);
    m_field->setPlaceholderText(m_purpose.prompt);
    m_field->setAccessibleName(m_purpose.prompt);
    m_field->setTextMargins(2, fieldMargin, 4, fieldMargin); // the style sheet sets the height of what is inside
    m_field->addAction(themeIcon(u"search"_s), QLineEdit::LeadingPosition)->setText(m_purpose.prompt);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new CommandDelegate(m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setFocusPolicy(Qt::NoFocus); // the field keeps the focus; keys are handed on
    m_list->setAccessibleName(tr("%1 that fit").arg(m_purpose.name));
    m_note->setWordWrap(true);
    m_note->setContentsMargins(10, 2, 10, 4);
    column->addWidget(m_field);
    column->addWidget(m_list, 1);
    column->addWidget(m_note);
    m_field->installEventFilter(this);
    above->installEventFilter(this);
    connect(m_field, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_model->setQuery(text);
        showFits();
    });
    connect(m_list, &QListView::clicked, this, &CommandPalette::runCurrent);
    connect(m_coming, &Motion::moved, this, &CommandPalette::place);
    hide();
}

void CommandPalette::open(std::vector<Command> commands, QWidget *anchor, const QString &note)
{
    if (isHidden())
        m_focusBefore = QApplication::focusWidget();
    m_anchor = anchor;
    m_noteText = note;
    m_model->setRecent(Preferences().value(m_purpose.recentKey).toStringList());
    m_model->setCommands(std::move(commands));
    m_field->clear();
    m_model->setQuery({});
    const bool comes = isHidden();
    showFits();
    show();
    if (comes)
        m_coming->begin(Motion::appearing);
    raise();
    m_field->setFocus(Qt::PopupFocusReason);
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
    QStringList recent = Preferences().value(m_purpose.recentKey).toStringList();
    recent.removeAll(chosen->id());
    recent.prepend(chosen->id());
    Preferences().setValue(m_purpose.recentKey, recent.mid(0, remembered));
    dismiss(); // first: the command may move the focus
    if (run)
        run();
}

void CommandPalette::showFits()
{
    const bool none = m_model->rowCount() == 0;
    m_list->setVisible(!none);
    m_note->setText(none ? tr("Nothing fits “%1”.").arg(m_field->text().trimmed()) : m_noteText);
    m_note->setVisible(!m_note->text().isEmpty());
    place();
    choose(0);
}

// As high as what fits, so that the eye has no empty box to read.
void CommandPalette::place()
{
    const QSize room = parentWidget()->size();
    const int width = qMin(m_anchor ? anchoredWidth : paletteWidth, room.width() - 32);
    QPoint at((room.width() - width) / 2, fromTop);
    if (m_anchor) {
        at = m_anchor->mapTo(parentWidget(), QPoint(0, m_anchor->height() + 4));
        if (isRightToLeft())
            at.rx() += m_anchor->width() - width;
        at.setX(qBound(shadow, at.x(), qMax(shadow, room.width() - width - shadow)));
    }
    const int shown = qMin(rows, m_model->rowCount());
    int height = 2 * border + fieldHeight;
    if (shown > 0)
        height += between + shown * CommandDelegate::rowHeight();
    if (!m_note->isHidden())
        height += between + m_note->heightForWidth(width - 2 * border);
    height = qMin(height, room.height() - at.y() - 16);
    at.ry() -= qRound(Motion::rise * m_coming->left());
    setGeometry(QRect(at, QSize(width, height)).adjusted(-shadow, -shadow, shadow, shadow));
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
    const QRectF box = QRectF(rect()).adjusted(shadow, shadow, -shadow, -shadow);
    painter.setPen(Qt::NoPen);
    QColor dark(Qt::black);
    dark.setAlphaF(0.016F);
    painter.setBrush(dark);
    for (int i = shadow; i > 0; --i)
        painter.drawRoundedRect(box.adjusted(-i, -i + 2, i, i), 8 + i, 8 + i);
    painter.setBrush(theme().color(Token::Raised));
    painter.setPen(QPen(theme().color(Token::LineStrong), 1));
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

} // namespace signalbox
