// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/request_inspector.h"

#include "ui/inspector/body_view.h"
#include "ui/inspector/copy_as.h"
#include "ui/inspector/request_overview.h"
#include "ui/inspector/waterfall.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/series_colors.h"
#include "ui/widgets/table_header.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

QString orMissing(const std::string &text)
{
    return text.empty() ? missingText() : QString::fromStdString(text);
}

void copyText(const QString &text)
{
    QGuiApplication::clipboard()->setText(text);
}

} // namespace

RequestInspector::RequestInspector(QWidget *parent)
    : QFrame(parent), m_content(new QWidget), m_message(makeLabel({}, TextStyle::Body, Token::Text3))
{
    setMinimumWidth(380);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setAccessibleName(tr("Inspector"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setWordWrap(true);
    outer->addWidget(m_message, 1);
    outer->addWidget(m_content, 1);
    auto *column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 12, 0, 0);
    column->setSpacing(12);
    column->addWidget(makeHead());
    column->addWidget(makeFacts());
    m_tabs = new QTabWidget;
    m_tabs->setDocumentMode(true);
    m_overview = new RequestOverview;
    m_tabs->addTab(m_overview, tr("Overview"));
    m_tabs->addTab(makeAttempts(), tr("Attempts"));
    m_request = new BodyView(tr("Request body"));
    m_reply = new BodyView(tr("Reply body"));
    m_tabs->addTab(m_request, tr("Request"));
    m_tabs->addTab(m_reply, tr("Reply"));
    column->addWidget(m_tabs, 1);
    for (BodyView *view : {m_request, m_reply})
        connect(view, &BodyView::settingsRequested, this, &RequestInspector::settingsRequested);
    setMessage(tr("Select a request to see what happened to it."));
}

QWidget *RequestInspector::makeHead()
{
    auto *head = new QWidget;
    auto *column = new QVBoxLayout(head);
    column->setContentsMargins(16, 0, 12, 0);
    column->setSpacing(10);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_badge = new Badge;
    m_id = makeLabel({}, TextStyle::Code, Token::Text3);
    m_id->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QToolButton *copyId = makeIconButton(u"copy"_s, tr("Copy the id"));
    QToolButton *close = makeIconButton(u"close"_s, tr("Close the inspector"));
    row->addWidget(m_badge);
    row->addWidget(m_id);
    row->addWidget(copyId);
    row->addStretch();
    row->addWidget(close);
    column->addLayout(row);
    auto *tools = new QHBoxLayout;
    tools->setSpacing(8);
    QPushButton *curl = makeButton(tr("Copy as cURL"), u"copy"_s);
    QPushButton *json = makeButton(tr("Copy JSON"), u"copy"_s);
    tools->addWidget(curl);
    tools->addWidget(json);
    tools->addStretch();
    column->addLayout(tools);
    connect(copyId, &QToolButton::clicked, this, [this] { copyText(QString::fromStdString(m_record.id)); });
    connect(close, &QToolButton::clicked, this, &RequestInspector::closeRequested);
    connect(curl, &QPushButton::clicked, this, &RequestInspector::copyCurl);
    connect(json, &QPushButton::clicked, this, &RequestInspector::copyJson);
    return head;
}

QWidget *RequestInspector::makeFacts()
{
    auto *facts = new QWidget;
    auto *grid = new QGridLayout(facts);
    grid->setContentsMargins(16, 0, 16, 0);
    grid->setHorizontalSpacing(20);
    grid->setVerticalSpacing(2);
    m_answeredBy = makeElidedLabel({}, TextStyle::NumberSmall, Token::Text);
    m_firstToken = new NumberLabel(TextStyle::NumberSmall);
    m_duration = new NumberLabel(TextStyle::NumberSmall);
    m_cost = new NumberLabel(TextStyle::NumberSmall);
    const std::initializer_list<std::pair<QString, QWidget *>> cells{{tr("Answered by"), m_answeredBy},
                                                                     {tr("First token"), m_firstToken},
                                                                     {tr("Duration"), m_duration},
                                                                     {tr("Cost"), m_cost}};
    int at = 0;
    for (const auto &[label, value] : cells) {
        QLabel *name = makeLabel(label, TextStyle::Small, Token::Text3);
        grid->addWidget(name, 0, at, at == 0 ? Qt::AlignLeft : Qt::AlignRight);
        value->setAccessibleName(label);
        if (at > 0)
            grid->addWidget(value, 1, at, Qt::AlignRight);
        else
            grid->addWidget(value, 1, at);
        ++at;
    }
    grid->setColumnStretch(0, 1);
    return facts;
}

QWidget *RequestInspector::makeAttempts()
{
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    auto *page = new QWidget;
    page->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(12);
    m_attempts = new QTableWidget(0, 6);
    setUpTable(m_attempts);
    m_attempts->setAccessibleName(tr("Attempts"));
    m_attempts->setHorizontalHeaderLabels(
        {tr("#"), tr("Target"), tr("Key"), tr("Result"), tr("First byte"), tr("Cost")});
    for (const int numeric : {4, 5})
        m_attempts->horizontalHeaderItem(numeric)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    for (const int plain : {0, 1, 2, 3})
        m_attempts->horizontalHeaderItem(plain)->setTextAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_attempts->horizontalHeader()->setStretchLastSection(false);
    m_attempts->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_attempts->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_waterfall = new Waterfall;
    column->addWidget(m_waterfall);
    column->addWidget(m_attempts);
    column->addStretch();
    area->setWidget(page);
    return area;
}

void RequestInspector::setMessage(const QString &message)
{
    m_message->setText(message);
    m_message->show();
    m_content->hide();
}

void RequestInspector::setDetail(const RequestDetail &detail)
{
    m_record = detail.record;
    m_message->hide();
    m_content->show();
    const Signal signal = m_record.status == 0 ? Signal::Stop : SignalMark::ofStatus(m_record.status);
    const QString words = statusWords(m_record.status);
    m_badge->setState(signal, m_record.attempts.size() > 1
                                  ? tr("%1 · %n attempts", nullptr, int(m_record.attempts.size())).arg(words)
                                  : words);
    const QString id = QString::fromStdString(m_record.id);
    m_id->setText(id.size() > 20 ? id.first(8) + u'…' + id.last(4) : id);
    m_id->setToolTip(id);
    m_answeredBy->setText(targetName(m_record.provider, m_record.model));
    m_answeredBy->setToolTip(m_answeredBy->text());
    m_firstToken->setText(m_record.ttftMs ? formatTime(*m_record.ttftMs, TimeStyle::Detail) : missingText());
    m_duration->setText(formatTime(m_record.durationMs, TimeStyle::Detail));
    m_cost->setText(formatCost(m_record.cost));
    m_overview->setRecord(m_record, m_simulated);
    fillAttempts();
    const QString note = QString::fromStdString(detail.bodyPolicyNote);
    m_request->setBody(keptBody(m_record, StoredBody::Kind::ClientRequest), note);
    m_reply->setBody(keptBody(m_record, StoredBody::Kind::ClientReply), note);
}

void RequestInspector::fillAttempts()
{
    m_waterfall->setRecord(m_record);
    m_attempts->setRowCount(int(m_record.attempts.size()));
    int at = 0;
    for (const AttemptRecord &attempt : m_record.attempts) {
        const auto put = [&](int column, const QString &text) {
            auto *item = new QTableWidgetItem(text);
            item->setTextAlignment((column >= 4 ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
            m_attempts->setItem(at, column, item);
            return item;
        };
        put(0, QString::number(attempt.n));
        put(1, QString::fromStdString(attempt.model))
            ->setData(SwatchRole, providerColors().slot(QString::fromStdString(attempt.provider)));
        put(2, orMissing(attempt.credential));
        auto *result = put(3, attempt.status > 0 ? QString::number(attempt.status) : orMissing(attempt.errorClass));
        result->setData(SignalRole, int(attempt.status == 0 ? Signal::Stop : SignalMark::ofStatus(attempt.status)));
        result->setToolTip(QString::fromStdString(attempt.errorClass));
        put(4, attempt.ttfbMs ? formatTime(*attempt.ttfbMs) : missingText());
        put(5, formatCost(attempt.cost));
        ++at;
    }
    m_attempts->resizeColumnsToContents();
    m_attempts->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    m_attempts->setFixedHeight(m_attempts->verticalHeader()->defaultSectionSize() * at + 30);
}

void RequestInspector::copyCurl() const
{
    copyText(copyAsCurl(m_record, m_gatewayUrl));
}

void RequestInspector::copyJson() const
{
    copyText(copyAsJson(m_record));
}

} // namespace signalbox
