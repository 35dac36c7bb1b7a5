// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/request_inspector.h"

#include "ui/inspector/body_view.h"
#include "ui/inspector/copy_as.h"
#include "ui/inspector/event_table.h"
#include "ui/inspector/request_actions.h"
#include "ui/inspector/request_overview.h"
#include "ui/inspector/timeline_view.h"
#include "ui/preferences/preferences.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/series_colors.h"
#include "ui/widgets/table_header.h"

#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QTableWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr auto styleKey = "inspector/bodyStyle"_L1;

QString orMissing(const std::string &text)
{
    return text.empty() ? missingText() : QString::fromStdString(text);
}

} // namespace

RequestInspector::RequestInspector(QWidget *parent)
    : QFrame(parent),
      m_content(new QWidget),
      m_message(makeLabel({}, TextStyle::Body, Token::Text3)),
      m_actions(new RequestActions(this))
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
    makeTabs();
    column->addWidget(m_tabs, 1);
    setMessage(tr("Select a request to see what happened to it."));
}

void RequestInspector::makeTabs()
{
    m_tabs = new QTabWidget;
    m_tabs->setDocumentMode(true);
    m_tabs->tabBar()->setProperty("compact", true); // eight of them beside the table
    m_overview = new RequestOverview;
    m_plan = new PlanView;
    m_request = new BodyView(tr("Request body"));
    m_reply = new BodyView(tr("Reply body"));
    m_loss = new LossView;
    m_events = new EventsView;
    m_trace = new TraceView;
    m_tabs->addTab(m_overview, tr("Overview"));
    m_tabs->addTab(makeTimeline(), tr("Timeline"));
    m_tabs->addTab(m_plan, tr("Plan"));
    m_tabs->addTab(m_request, tr("Request"));
    m_tabs->addTab(m_reply, tr("Reply"));
    m_tabs->addTab(m_loss, tr("Loss"));
    m_tabs->addTab(m_events, tr("Events"));
    m_tabs->addTab(m_trace, tr("Trace"));
    const auto style = BodyStyle(qBound(0, Preferences().value(styleKey, 0).toInt(), 2));
    for (BodyView *view : {m_request, m_reply}) {
        view->setBodyStyle(style);
        connect(view, &BodyView::settingsRequested, this, &RequestInspector::settingsRequested);
        connect(view, &BodyView::styleChosen, this, [this, view](BodyStyle chosen) {
            Preferences().setValue(styleKey, int(chosen));
            (view == m_request ? m_reply : m_request)->setBodyStyle(chosen);
        });
    }
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
    makeSelectable(m_id);
    QToolButton *copyId = makeIconButton(u"copy"_s, tr("Copy the id"));
    QToolButton *close = makeIconButton(u"close"_s, tr("Close the inspector"));
    row->addWidget(m_badge);
    row->addWidget(m_id);
    row->addWidget(copyId);
    row->addStretch();
    row->addWidget(m_actions->makeExportButton());
    row->addWidget(close);
    column->addLayout(row);
    auto *tools = new FlowLayout;
    tools->setSpacing(8);
    tools->setContentsMargins(0, 0, 0, 0);
    const QList<QPushButton *> buttons = m_actions->makeButtons();
    for (QPushButton *button : buttons)
        tools->addWidget(button);
    column->addLayout(tools);
    connect(copyId, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(QString::fromStdString(m_detail.record.id)); });
    connect(close, &QToolButton::clicked, this, &RequestInspector::closeRequested);
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

QWidget *RequestInspector::makeTimeline()
{
    auto *area = new QScrollArea;
    area->setAccessibleName(tr("Timeline"));
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
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
    m_timeline = new TimelineView;
    column->addWidget(m_timeline);
    column->addWidget(makeLabel(tr("Attempts"), TextStyle::PanelHead, Token::Text));
    column->addWidget(m_attempts);
    column->addStretch();
    area->setWidget(page);
    return area;
}

void RequestInspector::setGatewayUrl(const QString &url)
{
    m_actions->setGatewayUrl(url);
}

void RequestInspector::setMessage(const QString &message)
{
    m_message->setText(message);
    m_message->show();
    m_content->hide();
    m_actions->setDetail(nullptr);
}

void RequestInspector::setDetail(const RequestDetail &detail)
{
    m_detail = detail;
    m_kept = detailsOf(m_detail.record);
    const RequestRecord &record = m_detail.record;
    const RequestDetails *kept = m_kept ? &*m_kept : nullptr;
    m_message->hide();
    m_content->show();
    m_actions->setDetail(&m_detail);
    const Signal signal = record.status == 0 ? Signal::Stop : SignalMark::ofStatus(record.status);
    const QString words = statusWords(record.status);
    m_badge->setState(signal, record.attempts.size() > 1
                                  ? tr("%1 · %n attempts", nullptr, int(record.attempts.size())).arg(words)
                                  : words);
    const QString id = QString::fromStdString(record.id);
    m_id->setText(id.size() > 20 ? id.first(8) + u'…' + id.last(4) : id);
    m_id->setToolTip(id);
    m_answeredBy->setText(targetName(record.provider, record.model));
    m_answeredBy->setToolTip(m_answeredBy->text());
    m_firstToken->setText(record.ttftMs ? formatTime(*record.ttftMs, TimeStyle::Detail) : missingText());
    m_duration->setText(formatTime(record.durationMs, TimeStyle::Detail));
    m_cost->setText(formatCost(record.cost));
    m_overview->setDetail(m_detail, kept, m_simulated);
    m_timeline->setTimeline(timelineOf(record, kept));
    fillAttempts();
    m_plan->setRecord(record);
    m_loss->setRecord(record);
    m_tabs->setTabText(m_tabs->indexOf(m_loss), record.losses.empty()
                                                    ? tr("Loss")
                                                    : tr("Loss %1").arg(formatCount(int64_t(record.losses.size()))));
    m_trace->setRecord(record, kept);
    fillBodies();
}

void RequestInspector::fillBodies()
{
    const RequestRecord &record = m_detail.record;
    const RequestDetails *kept = m_kept ? &*m_kept : nullptr;
    const QString note = QString::fromStdString(m_detail.bodyPolicyNote);
    m_request->setSides(requestSides(record, kept), note);
    m_reply->setSides(replySides(record, kept), note);
    const StoredBody *reply = keptBody(record, StoredBody::Kind::ClientReply);
    const QString why = !record.stream ? tr("The reply was not streamed: it came in one piece.")
                        : reply        ? tr("There are no frames in the part that was kept.")
                                       : tr("The reply was not kept, and its frames with it.");
    m_events->setRows(reply ? eventRows(*reply, kept) : std::vector<EventRow>(), why);
}

void RequestInspector::fillAttempts()
{
    m_attempts->setRowCount(int(m_detail.record.attempts.size()));
    int at = 0;
    for (const AttemptRecord &attempt : m_detail.record.attempts) {
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

// The page's own Ctrl+F is for the table; with the focus in here it is for the body.
bool RequestInspector::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent *>(event)->matches(QKeySequence::Find)) {
        event->accept();
        return true;
    }
    return QFrame::event(event);
}

void RequestInspector::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Find))
        return find();
    QFrame::keyPressEvent(event);
}

void RequestInspector::find()
{
    auto *body = qobject_cast<BodyView *>(m_tabs->currentWidget());
    if (!body) {
        body = m_request;
        m_tabs->setCurrentWidget(body);
    }
    body->find();
}

} // namespace signalbox
