// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/user_turn_view.h"

#include "ui/playground/thumbnail.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int thumbnailEdge = 72;
constexpr int editorHeight = 88;
} // namespace

UserTurnView::UserTurnView(const ChatTurn &turn, QWidget *parent)
    : QFrame(parent),
      m_text(QString::fromStdString(turn.text)),
      m_words(makeLabel(m_text, TextStyle::Body, Token::Text)),
      m_edit(makeIconButton(u"replay"_s, tr("Edit and send again"))),
      m_editing(new QWidget),
      m_editor(new QPlainTextEdit)
{
    setProperty("card", true);
    setAccessibleName(tr("You said"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 8, 8);
    column->setSpacing(6);
    auto *head = new QHBoxLayout;
    head->addWidget(
        makeLabel(turn.results.empty() ? tr("You") : tr("Results of tools"), TextStyle::Small, Token::Text3), 1);
    head->addWidget(m_edit);
    column->addLayout(head);
    m_edit->setVisible(!m_text.isEmpty());
    for (const ChatToolResult &result : turn.results) {
        QLabel *line = makeLabel(tr("%1: %2", "tool, its result")
                                     .arg(QString::fromStdString(result.name), QString::fromStdString(result.text)),
                                 TextStyle::Code, Token::Text2);
        line->setTextFormat(Qt::PlainText);
        line->setWordWrap(true);
        column->addWidget(line);
    }
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    alignByContent(m_words);
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_words->setVisible(!m_text.isEmpty());
    column->addWidget(m_words);
    if (!turn.images.empty()) {
        auto *row = new QHBoxLayout;
        for (const ChatImage &image : turn.images) {
            const QString words = image.url.empty() ? tr("Image") : QString::fromStdString(image.url);
            row->addWidget(makeThumbnail(image.base64, thumbnailEdge, words));
        }
        row->addStretch();
        column->addLayout(row);
    }
    auto *inner = new QVBoxLayout(m_editing);
    inner->setContentsMargins(0, 0, 4, 0);
    m_editor->setAccessibleName(tr("Your message"));
    m_editor->setFixedHeight(editorHeight);
    m_editor->setTabChangesFocus(true);
    inner->addWidget(m_editor);
    auto *buttons = new QHBoxLayout;
    QPushButton *cancel = makeButton(tr("Cancel"));
    QPushButton *send = makeButton(tr("Send again"));
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(send);
    inner->addLayout(buttons);
    column->addWidget(m_editing);
    m_editing->hide();
    connect(m_edit, &QToolButton::clicked, this, &UserTurnView::beginEdit);
    connect(cancel, &QPushButton::clicked, this, [this] { endEdit(false); });
    connect(send, &QPushButton::clicked, this, [this] { endEdit(true); });
}

void UserTurnView::beginEdit()
{
    m_editor->setPlainText(m_text);
    m_words->hide();
    m_editing->show();
    m_editor->setFocus();
}

void UserTurnView::endEdit(bool send)
{
    m_editing->hide();
    m_words->show();
    m_edit->setFocus();
    if (send && !m_editor->toPlainText().trimmed().isEmpty())
        Q_EMIT edited(m_editor->toPlainText());
}

} // namespace signalbox
