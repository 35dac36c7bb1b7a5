// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/find_bar.h"

#include "ui/inspector/code_view.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

FindBar::FindBar(CodeView *view, QWidget *parent)
    : QWidget(parent), m_view(view), m_words(new QLineEdit), m_count(makeLabel({}, TextStyle::Small, Token::Text3))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    QLabel *label = makeLabel(tr("Find"), TextStyle::Small, Token::Text3);
    label->setBuddy(m_words);
    m_words->setAccessibleName(tr("Find in this body"));
    m_words->installEventFilter(this);
    QPushButton *previous = makeButton(tr("Previous"), ButtonKind::Flat);
    QPushButton *next = makeButton(tr("Next"), ButtonKind::Flat);
    QToolButton *done = makeIconButton(u"close"_s, tr("Close the search"));
    row->addWidget(label);
    row->addWidget(m_words, 1);
    row->addWidget(m_count);
    row->addWidget(previous);
    row->addWidget(next);
    row->addWidget(done);
    connect(m_words, &QLineEdit::textChanged, this, [this] {
        refresh();
        m_view->moveCursor(QTextCursor::Start);
        go(false);
    });
    connect(previous, &QPushButton::clicked, this, [this] { go(true); });
    connect(next, &QPushButton::clicked, this, [this] { go(false); });
    connect(done, &QToolButton::clicked, this, &FindBar::close);
    hide();
}

void FindBar::open()
{
    show();
    m_words->setFocus(Qt::ShortcutFocusReason);
    m_words->selectAll();
    refresh();
}

void FindBar::close()
{
    hide();
    m_view->mark({});
    m_view->setFocus(Qt::ShortcutFocusReason);
}

void FindBar::refresh()
{
    if (isHidden())
        return;
    const QString words = m_words->text();
    m_view->mark(words);
    const int count = m_view->countOf(words);
    m_count->setText(words.isEmpty() ? QString() : count == 0 ? tr("Not found") : tr("%n places", nullptr, count));
}

QString FindBar::state() const
{
    return m_count->text();
}

void FindBar::go(bool backward)
{
    m_view->find(m_words->text(), backward);
}

bool FindBar::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_words && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->key() == Qt::Key_Escape) {
            close();
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            go(key->modifiers().testFlag(Qt::ShiftModifier));
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace signalbox
