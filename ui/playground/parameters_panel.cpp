// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/parameters_panel.h"

#include "core/playground/tool_list.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/form_drawer.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int longHeight = 84;
const auto stateGroup = u"playground"_s;

FormDrawer::Choices dialects()
{
    FormDrawer::Choices choices;
    for (const Dialect dialect : allDialects)
        choices.append({QString::fromLatin1(dialectName(dialect)), int(dialect)});
    return choices;
}

FormDrawer::Choices efforts(const QString &unset)
{
    FormDrawer::Choices choices;
    choices.append({unset, QString()});
    for (const char *effort : chatEfforts)
        choices.append({QString::fromLatin1(effort), QString::fromLatin1(effort)});
    return choices;
}

QString plain(const std::optional<double> &value)
{
    return value ? QString::number(*value) : QString();
}

Result<void> verdict(const Result<boost::json::value> &parsed)
{
    if (parsed)
        return {};
    return parsed.error();
}

} // namespace

ParametersPanel::ParametersPanel(QWidget *parent) : QWidget(parent), m_form(new FormDrawer)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_form);
    m_form->setTitle(tr("Parameters"));
    m_form->submitButton()->hide();
    const QString unset = tr("An empty field is not sent.");
    m_system = addLong(tr("System prompt"), {}, &m_systemNote, false);
    m_form->addText(u"temperature"_s, tr("Temperature"), tr("0 to 2. %1").arg(unset));
    m_form->addText(u"maxTokens"_s, tr("Most tokens of the answer"));
    m_form->addText(u"topP"_s, tr("Top-p"), tr("0 to 1"));
    m_form->addChoice(u"effort"_s, tr("Reasoning effort"), efforts(tr("Not sent")));
    m_form->addText(u"stop"_s, tr("Stop at"), tr("Texts parted by commas"));
    m_form->addChoice(u"dialect"_s, tr("Dialect"), dialects(), tr("The API that the request is written in"));
    m_form->addChoice(u"project"_s, tr("Project"), {}, tr("Whose budget and policy apply"));
    m_form->addCheck(u"stream"_s, tr("Stream the answer"));
    m_form->setChecked(u"stream"_s, true);
    m_schema = addLong(tr("JSON schema of the answer"), tr("An object; empty: any answer"), &m_schemaNote, true);
    m_tools = addLong(tr("Tools"), tr("A JSON list of name, description and parameters"), &m_toolsNote, true);
    connect(m_form, &FormDrawer::closeRequested, this, &ParametersPanel::closeRequested);
    connect(m_tools, &QPlainTextEdit::textChanged, this, &ParametersPanel::checkTools);
    connect(m_schema, &QPlainTextEdit::textChanged, this, &ParametersPanel::checkSchema);
}

QPlainTextEdit *ParametersPanel::addLong(const QString &label, const QString &hint, QLabel **note, bool code)
{
    auto *edit = new QPlainTextEdit;
    edit->setFixedHeight(longHeight);
    edit->setTabChangesFocus(true);
    edit->setAccessibleName(label);
    edit->setAccessibleDescription(hint);
    if (code) {
        edit->setFont(theme().font(TextStyle::Code));
        edit->setLineWrapMode(QPlainTextEdit::NoWrap);
        connect(&theme(), &Theme::themeChanged, edit, [edit] { edit->setFont(theme().font(TextStyle::Code)); });
    }
    QLabel *name = makeLabel(label, TextStyle::BodyStrong, Token::Text);
    name->setBuddy(edit);
    name->setWordWrap(true);
    m_form->addWidget(name);
    m_form->addWidget(edit);
    *note = makeLabel(hint, TextStyle::Small, Token::Text3);
    (*note)->setWordWrap(true);
    (*note)->setVisible(!hint.isEmpty());
    (*note)->setContentsMargins(0, 0, 0, 4);
    m_form->addWidget(*note);
    return edit;
}

bool ParametersPanel::check(QPlainTextEdit *field, QLabel *note, const QString &hint, const Result<void> &good)
{
    const bool empty = field->toPlainText().trimmed().isEmpty();
    const bool right = empty || good;
    note->setText(right ? hint : QString::fromStdString(good.error().message));
    setLabelToken(note, right ? Token::Text3 : Token::StopText);
    return right;
}

bool ParametersPanel::checkTools()
{
    return check(m_tools, m_toolsNote, m_tools->accessibleDescription(),
                 verdict(parseTools(m_tools->toPlainText().toStdString())));
}

bool ParametersPanel::checkSchema()
{
    return check(m_schema, m_schemaNote, m_schema->accessibleDescription(),
                 verdict(parseSchema(m_schema->toPlainText().toStdString())));
}

QString ParametersPanel::toolsProblem() const
{
    return m_toolsNote->text() == m_tools->accessibleDescription() ? QString() : m_toolsNote->text();
}

std::optional<double> ParametersPanel::number(const QString &key, double least, double most, bool *good)
{
    const QString text = m_form->text(key);
    if (text.isEmpty())
        return std::nullopt;
    bool isNumber = false;
    double value = QLocale::c().toDouble(text, &isNumber);
    if (!isNumber)
        value = QLocale().toDouble(text, &isNumber);
    if (isNumber && value >= least && value <= most)
        return value;
    m_form->setError(key,
                     tr("A number from %1 to %2").arg(QString::number(least, 'f', 0), QString::number(most, 'f', 0)));
    *good = false;
    return std::nullopt;
}

std::optional<ChatSettings> ParametersPanel::settings()
{
    constexpr double mostTokens = 10'000'000;
    m_form->clearErrors();
    bool good = checkTools();
    good = checkSchema() && good;
    ChatSettings made;
    made.dialect = Dialect(m_form->choice(u"dialect"_s).toInt());
    made.stream = m_form->checked(u"stream"_s);
    made.system = m_system->toPlainText().toStdString();
    made.temperature = number(u"temperature"_s, 0, 2, &good);
    made.topP = number(u"topP"_s, 0, 1, &good);
    if (const auto tokens = number(u"maxTokens"_s, 1, mostTokens, &good))
        made.maxTokens = int64_t(std::floor(*tokens));
    made.effort = m_form->choice(u"effort"_s).toString().toStdString();
    for (const QString &stop : m_form->list(u"stop"_s))
        made.stop.push_back(stop.toStdString());
    made.schema = m_schema->toPlainText().trimmed().toStdString();
    made.tools = m_tools->toPlainText().trimmed().toStdString();
    if (!good)
        return std::nullopt;
    return made;
}

void ParametersPanel::setSettings(const ChatSettings &settings)
{
    m_form->clearErrors();
    m_system->setPlainText(QString::fromStdString(settings.system));
    m_form->setText(u"temperature"_s, plain(settings.temperature));
    m_form->setText(u"topP"_s, plain(settings.topP));
    m_form->setText(u"maxTokens"_s, settings.maxTokens ? QString::number(*settings.maxTokens) : QString());
    m_form->setChoice(u"effort"_s, QString::fromStdString(settings.effort));
    QStringList stops;
    for (const std::string &stop : settings.stop)
        stops += QString::fromStdString(stop);
    m_form->setText(u"stop"_s, stops.join(u", "_s));
    m_form->setChoice(u"dialect"_s, int(settings.dialect));
    m_form->setChecked(u"stream"_s, settings.stream);
    m_schema->setPlainText(QString::fromStdString(settings.schema));
    m_tools->setPlainText(QString::fromStdString(settings.tools));
}

std::string ParametersPanel::project() const
{
    return m_form->choice(u"project"_s).toString().toStdString();
}

void ParametersPanel::setConfig(const Config &config)
{
    const QVariant chosen = m_form->choice(u"project"_s);
    FormDrawer::Choices choices;
    choices.append({tr("Default"), QString()});
    for (const ProjectConfig &project : config.projects) {
        const QString id = QString::fromStdString(project.id);
        choices.append({project.name.empty() ? id : QString::fromStdString(project.name), id});
    }
    m_form->setChoices(u"project"_s, choices);
    m_form->setChoice(u"project"_s, chosen);
}

void ParametersPanel::restoreState()
{
    Preferences kept;
    kept.beginGroup(stateGroup);
    for (const QString &key : {u"temperature"_s, u"maxTokens"_s, u"topP"_s})
        m_form->setText(key, kept.value(key).toString());
    m_form->setChoice(u"effort"_s, kept.value(u"effort"_s).toString());
    m_form->setChoice(u"dialect"_s, kept.value(u"dialect"_s, int(Dialect::OpenAiChat)).toInt());
    m_form->setChecked(u"stream"_s, kept.value(u"stream"_s, true).toBool());
}

void ParametersPanel::keepState()
{
    Preferences kept;
    kept.beginGroup(stateGroup);
    for (const QString &key : {u"temperature"_s, u"maxTokens"_s, u"topP"_s})
        kept.setValue(key, m_form->text(key));
    kept.setValue(u"effort"_s, m_form->choice(u"effort"_s));
    kept.setValue(u"dialect"_s, m_form->choice(u"dialect"_s));
    kept.setValue(u"stream"_s, m_form->checked(u"stream"_s));
}

} // namespace signalbox
