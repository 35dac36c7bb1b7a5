// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/review_panel.h"

#include "core/config/route_text.h"
#include "ui/routing/route_document.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/diff_view.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int panelWidth = 420;

QString wordsOf(const RouteChange &change)
{
    const QString route = QString::fromStdString(change.route);
    switch (change.kind) {
    case RouteChange::Kind::Added:
        return ReviewPanel::tr("Route %1 is new").arg(route);
    case RouteChange::Kind::Removed:
        return ReviewPanel::tr("Route %1 is removed").arg(route);
    case RouteChange::Kind::Changed:
        return ReviewPanel::tr("Route %1 changes").arg(route);
    case RouteChange::Kind::Moved:
        return ReviewPanel::tr("Route %1 moves").arg(route);
    }
    return {};
}

} // namespace

ReviewPanel::ReviewPanel(RouteDocument &document, QWidget *parent)
    : QFrame(parent),
      m_document(document),
      m_words(makeLabel({}, TextStyle::Body, Token::Text)),
      m_diff(new DiffView(tr("Before"), tr("After"), DiffView::Layout::OneColumn)),
      m_apply(makeButton(tr("Apply these changes"), ButtonKind::Primary))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFixedWidth(panelWidth);
    setAccessibleName(tr("Changes of the draft"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("What the draft changes"), TextStyle::PanelHead, Token::Text), 1);
    QToolButton *close = makeIconButton(u"close"_s, tr("Close the changes"));
    head->addWidget(close);
    column->addLayout(head);
    m_words->setWordWrap(true);
    column->addWidget(m_words);
    column->addWidget(m_diff, 1);
    QLabel *note = makeLabel(tr("All of it takes effect at once. Requests that run keep the routes they began with."),
                             TextStyle::Small, Token::Text3);
    note->setWordWrap(true);
    column->addWidget(note);
    auto *row = new QHBoxLayout;
    row->addStretch();
    row->addWidget(m_apply);
    column->addLayout(row);
    connect(close, &QToolButton::clicked, this, &ReviewPanel::closeRequested);
    connect(m_apply, &QPushButton::clicked, this, &ReviewPanel::applyRequested);
    connect(&document, &RouteDocument::draftChanged, this, [this] {
        if (isVisible())
            refresh();
    });
}

void ReviewPanel::showEvent(QShowEvent *event)
{
    refresh();
    QFrame::showEvent(event);
}

void ReviewPanel::refresh()
{
    QStringList words;
    for (const RouteChange &change : m_document.changes())
        words << wordsOf(change);
    m_words->setText(words.isEmpty() ? tr("Nothing has been changed.") : words.join(u'\n'));
    m_diff->setTexts(QString::fromStdString(routesText(m_document.running())),
                     QString::fromStdString(routesText(m_document.config())));
}

void ReviewPanel::setApplicable(bool on, const QString &why)
{
    m_apply->setEnabled(on);
    m_apply->setToolTip(why);
}

QString ReviewPanel::summary() const
{
    return m_words->text();
}

} // namespace signalbox
