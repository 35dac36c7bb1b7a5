// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/override_editor.h"

#include "ui/data/provider_actions.h"
#include "ui/models/model_table_model.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Rate {
    RateMember known;
    std::optional<double> PriceConfig::*own;
};
constexpr std::array<Rate, 4> rates{{{&PriceTier::input, &PriceConfig::inputUsdPerMTok},
                                     {&PriceTier::output, &PriceConfig::outputUsdPerMTok},
                                     {&PriceTier::cacheRead, &PriceConfig::cacheReadUsdPerMTok},
                                     {&PriceTier::cacheWrite, &PriceConfig::cacheWriteUsdPerMTok}}};

// Both the system's marks and plain digits are understood; absent when empty.
template<class T, class Read>
bool readField(const QString &text, Read read, std::optional<T> &value)
{
    value.reset();
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return true;
    bool ok = false;
    T number = read(QLocale::c(), trimmed, ok);
    if (!ok)
        number = read(numberLocale(), trimmed, ok);
    if (ok)
        value = number;
    return ok;
}

bool readTokens(const QString &text, std::optional<int64_t> &value)
{
    return readField(
               text,
               [](const QLocale &locale, const QString &words, bool &ok) { return locale.toLongLong(words, &ok); },
               value) &&
           (!value || *value > 0);
}

bool readPrice(const QString &text, std::optional<double> &value)
{
    return readField(
               text, [](const QLocale &locale, const QString &words, bool &ok) { return locale.toDouble(words, &ok); },
               value) &&
           (!value || (std::isfinite(*value) && *value >= 0));
}

QComboBox *makeAbility(const QString &name)
{
    auto *box = new QComboBox;
    box->addItem(OverrideEditor::tr("As listed"));
    box->addItem(OverrideEditor::tr("Yes"), true);
    box->addItem(OverrideEditor::tr("No"), false);
    box->setAccessibleName(name);
    return box;
}

std::optional<bool> abilityOf(const QComboBox *box)
{
    return box->currentData().isValid() ? std::optional<bool>(box->currentData().toBool()) : std::nullopt;
}

void showAbility(QComboBox *box, std::optional<bool> value)
{
    box->setCurrentIndex(!value ? 0 : *value ? 1 : 2);
}

} // namespace

OverrideEditor::OverrideEditor(ProviderActions *actions, QWidget *parent)
    : QWidget(parent),
      m_actions(actions),
      m_title(makeLabel(tr("What you know better"), TextStyle::PanelHead, Token::Text)),
      m_context(new QLineEdit),
      m_output(new QLineEdit),
      m_tools(makeAbility(tr("Tools"))),
      m_reasoning(makeAbility(tr("Reasons"))),
      m_scores(new QLineEdit),
      m_ownPrice(new QCheckBox(tr("&Own price, USD for a million tokens"))),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_save(makeButton(tr("&Save"), ButtonKind::Primary)),
      m_remove(makeButton(tr("&Remove"), ButtonKind::Danger))
{
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    grid->addWidget(m_title, 0, 0, 1, 2);
    int line = 1;
    const auto add = [&](const QString &name, QWidget *editor) {
        QLabel *label = makeLabel(name, TextStyle::Body, Token::Text2);
        label->setBuddy(editor);
        editor->setAccessibleName(name);
        grid->addWidget(label, line, 0);
        grid->addWidget(editor, line++, 1);
    };
    add(tr("Context"), m_context);
    add(tr("Output limit"), m_output);
    add(tr("Tools"), m_tools);
    add(tr("Reasons"), m_reasoning);
    add(tr("Scores"), m_scores);
    m_scores->setToolTip(tr("Own quality scores, before all others: metric=score, with commas between"));
    m_ownPrice->setToolTip(tr("It replaces the catalogue's price altogether; an empty field is not known"));
    grid->addWidget(m_ownPrice, line++, 0, 1, 2);
    const QStringList names{tr("Input"), tr("Output"), tr("Cache read"), tr("Cache write")};
    for (size_t i = 0; i < m_prices.size(); ++i) {
        m_prices[i] = new QLineEdit;
        m_prices[i]->setPlaceholderText(tr("not known"));
        add(names[qsizetype(i)], m_prices[i]);
        connect(m_prices[i], &QLineEdit::textChanged, this, [this] { say(nullptr, {}); });
    }
    m_problem->setWordWrap(true);
    m_problem->hide();
    grid->addWidget(m_problem, line++, 0, 1, 2);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    QPushButton *cancel = makeButton(tr("&Cancel"));
    row->addWidget(m_remove);
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(m_save);
    grid->addLayout(row, line, 0, 1, 2);
    connect(m_ownPrice, &QCheckBox::toggled, this, [this](bool on) {
        for (QLineEdit *field : m_prices)
            field->setEnabled(on);
    });
    connect(m_context, &QLineEdit::textChanged, this, [this] { say(nullptr, {}); });
    connect(m_scores, &QLineEdit::textChanged, this, [this] { say(nullptr, {}); });
    connect(m_output, &QLineEdit::textChanged, this, [this] { say(nullptr, {}); });
    connect(m_save, &QPushButton::clicked, this, &OverrideEditor::save);
    connect(m_remove, &QPushButton::clicked, this, &OverrideEditor::removeOwn);
    connect(cancel, &QPushButton::clicked, this, &OverrideEditor::done);
}

void OverrideEditor::edit(const ModelRow &row)
{
    m_key = row.key();
    m_facts = row.facts;
    m_before = ownOverride(*m_actions->config(), m_key);
    const ModelConfig own = m_before.facts.value_or(ModelConfig{});
    const auto listed = [](std::optional<int64_t> tokens) {
        return tokens ? tr("as listed: %1").arg(formatTokens(*tokens)) : tr("not known");
    };
    const ModelFacts &known = row.listed ? *row.listed : *row.facts;
    m_context->setText(own.contextTokens ? QString::number(*own.contextTokens) : QString());
    m_context->setPlaceholderText(listed(known.contextTokens));
    m_output->setText(own.maxOutputTokens ? QString::number(*own.maxOutputTokens) : QString());
    m_output->setPlaceholderText(listed(known.maxOutputTokens));
    showAbility(m_tools, own.tools);
    showAbility(m_reasoning, own.reasoning);
    m_scores->setText(scoresText(own.quality));
    fillPrices(m_before.price);
    m_remove->setVisible(!m_before.empty());
    say(nullptr, {});
    m_context->setFocus(Qt::OtherFocusReason);
}

// Starts from the price in force, since an own one replaces it altogether.
void OverrideEditor::fillPrices(const std::optional<PriceConfig> &own)
{
    m_ownPrice->setChecked(own.has_value());
    for (size_t i = 0; i < rates.size(); ++i) {
        const auto value = own ? (*own).*(rates[i].own) : usdPerMTok(*m_facts, rates[i].known);
        m_prices[i]->setText(value ? QString::number(*value, 'g', 12) : QString());
        m_prices[i]->setEnabled(own.has_value());
    }
}

void OverrideEditor::say(QLineEdit *field, const QString &problem)
{
    for (QLineEdit *one : {m_context, m_output, m_scores, m_prices[0], m_prices[1], m_prices[2], m_prices[3]})
        setInvalid(one, one == field);
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    if (field)
        field->setFocus(Qt::OtherFocusReason);
}

QString OverrideEditor::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

bool OverrideEditor::read(ModelOverride &own)
{
    ModelConfig facts = m_before.facts.value_or(ModelConfig{});
    facts.model = m_key;
    for (const auto &[field, member] :
         {std::pair(m_context, &ModelConfig::contextTokens), std::pair(m_output, &ModelConfig::maxOutputTokens)}) {
        if (!readTokens(field->text(), facts.*member)) {
            say(field, tr("“%1” must be a whole number above 0, or empty").arg(field->text()));
            return false;
        }
    }
    facts.tools = abilityOf(m_tools);
    facts.reasoning = abilityOf(m_reasoning);
    const auto scores = readScores(m_scores->text());
    if (!scores) {
        say(m_scores, tr("Scores must be metric=number, with commas between, or empty"));
        return false;
    }
    facts.quality = *scores;
    ModelConfig nothing;
    nothing.model = m_key;
    if (facts != nothing)
        own.facts = facts;
    if (!m_ownPrice->isChecked())
        return true;
    PriceConfig price = m_before.price.value_or(PriceConfig{});
    price.model = m_key;
    for (size_t i = 0; i < rates.size(); ++i) {
        if (!readPrice(m_prices[i]->text(), price.*(rates[i].own))) {
            say(m_prices[i], tr("“%1” must be a number, 0 or above, or empty").arg(m_prices[i]->text()));
            return false;
        }
    }
    own.price = price;
    return true;
}

bool OverrideEditor::apply(const ModelOverride &own, const QString &why, const QString &said)
{
    const auto applied = m_actions->apply(withOverride(*m_actions->config(), m_key, own), why);
    if (!applied) {
        say(nullptr, QString::fromStdString(applied.error().message));
        return false;
    }
    if (ToastHost *toasts = ToastHost::of(this)) {
        toasts->show(Signal::Clear, said, tr("Undo"), [this, key = m_key, before = m_before] {
            const auto back = m_actions->apply(withOverride(*m_actions->config(), key, before),
                                               tr("facts of %1 changed back").arg(QString::fromStdString(key)));
            if (!back)
                say(nullptr, QString::fromStdString(back.error().message));
        });
    }
    Q_EMIT done();
    return true;
}

void OverrideEditor::save()
{
    ModelOverride own;
    if (!read(own))
        return;
    const QString name = QString::fromStdString(m_key);
    if (own == m_before)
        Q_EMIT done();
    else
        apply(own, tr("own facts of %1").arg(name), tr("Facts of %1 saved").arg(name));
}

void OverrideEditor::removeOwn()
{
    const QString name = QString::fromStdString(m_key);
    apply({}, tr("own facts of %1 removed").arg(name), tr("Own facts of %1 removed").arg(name));
}

} // namespace signalbox
