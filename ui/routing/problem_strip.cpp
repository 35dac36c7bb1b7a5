// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/problem_strip.h"

#include "ui/routing/node_words.h"
#include "ui/routing/route_document.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int listHeight = 132;
constexpr int idRole = Qt::UserRole;

QString wordsOf(const RouteDraft &draft, const DraftProblem &problem)
{
    const DraftId id = draft.at(problem.pointer);
    const QString text = QString::fromStdString(problem.text);
    if (id == 0)
        return QString::fromStdString(problem.pointer) + u": " + text;
    const DraftId route = draft.routeOf(id);
    const QString place =
        route == id ? draftTitle(draft, id) : draftTitle(draft, route) + u" / " + draftTitle(draft, id);
    // What the reader says begins in the middle of a sentence, behind the key that it is about.
    const QString key = QString::fromStdString(problem.pointer.substr(draft.pointer(id).size())).section(u'/', 1);
    return place + u": " + (key.isEmpty() ? text : QString(key + u' ' + text));
}

} // namespace

ProblemStrip::ProblemStrip(RouteDocument &document, QWidget *parent)
    : QFrame(parent),
      m_document(document),
      m_mark(new SignalMark),
      m_count(makeLabel({}, TextStyle::BodyStrong, Token::Text)),
      m_first(makeElidedLabel({}, TextStyle::Body, Token::Text2)),
      m_all(makeButton(tr("Show all"), ButtonKind::Link)),
      m_list(new QListWidget)
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_list->setAccessibleName(tr("Problems of the draft"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setWordWrap(true);
    m_list->setFixedHeight(listHeight);
    m_list->hide();
    column->addWidget(m_list);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(16, 6, 16, 6);
    row->setSpacing(8);
    row->addWidget(m_mark);
    row->addWidget(m_count);
    row->addWidget(m_first, 1);
    row->addWidget(m_all);
    column->addLayout(row);
    m_all->setCheckable(true);
    connect(m_all, &QPushButton::toggled, this, [this](bool on) {
        m_list->setVisible(on);
        m_all->setText(on ? tr("Hide") : tr("Show all"));
    });
    const auto lead = [this](const QListWidgetItem *item) {
        if (item)
            Q_EMIT nodeRequested(item->data(idRole).toUInt());
    };
    connect(m_list, &QListWidget::itemActivated, this, lead);
    connect(m_list, &QListWidget::itemClicked, this, lead);
    connect(&document, &RouteDocument::problemsChanged, this, &ProblemStrip::refresh);
    hide();
}

void ProblemStrip::refresh()
{
    const std::vector<DraftProblem> &problems = m_document.problems();
    setVisible(!problems.empty());
    m_list->clear();
    if (problems.empty())
        return;
    const int errors = m_document.errorCount();
    const int warnings = int(problems.size()) - errors;
    QStringList counts;
    if (errors > 0)
        counts << tr("%n errors", nullptr, errors);
    if (warnings > 0)
        counts << tr("%n warnings", nullptr, warnings);
    m_mark->setSignal(errors > 0 ? Signal::Stop : Signal::Caution);
    m_count->setText(counts.join(u", "_s));
    const QString first = wordsOf(m_document.draft(), problems.front());
    m_first->setText(first);
    m_first->setToolTip(first);
    for (const DraftProblem &problem : problems) {
        auto *item = new QListWidgetItem(
            themeIcon(problem.isError ? u"error"_s : u"warning"_s, problem.isError ? Token::Stop : Token::Caution),
            wordsOf(m_document.draft(), problem), m_list);
        item->setData(idRole, m_document.draft().at(problem.pointer));
        item->setToolTip(QString::fromStdString(problem.pointer));
    }
}

QString ProblemStrip::summary() const
{
    return isHidden() ? QString() : m_count->text() + u' ' + m_first->text();
}

} // namespace signalbox
