// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/ask_panel.h"

#include "ui/data/provider_actions.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <boost/json.hpp>

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;
namespace json = boost::json;

namespace signalbox {

namespace {

constexpr int panelWidth = 360;
constexpr int mostKiloTokens = 2000;
// About as many tokens as it has words.
constexpr std::string_view fillerWords = "the quick brown fox jumps over the lazy dog again ";
constexpr int fillerTokens = 10;
// One white pixel: enough for a request to hold an image.
constexpr const char *pixel = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=";

QString textOf(const json::object &object, const char *key)
{
    const json::value *value = object.if_contains(key);
    return value && value->is_string()
               ? QString::fromUtf8(value->get_string().data(), qsizetype(value->get_string().size()))
               : QString();
}

void addField(QVBoxLayout *column, const QString &label, QWidget *field)
{
    QLabel *name = makeLabel(label, TextStyle::BodyStrong, Token::Text);
    name->setBuddy(field);
    field->setAccessibleName(QString(label).remove(u'&'));
    column->addWidget(name);
    column->addWidget(field);
}

} // namespace

AskPanel::AskPanel(ProviderActions *actions, QWidget *parent)
    : QFrame(parent),
      m_actions(actions),
      m_note(makeLabel({}, TextStyle::Small, Token::Text3)),
      m_model(new QLineEdit),
      m_tag(new QLineEdit),
      m_kiloTokens(new QSpinBox),
      m_image(new QCheckBox(tr("Has an &image"))),
      m_tools(new QCheckBox(tr("Has to&ols"))),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_answer(new QVBoxLayout)
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFixedWidth(panelWidth);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(16, 12, 16, 12);
    outer->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("Where would it go?"), TextStyle::PanelHead, Token::Text), 1);
    QToolButton *close = makeIconButton(u"close"_s, tr("Close"));
    head->addWidget(close);
    outer->addLayout(head);
    m_note->setWordWrap(true);
    outer->addWidget(m_note);
    m_model->setPlaceholderText(u"gpt-5"_s);
    addField(outer, tr("Asked &model"), m_model);
    addField(outer, tr("&Tags"), m_tag);
    m_kiloTokens->setRange(0, mostKiloTokens);
    m_kiloTokens->setSuffix(tr(" thousand tokens"));
    m_kiloTokens->setSpecialValueText(tr("A few words"));
    addField(outer, tr("Input &length"), m_kiloTokens);
    outer->addWidget(m_image);
    outer->addWidget(m_tools);
    QPushButton *ask = makeButton(tr("As&k"), ButtonKind::Normal, u"help"_s);
    outer->addWidget(ask, 0, Qt::AlignLeft);
    m_problem->setWordWrap(true);
    m_problem->hide();
    outer->addWidget(m_problem);
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setAccessibleName(tr("The plan and its reasons"));
    auto *page = new QWidget;
    page->setBackgroundRole(QPalette::Base);
    page->setLayout(m_answer);
    m_answer->setContentsMargins(0, 0, 8, 0);
    m_answer->setSpacing(4);
    m_answer->setAlignment(Qt::AlignTop);
    area->setWidget(page);
    outer->addWidget(area, 1);
    setDraft(nullptr);
    connect(close, &QToolButton::clicked, this, &AskPanel::closeRequested);
    connect(ask, &QPushButton::clicked, this, &AskPanel::ask);
    connect(m_model, &QLineEdit::returnPressed, this, &AskPanel::ask);
    connect(m_tag, &QLineEdit::returnPressed, this, &AskPanel::ask);
}

std::string AskPanel::request() const
{
    std::string words = "Hello";
    const int tokens = m_kiloTokens->value() * 1000;
    words.reserve(size_t(tokens / fillerTokens) * fillerWords.size());
    for (int i = 0; i < tokens; i += fillerTokens)
        words += fillerWords;
    json::array content{json::object{{"type", "text"}, {"text", words}}};
    if (m_image->isChecked())
        content.push_back(json::object{{"type", "image_url"}, {"image_url", {{"url", pixel}}}});
    json::object request{{"model", m_model->text().trimmed().toStdString()},
                         {"messages", json::array{json::object{{"role", "user"}, {"content", std::move(content)}}}}};
    if (m_tools->isChecked())
        request["tools"] = json::array{
            json::object{{"type", "function"},
                         {"function", {{"name", "look_up"}, {"parameters", json::object{{"type", "object"}}}}}}};
    return json::serialize(request);
}

void AskPanel::ask()
{
    const std::string tags = m_tag->text().trimmed().toStdString();
    const auto answered = [this](const Result<std::string> &answer) { setAnswer(answer); };
    if (m_draft)
        m_actions->explainDraft(m_draft, request(), tags, this, answered);
    else
        m_actions->explain(request(), tags, this, answered);
}

void AskPanel::setDraft(const ConfigPtr &draft)
{
    m_draft = draft;
    m_note->setText(draft ? tr("The draft plans this request with what the gateway knows now. Nothing is applied, "
                               "nobody is called.")
                          : tr("The gateway plans this request with what it knows now. Nobody is called."));
}

void AskPanel::clearAnswer()
{
    while (QLayoutItem *item = m_answer->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void AskPanel::addHead(const QString &title)
{
    QLabel *words = makeLabel(title, TextStyle::PanelHead, Token::Text);
    words->setContentsMargins(0, 8, 0, 0);
    m_answer->addWidget(words);
}

void AskPanel::addLine(const QString &title, const QString &reason)
{
    if (!title.isEmpty())
        m_answer->addWidget(makeElidedLabel(title, TextStyle::BodyStrong, Token::Text));
    QLabel *words = makeLabel(reason, TextStyle::Small, Token::Text2);
    words->setWordWrap(true);
    makeSelectable(words);
    m_answer->addWidget(words);
}

void AskPanel::setAnswer(const Result<std::string> &answer)
{
    clearAnswer();
    m_problem->setVisible(!answer);
    if (!answer) {
        m_problem->setText(QString::fromStdString(answer.error().message));
        return;
    }
    boost::system::error_code code;
    const json::value value = json::parse(*answer, code);
    if (code || !value.is_object())
        return;
    const json::object &plan = value.get_object();
    addHead(tr("Route %1").arg(textOf(plan, "route")));
    int n = 0;
    const auto each = [&plan](const char *key, const auto &take) {
        const json::value *list = plan.if_contains(key);
        if (list && list->is_array())
            for (const json::value &entry : list->get_array())
                take(entry);
    };
    each("targets", [&](const json::value &entry) {
        if (entry.is_object())
            addLine(tr("%1. %2", "place in the plan, target").arg(++n).arg(textOf(entry.get_object(), "target")),
                    textOf(entry.get_object(), "reason"));
    });
    if (n == 0)
        addLine({}, tr("No target can take it now."));
    bool headed = false;
    each("notes", [&](const json::value &entry) {
        if (!entry.is_string())
            return;
        if (!headed)
            addHead(tr("Left out"));
        headed = true;
        addLine({}, QString::fromUtf8(entry.get_string().data(), qsizetype(entry.get_string().size())));
    });
}

QStringList AskPanel::lines() const
{
    QStringList all;
    for (int i = 0; i < m_answer->count(); ++i) {
        if (const auto *label = qobject_cast<const QLabel *>(m_answer->itemAt(i)->widget()))
            all << label->text();
    }
    return all;
}

} // namespace signalbox
