// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/answer_view.h"

#include "ui/playground/chat_words.h"
#include "ui/playground/markdown_view.h"
#include "ui/playground/thumbnail.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/theme.h"

#include <QtCore/QJsonDocument>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int imageEdge = 320;
constexpr int resultHeight = 60;

// `ours`: the console says it, not the model.
QLabel *makeWords(TextStyle style, Token token, bool ours = false)
{
    QLabel *label = makeLabel({}, style, token);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    makeSelectable(label);
    if (!ours)
        alignByContent(label);
    label->hide();
    return label;
}

void setWords(QLabel *label, const QString &text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

QString pretty(const std::string &arguments)
{
    const QByteArray bytes = QByteArray::fromStdString(arguments);
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    return QString::fromUtf8(document.isNull() ? bytes : document.toJson().trimmed());
}

} // namespace

AnswerView::AnswerView(QWidget *parent)
    : QFrame(parent),
      m_think(makeButton(tr("Thinking"), ButtonKind::Flat, u"chevron"_s)),
      m_thinking(makeWords(TextStyle::Small, Token::Text3)),
      m_words(new MarkdownView),
      m_parts(new QVBoxLayout),
      m_goOn(makeButton(tr("Send the results"), ButtonKind::Normal, u"play"_s)),
      m_problem(makeWords(TextStyle::Body, Token::StopText, true)),
      m_figures(makeWords(TextStyle::Small, Token::Text3, true)),
      m_details(makeWords(TextStyle::Small, Token::Text2, true))
{
    setAccessibleName(tr("The answer"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 4, 8, 8);
    column->setSpacing(6);
    column->addWidget(makeHead());
    m_think->setCheckable(true);
    m_think->hide();
    column->addWidget(m_think, 0, Qt::AlignLeading);
    column->addWidget(m_thinking);
    m_words->setAccessibleName(tr("The answer"));
    column->addWidget(m_words);
    m_parts->setSpacing(6);
    column->addLayout(m_parts);
    m_goOn->hide();
    column->addWidget(m_goOn, 0, Qt::AlignLeading);
    column->addWidget(m_problem);
    column->addWidget(m_figures);
    m_foot = makeFoot();
    column->addWidget(m_foot);
    column->addWidget(m_details);
    connect(m_think, &QPushButton::toggled, this,
            [this](bool on) { m_thinking->setVisible(on && !m_thinking->text().isEmpty()); });
    connect(m_goOn, &QPushButton::clicked, this, &AnswerView::goOnRequested);
}

QWidget *AnswerView::makeHead()
{
    auto *head = new QWidget;
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    m_mark = new SignalMark;
    m_served = makeElidedLabel({}, TextStyle::SmallStrong, Token::Text2);
    m_state = makeLabel({}, TextStyle::Small, Token::Text3);
    row->addWidget(m_mark);
    row->addWidget(m_served, 1);
    row->addWidget(m_state);
    return head;
}

QWidget *AnswerView::makeFoot()
{
    auto *foot = new QWidget;
    auto *row = new FlowLayout(foot);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    m_retry = makeButton(tr("Retry"), ButtonKind::Flat, u"refresh"_s);
    m_plan = makeButton(tr("Plan"), ButtonKind::Flat, u"route"_s);
    m_plan->setCheckable(true);
    m_plan->setToolTip(tr("Why it went there, and what was lost in translation"));
    m_log = makeButton(tr("Show in the log"), ButtonKind::Link);
    for (QPushButton *button : {m_retry, m_plan, m_log})
        row->addWidget(button);
    connect(m_retry, &QPushButton::clicked, this, &AnswerView::retryRequested);
    connect(m_plan, &QPushButton::toggled, this, &AnswerView::showPlan);
    connect(m_log, &QPushButton::clicked, this,
            [this] { Q_EMIT requestRequested(QString::fromStdString(m_answer.result.requestId)); });
    return foot;
}

void AnswerView::setHead(const SessionEntry &entry)
{
    const bool own = entry.answer.has_value();
    m_mark->setVisible(own);
    m_mark->setSignal(answerSignal(m_answer.state));
    m_served->setText(m_answer.servedBy.empty() ? tr("The model") : QString::fromStdString(m_answer.servedBy));
    m_served->setToolTip(m_served->text());
    m_state->setText(own ? answerStateText(m_answer) : QString());
}

void AnswerView::setEntry(const SessionEntry &entry, bool last, bool canGoOn)
{
    m_answer = entry.answer.value_or(ChatAnswer{ChatAnswer::State::Done});
    const bool runs = m_answer.state == ChatAnswer::State::Running;
    setHead(entry);
    QString thinking;
    for (const FoldedPart &part : entry.turn.parts) {
        if (part.kind == ReplyPartKind::Thinking)
            thinking += QString::fromStdString(part.text);
    }
    m_thinking->setText(thinking);
    m_think->setVisible(!thinking.isEmpty());
    m_thinking->setVisible(m_think->isChecked() && !thinking.isEmpty());
    const QString said = QString::fromStdString(entry.turn.said());
    if (said != m_words->markdown() || !runs)
        m_words->setMarkdownText(said, !runs);
    m_words->setVisible(!said.isEmpty());
    if (!runs)
        setParts(entry, last);
    m_goOn->setVisible(!runs && last && !entry.turn.calls().empty());
    m_goOn->setEnabled(canGoOn);
    setWords(m_problem, m_answer.state == ChatAnswer::State::Failed ? errorText(m_answer.result.error) : QString());
    setWords(m_figures, runs ? QString() : answerFigures(m_answer).join(u" · "_s));
    m_foot->setVisible(!runs && entry.answer.has_value());
    m_retry->setVisible(last);
    m_plan->setVisible(!m_answer.result.plan.empty() || m_answer.lossCount() > 0);
    m_log->setVisible(!m_answer.result.requestId.empty());
    showPlan(m_plan->isChecked());
}

void AnswerView::setParts(const SessionEntry &entry, bool last)
{
    if (m_shownParts == entry.turn.parts.size() && m_partsAsk == last)
        return; // what somebody types into a field stays
    m_shownParts = entry.turn.parts.size();
    m_partsAsk = last;
    while (QLayoutItem *item = m_parts->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const FoldedPart &part : entry.turn.parts) {
        if (part.kind == ReplyPartKind::ToolCall)
            addCall(part, last);
        else if (part.kind == ReplyPartKind::Image)
            addImage(part);
    }
}

void AnswerView::addCall(const FoldedPart &call, bool asks)
{
    auto *card = new QFrame;
    card->setProperty("card", true);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(4);
    const QString name = QString::fromStdString(call.name);
    column->addWidget(makeLabel(tr("Calls %1").arg(name), TextStyle::BodyStrong, Token::Text));
    QLabel *arguments = makeWords(TextStyle::Code, Token::Text2);
    setWords(arguments, pretty(call.text));
    column->addWidget(arguments);
    if (asks) {
        auto *result = new QPlainTextEdit;
        result->setFixedHeight(resultHeight);
        result->setTabChangesFocus(true);
        QLabel *label = makeLabel(tr("Its result"), TextStyle::Small, Token::Text3);
        label->setBuddy(result);
        result->setAccessibleName(tr("Result of %1").arg(name));
        column->addWidget(label);
        column->addWidget(result);
        const QString id = QString::fromStdString(call.id);
        connect(result, &QPlainTextEdit::textChanged, this,
                [this, id, result] { Q_EMIT resultGiven(id, result->toPlainText()); });
    }
    m_parts->addWidget(card);
}

void AnswerView::addImage(const FoldedPart &image)
{
    m_parts->addWidget(makeThumbnail(image.text, imageEdge, tr("An image that cannot be shown")));
}

void AnswerView::setCanGoOn(bool on)
{
    m_goOn->setEnabled(on);
}

void AnswerView::showPlan(bool on)
{
    m_plan->setChecked(on);
    QStringList lines;
    if (on) {
        lines = planLines(m_answer.result.plan);
        if (const QStringList lost = lossLines(m_answer); !lost.isEmpty()) {
            lines += tr("Lost in translation:");
            lines += lost;
        }
    }
    setWords(m_details, lines.join(u'\n'));
}

QString AnswerView::figures() const
{
    return m_figures->text();
}

QString AnswerView::problem() const
{
    return m_problem->text();
}

QString AnswerView::details() const
{
    return m_details->text();
}

} // namespace signalbox
