// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/probe_view.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/signal_mark.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

Signal signalOf(ProbeStep::State state)
{
    switch (state) {
    case ProbeStep::State::Running:
        return Signal::Running;
    case ProbeStep::State::Passed:
        return Signal::Clear;
    case ProbeStep::State::Failed:
        return Signal::Stop;
    case ProbeStep::State::Waiting:
    case ProbeStep::State::Skipped:
        break;
    }
    return Signal::Off;
}

} // namespace

ProbeView::ProbeView(QWidget *parent)
    : QWidget(parent),
      m_summary(makeLabel({}, TextStyle::Small, Token::Text3)),
      m_test(makeButton(tr("Test"), ButtonKind::Flat, u"refresh"_s))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto *head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(makeLabel(tr("Live test"), TextStyle::PanelHead, Token::Text));
    head->addWidget(m_summary, 1);
    head->addWidget(m_test);
    column->addLayout(head);
    auto *grid = new QGridLayout;
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(2, 1);
    const std::array<QString, 4> names{tr("DNS"), tr("TCP and TLS"), tr("Key"), tr("Model list")};
    for (size_t i = 0; i < m_rows.size(); ++i) {
        Row &row = m_rows[i];
        row.mark = new SignalMark;
        row.name = makeLabel(names[i], TextStyle::Body, Token::Text);
        row.detail = makeLabel({}, TextStyle::Small, Token::Text3);
        row.detail->setWordWrap(true);
        row.time = new NumberLabel(TextStyle::Small, Token::Text3);
        row.time->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        const int at = int(i);
        grid->addWidget(row.mark, at, 0);
        grid->addWidget(row.name, at, 1);
        grid->addWidget(row.detail, at, 2);
        grid->addWidget(row.time, at, 3);
    }
    column->addLayout(grid);
    connect(m_test, &QPushButton::clicked, this, &ProbeView::testRequested);
    reset();
}

void ProbeView::reset()
{
    for (Row &row : m_rows) {
        row.mark->setSignal(Signal::Off);
        row.detail->clear();
        row.time->setText({});
        setLabelToken(row.name, Token::Text3);
        setLabelToken(row.detail, Token::Text3);
    }
    m_summary->clear();
}

void ProbeView::setReport(const ProbeReport &report)
{
    int passed = 0;
    for (const ProbeStep &step : report.steps) {
        const auto at = size_t(step.name);
        if (at >= m_rows.size())
            continue;
        Row &row = m_rows[at];
        row.mark->setSignal(signalOf(step.state));
        setLabelToken(row.name, step.state == ProbeStep::State::Waiting ? Token::Text3 : Token::Text);
        setLabelToken(row.detail, step.state == ProbeStep::State::Failed ? Token::StopText : Token::Text3);
        row.detail->setText(QString::fromStdString(step.detail));
        row.time->setText(step.ms < 0 ? QString() : formatTime(step.ms, TimeStyle::Detail));
        passed += step.state == ProbeStep::State::Passed ? 1 : 0;
    }
    QString text = tr("%1 of %2 passed").arg(passed).arg(m_rows.size());
    if (report.finished && !report.models.empty())
        text += u" · "_s + tr("%n models", nullptr, int(report.models.size()));
    m_summary->setText(text);
}

QString ProbeView::summary() const
{
    return m_summary->text();
}

} // namespace signalbox
