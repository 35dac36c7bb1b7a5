// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/compare_window.h"

#include "ui/inspector/background.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/diff_view.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

CompareWindow::CompareWindow(QWidget *parent)
    : QDialog(parent),
      m_caution(makeLabel({}, TextStyle::Body, Token::CautionText)),
      m_state(makeLabel({}, TextStyle::Body, Token::Text2)),
      m_answer(makeLabel({}, TextStyle::Body, Token::Text)),
      m_facts(new QWidget),
      m_stack(new QStackedWidget),
      m_diff(new DiffView(tr("First answer"), tr("Second answer"))),
      m_note(makeLabel({}, TextStyle::Body, Token::Text2)),
      m_cancel(makeButton(tr("Cancel the request"), u"stop"_s))
{
    setWindowTitle(tr("Compare two requests"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(960, 640);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 16);
    column->setSpacing(12);
    m_caution->setWordWrap(true);
    m_caution->hide();
    column->addWidget(m_caution);
    m_state->setWordWrap(true);
    column->addWidget(m_state);
    column->addWidget(m_facts);
    m_answer->setTextFormat(Qt::PlainText);
    m_answer->setWordWrap(true);
    m_answer->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setAccessibleName(tr("Answer"));
    area->setWidget(m_answer);
    m_note->setWordWrap(true);
    m_note->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_stack->addWidget(m_diff);
    m_stack->addWidget(area);
    m_stack->addWidget(m_note);
    column->addWidget(m_stack, 1);
    auto *buttons = new QHBoxLayout;
    QPushButton *close = makeButton(tr("Close"));
    buttons->addWidget(m_cancel);
    buttons->addStretch();
    buttons->addWidget(close);
    column->addLayout(buttons);
    m_cancel->hide();
    connect(close, &QPushButton::clicked, this, &QWidget::close);
    connect(this, &QDialog::finished, this, [this] {
        if (!m_cancel->isHidden())
            Q_EMIT cancelled(); // nobody is left to see the answer
    });
    connect(m_cancel, &QPushButton::clicked, this, &CompareWindow::cancelled);
}

void CompareWindow::setRunning(const QString &words, const QString &answer)
{
    m_state->setText(words);
    m_facts->hide();
    m_answer->setText(answer);
    m_stack->setCurrentIndex(1);
    m_cancel->show();
}

void CompareWindow::setProblem(const QString &words)
{
    m_state->setText(words);
    m_cancel->hide();
}

void CompareWindow::setRequests(const RequestRecord &left, const RequestRecord &right)
{
    m_cancel->hide();
    m_state->setText(
        tr("%1, and %2").arg(targetName(left.provider, left.model), targetName(right.provider, right.model)));
    computeFor(
        this, [left, right] { return compareRequests(left, right); },
        [this](const Comparison &comparison) {
            showFacts(comparison.facts);
            if (!comparison.note.isEmpty() || comparison.sameAnswer) {
                m_note->setText(comparison.sameAnswer ? tr("Both gave the same answer, word for word.")
                                                      : comparison.note);
                m_stack->setCurrentWidget(m_note);
                return;
            }
            m_diff->setRows(comparison.answers);
            m_stack->setCurrentWidget(m_diff);
        });
}

void CompareWindow::showFacts(const std::vector<CompareRow> &rows)
{
    delete m_facts->layout();
    qDeleteAll(m_facts->findChildren<QWidget *>(Qt::FindDirectChildrenOnly));
    auto *grid = new QGridLayout(m_facts);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(24);
    grid->setVerticalSpacing(4);
    int at = 0;
    const QStringList heads{QString(), tr("First"), tr("Second"), tr("Change")};
    for (int column = 1; column < 4; ++column)
        grid->addWidget(makeLabel(heads[column], TextStyle::SmallStrong, Token::Text3), 0, column, Qt::AlignRight);
    for (const CompareRow &row : rows) {
        ++at;
        grid->addWidget(makeLabel(row.label, TextStyle::Small, Token::Text3), at, 0);
        const QStringList cells{row.left, row.right, row.change};
        for (int column = 0; column < 3; ++column) {
            auto *value = new NumberLabel(TextStyle::Body, column == 2 ? Token::Text2 : Token::Text);
            value->setText(cells[column]);
            value->setAccessibleName(row.label + u", "_s + heads[column + 1] + u": "_s + cells[column]);
            grid->addWidget(value, at, column + 1, Qt::AlignRight);
        }
    }
    grid->setColumnStretch(4, 1);
    m_facts->show();
}

void CompareWindow::setCaution(const QString &words)
{
    m_caution->setText(words);
    m_caution->setVisible(!words.isEmpty());
}

QString CompareWindow::shownText() const
{
    QStringList lines{m_state->text()};
    if (!m_caution->text().isEmpty())
        lines.prepend(m_caution->text());
    const QList<NumberLabel *> values = m_facts->findChildren<NumberLabel *>();
    for (const NumberLabel *value : values)
        lines += value->text();
    lines += m_stack->currentWidget() == m_diff   ? m_diff->shownText()
             : m_stack->currentWidget() == m_note ? m_note->text()
                                                  : m_answer->text();
    return lines.join(u'\n');
}

} // namespace signalbox
