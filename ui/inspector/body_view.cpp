// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/body_view.h"

#include "ui/inspector/background.h"
#include "ui/inspector/chat_view.h"
#include "ui/inspector/code_view.h"
#include "ui/inspector/find_bar.h"
#include "ui/inspector/save_file.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/diff_view.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr qsizetype cutAt = 20'000;
constexpr size_t atOnce = 48 * 1024; // what is smaller is ready before anybody sees that it was not
} // namespace

BodyView::BodyView(const QString &accessibleName, QWidget *parent) : QWidget(parent), m_stack(new QStackedWidget)
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(m_stack);
    m_stack->addWidget(makeKept(accessibleName));
    m_stack->addWidget(makeMissing());
    connect(m_side, &SegmentedControl::chosen, this, &BodyView::ask);
    connect(m_style, &SegmentedControl::chosen, this, [this] {
        ask();
        Q_EMIT styleChosen(bodyStyle());
    });
    connect(m_all, &QPushButton::clicked, this, [this] {
        m_showAll = true;
        showText();
    });
}

QWidget *BodyView::makeKept(const QString &name)
{
    auto *kept = new QWidget;
    auto *column = new QVBoxLayout(kept);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    m_side = new SegmentedControl(tr("Whose side of it"));
    m_side->addSegment(tr("Client"), tr("As the client saw it"));
    m_side->addSegment(tr("Provider"), tr("As the provider saw it"));
    m_side->addSegment(tr("Differences"), tr("What differs between the two"));
    m_side->setCurrent(0);
    m_style = new SegmentedControl(tr("Layout of the body"));
    m_style->addSegment(tr("Rendered"), tr("As a conversation"));
    m_style->addSegment(tr("Pretty"), tr("Laid out"));
    m_style->addSegment(tr("Raw"), tr("Byte for byte"));
    m_style->setCurrent(0);
    m_size = makeElidedLabel({}, TextStyle::Small, Token::Text3);
    m_all = makeButton(tr("Show all"));
    QToolButton *search = makeIconButton(u"search"_s, tr("Find in this body (Ctrl+F)"));
    QToolButton *save = makeIconButton(u"export"_s, tr("Save this body…"));
    column->addWidget(m_side, 0, Qt::AlignLeft);
    auto *tools = new QHBoxLayout;
    tools->setSpacing(8);
    tools->addWidget(m_style);
    tools->addStretch();
    tools->addWidget(m_all);
    tools->addWidget(search);
    tools->addWidget(save);
    column->addLayout(tools);
    column->addWidget(m_size);
    m_views = new QStackedWidget;
    m_chat = new ChatView(name);
    m_text = new CodeView(name);
    m_diff = new DiffView(tr("Client"), tr("Provider"));
    m_find = new FindBar(m_text);
    m_views->addWidget(m_chat);
    m_views->addWidget(m_text);
    m_views->addWidget(m_diff);
    column->addWidget(m_find);
    column->addWidget(m_views, 1);
    connect(search, &QToolButton::clicked, this, &BodyView::find);
    connect(save, &QToolButton::clicked, this, &BodyView::save);
    return kept;
}

QWidget *BodyView::makeMissing()
{
    auto *missing = new QWidget;
    auto *words = new QVBoxLayout(missing);
    words->setContentsMargins(16, 16, 16, 16);
    words->setSpacing(8);
    words->addWidget(makeLabel(tr("This body was not kept"), TextStyle::BodyStrong, Token::Text));
    m_note = makeLabel({}, TextStyle::Body, Token::Text2);
    m_note->setWordWrap(true);
    words->addWidget(m_note);
    QPushButton *change = makeButton(tr("Change what is kept"));
    words->addWidget(change, 0, Qt::AlignLeft);
    words->addStretch();
    connect(change, &QPushButton::clicked, this, &BodyView::settingsRequested);
    return missing;
}

void BodyView::setSides(BodySides sides, const QString &policyNote)
{
    m_sides = std::move(sides);
    const bool any = m_sides.client || m_sides.provider;
    m_stack->setCurrentIndex(any ? 0 : 1);
    m_note->setText(policyNote.isEmpty() ? tr("Settings, Privacy says which bodies are kept.") : policyNote);
    m_side->setVisible(m_sides.hasBoth());
    if (!m_sides.hasBoth())
        m_side->setCurrent(m_sides.client || !m_sides.provider ? 0 : 1);
    ask();
}

void BodyView::setBodyStyle(BodyStyle style)
{
    m_style->setCurrent(int(style));
    ask();
}

void BodyView::setSide(BodySide side)
{
    if (side != BodySide::Client && !m_sides.hasBoth())
        return;
    m_side->setCurrent(int(side));
    ask();
}

BodySide BodyView::side() const
{
    return BodySide(m_side->current());
}

BodyStyle BodyView::bodyStyle() const
{
    return BodyStyle(m_style->current());
}

void BodyView::ask()
{
    m_showAll = false;
    const quint64 asked = ++m_asked;
    const BodySide side = this->side();
    const BodyStyle style = bodyStyle();
    m_style->setEnabled(side != BodySide::Both);
    showFacts();
    if (m_sides.bytes() <= atOnce)
        return present(renderBody(m_sides, side, style), side, style);
    m_size->setText(tr("Making it ready…"));
    computeFor(
        this, [sides = m_sides, side, style] { return renderBody(sides, side, style); },
        [this, asked, side, style](const BodyText &made) {
            if (asked == m_asked)
                present(made, side, style);
        });
}

void BodyView::present(const BodyText &made, BodySide side, BodyStyle style)
{
    showFacts();
    m_all->hide();
    m_whole.clear();
    if (side == BodySide::Both) {
        m_diff->setRows(made.diff);
        m_views->setCurrentWidget(m_diff);
    } else if (style == BodyStyle::Rendered) {
        m_chat->setChat(made.chat);
        m_views->setCurrentWidget(m_chat);
    } else {
        m_whole = made.text;
        showText();
        m_views->setCurrentWidget(m_text);
    }
}

void BodyView::showText()
{
    const bool cut = !m_showAll && m_whole.size() > cutAt;
    m_all->setVisible(cut);
    m_text->setText(cut ? m_whole.left(cutAt) : m_whole, bodyStyle() == BodyStyle::Pretty);
    m_find->refresh();
}

void BodyView::showFacts()
{
    const StoredBody *body = m_sides.body(side());
    QString facts = body ? formatBytes(int64_t(body->bytes.size())) : QString();
    if (body && body->cut)
        facts += tr(" · only the beginning was kept");
    if (m_sides.same)
        facts += tr(" · the provider saw the same");
    m_size->setText(facts);
    m_size->setToolTip(facts);
}

// In a conversation or among differences there is nothing to find by letters: the text is shown.
void BodyView::find()
{
    if (m_stack->currentIndex() != 0)
        return;
    if (m_views->currentWidget() != m_text) {
        if (side() == BodySide::Both)
            m_side->setCurrent(int(BodySide::Client));
        m_style->setCurrent(int(BodyStyle::Pretty));
        ask();
    }
    if (!m_whole.isEmpty() && m_all->isVisible()) {
        m_showAll = true;
        showText();
    }
    m_find->open();
}

void BodyView::save()
{
    const StoredBody *body = m_sides.body(side());
    if (!body)
        return;
    const bool json = body->contentType == "application/json";
    const QString name = (m_sides.isReply ? u"reply"_s : u"request"_s) + (json ? u".json"_s : u".txt"_s);
    saveFile(this, tr("Save the body"), name, [bytes = body->bytes] { return QByteArray::fromStdString(bytes); });
}

QString BodyView::shownText() const
{
    if (m_stack->currentIndex() != 0)
        return m_note->text();
    if (m_views->currentWidget() == m_chat)
        return m_chat->shownText();
    return m_views->currentWidget() == m_diff ? m_diff->shownText() : m_text->toPlainText();
}

} // namespace signalbox
