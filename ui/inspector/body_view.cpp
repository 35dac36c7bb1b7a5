// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/body_view.h"

#include "ui/inspector/copy_as.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>

namespace signalbox {

namespace {
constexpr qsizetype cutAt = 20'000;
constexpr int pretty = 0;
} // namespace

BodyView::BodyView(const QString &accessibleName, QWidget *parent)
    : QWidget(parent),
      m_stack(new QStackedWidget),
      m_text(new QPlainTextEdit),
      m_note(makeLabel({}, TextStyle::Body, Token::Text2)),
      m_size(makeLabel({}, TextStyle::Small, Token::Text3)),
      m_style(new SegmentedControl(tr("Layout of the body"))),
      m_all(makeButton(tr("Show all")))
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);

    auto *kept = new QWidget;
    auto *column = new QVBoxLayout(kept);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    auto *tools = new QHBoxLayout;
    m_style->addSegment(tr("Pretty"));
    m_style->addSegment(tr("Raw"));
    m_style->setCurrent(pretty);
    tools->addWidget(m_style);
    tools->addWidget(m_size, 1);
    tools->addWidget(m_all);
    column->addLayout(tools);
    m_text->setReadOnly(true);
    m_text->setAccessibleName(accessibleName);
    m_text->setFont(theme().font(TextStyle::Code));
    m_text->setTabChangesFocus(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    column->addWidget(m_text, 1);
    m_stack->addWidget(kept);

    auto *missing = new QWidget;
    auto *words = new QVBoxLayout(missing);
    words->setContentsMargins(16, 16, 16, 16);
    words->setSpacing(8);
    words->addWidget(makeLabel(tr("This body was not kept"), TextStyle::BodyStrong, Token::Text));
    m_note->setWordWrap(true);
    words->addWidget(m_note);
    QPushButton *change = makeButton(tr("Change what is kept"));
    words->addWidget(change, 0, Qt::AlignLeft);
    words->addStretch();
    m_stack->addWidget(missing);

    connect(change, &QPushButton::clicked, this, &BodyView::settingsRequested);
    connect(m_style, &SegmentedControl::chosen, this, &BodyView::render);
    connect(m_all, &QPushButton::clicked, this, [this] {
        m_showAll = true;
        render();
    });
    connect(&theme(), &Theme::themeChanged, this, [this] { m_text->setFont(theme().font(TextStyle::Code)); });
}

void BodyView::setBody(const StoredBody *body, const QString &policyNote)
{
    m_stack->setCurrentIndex(body ? 0 : 1);
    m_bytes = body ? body->bytes : std::string();
    m_cutNote = body && body->cut ? tr(" · only the beginning was kept") : QString();
    m_note->setText(policyNote.isEmpty() ? tr("Settings, Privacy says which bodies are kept.") : policyNote);
    m_showAll = false;
    render();
}

void BodyView::render()
{
    QString text = m_style->current() == pretty ? prettyJson(m_bytes) : QString::fromStdString(m_bytes);
    const bool cut = !m_showAll && text.size() > cutAt;
    if (cut)
        text.truncate(cutAt);
    m_all->setVisible(cut);
    m_size->setText(formatBytes(int64_t(m_bytes.size())) + m_cutNote);
    m_text->setPlainText(text);
}

QString BodyView::shownText() const
{
    return m_stack->currentIndex() == 0 ? m_text->toPlainText() : m_note->text();
}

} // namespace signalbox
