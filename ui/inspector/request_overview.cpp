// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/request_overview.h"

#include "ui/inspector/plan_rows.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>

namespace signalbox {

namespace {

QString orMissing(const std::string &text)
{
    return text.empty() ? missingText() : QString::fromStdString(text);
}

QString orMissing(const std::optional<int64_t> &tokens)
{
    return tokens ? formatCount(*tokens) : missingText();
}

QString lossWord(const std::string &kind)
{
    if (kind == "renamed")
        return RequestOverview::tr("renamed");
    return kind == "approximated" ? RequestOverview::tr("approximated") : RequestOverview::tr("dropped");
}

QLabel *makeValue(const QString &value)
{
    QLabel *words = makeLabel(value, TextStyle::Body, Token::Text);
    words->setWordWrap(true);
    words->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return words;
}

} // namespace

RequestOverview::RequestOverview(QWidget *parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget;
    page->setBackgroundRole(QPalette::Base);
    m_rows = new QFormLayout(page);
    m_rows->setContentsMargins(16, 12, 16, 16);
    m_rows->setHorizontalSpacing(16);
    m_rows->setVerticalSpacing(5);
    m_rows->setLabelAlignment(Qt::AlignLeft);
    setWidget(page);
}

void RequestOverview::head(const QString &title)
{
    QLabel *words = makeLabel(title, TextStyle::PanelHead, Token::Text);
    if (m_rows->rowCount() > 0)
        words->setContentsMargins(0, 12, 0, 0);
    m_rows->addRow(words);
}

void RequestOverview::row(const QString &label, const QString &value)
{
    m_rows->addRow(makeLabel(label, TextStyle::Small, Token::Text3), makeValue(value));
}

void RequestOverview::idRow(const QString &label, const QString &value)
{
    QLabel *words = makeElidedLabel(value, TextStyle::Code, Token::Text);
    words->setToolTip(value);
    m_rows->addRow(makeLabel(label, TextStyle::Small, Token::Text3), words);
}

void RequestOverview::wideRow(const QString &label, const QString &value)
{
    QLabel *place = makeElidedLabel(label, TextStyle::Code, Token::Text3);
    place->setToolTip(label);
    m_rows->addRow(place);
    QLabel *words = makeValue(value);
    words->setContentsMargins(0, 0, 0, 4);
    words->setAccessibleName(label);
    m_rows->addRow(words);
}

void RequestOverview::setRecord(const RequestRecord &r, bool simulated)
{
    while (m_rows->rowCount() > 0)
        m_rows->removeRow(0);
    if (!r.error.empty())
        row(tr("Error"), QString::fromStdString(r.error));
    head(tr("Who"));
    row(tr("Client"), orMissing(r.client));
    row(tr("Project"), orMissing(r.project));
    row(tr("Credential"), orMissing(r.credential));
    head(tr("What"));
    row(tr("Model asked"), orMissing(r.requestedModel));
    row(tr("Target"), targetName(r.provider, r.model));
    row(tr("Route"), orMissing(r.route));
    row(tr("Dialect"), orMissing(r.dialect) + (r.stream ? tr(", streamed") : tr(", not streamed")));
    addWhy(r);
    addLosses(r);
    head(tr("Times"));
    row(tr("Started"), numberLocale().toString(QDateTime::fromMSecsSinceEpoch(r.startedAtMs), QLocale::LongFormat));
    row(tr("Gateway added"), formatTime(double(r.overheadUs) / 1000, TimeStyle::Detail));
    idRow(tr("Trace"), orMissing(r.traceId));
    addTokens(r.usage);
    addCost(r.cost, simulated);
}

void RequestOverview::addWhy(const RequestRecord &record)
{
    const std::vector<PlanRow> why = planRows(record);
    if (!why.empty())
        head(tr("Why"));
    for (const PlanRow &step : why)
        wideRow(step.label, step.text);
}

void RequestOverview::addLosses(const RequestRecord &record)
{
    if (!record.losses.empty())
        head(tr("Lost in translation"));
    for (const LossRecord &loss : record.losses) {
        const QString where = QString::fromStdString(loss.pointer);
        wideRow(loss.reply ? tr("Reply %1").arg(where) : where,
                tr("%1: %2").arg(lossWord(loss.kind), QString::fromStdString(loss.reason)));
    }
}

void RequestOverview::addTokens(const TokenUsage &usage)
{
    head(tr("Tokens"));
    row(tr("Input"), orMissing(usage.input));
    row(tr("Cached input"), orMissing(usage.cachedInput));
    row(tr("Cache write"), orMissing(usage.cacheWrite));
    row(tr("Output"), orMissing(usage.output));
    row(tr("Reasoning, in output"), orMissing(usage.reasoning));
}

void RequestOverview::addCost(const Cost &cost, bool simulated)
{
    head(tr("Cost"));
    row(tr("Amount"), cost.nanoUsd ? formatCost(cost) : tr("Not known: no price for this model"));
    row(tr("State"), QString::fromLatin1(costStateName(cost.state)));
    row(tr("Price"), orMissing(cost.priceId));
    if (simulated)
        row(tr("Simulated"), tr("Yes: nothing was charged"));
}

} // namespace signalbox
