// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/setting_row.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int labelWidth = 184; // a third more than the longest word here
constexpr int editorWidth = 220;
} // namespace

QString settingValueText(const SettingEntry &setting, const QVariant &value)
{
    if (setting.type == SettingEntry::Type::Switch)
        return value.toBool() ? SettingRow::tr("on") : SettingRow::tr("off");
    for (const auto &[word, of] : setting.choices) {
        if (of == value)
            return word;
    }
    const QString text = value.toString();
    return text.isEmpty() ? SettingRow::tr("empty") : text + setting.unit;
}

SettingRow::SettingRow(SettingEntry setting, QWidget *parent)
    : QWidget(parent),
      m_setting(std::move(setting)),
      m_editor(makeEditor()),
      m_label(makeLabel(m_setting.label, TextStyle::Body, Token::Text2)),
      m_note(makeLabel(m_setting.hint, TextStyle::Small, Token::Text3)),
      m_reset(makeIconButton(u"undo"_s, {}))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    m_label->setFixedWidth(qRound(labelWidth * qMax(100, theme().textScale()) / 100.0));
    m_label->setWordWrap(true);
    m_label->setBuddy(m_editor);
    m_editor->setAccessibleName(m_setting.label);
    m_editor->setFixedWidth(editorWidth);
    m_editor->setMinimumHeight(28);
    m_note->setWordWrap(true);
    m_note->setTextFormat(Qt::PlainText);
    m_reset->setFixedSize(28, 28);
    QSizePolicy stays = m_reset->sizePolicy();
    stays.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(stays);
    const QString back =
        tr("Back to the default, %1: %2").arg(settingValueText(m_setting, m_setting.usual), m_setting.label);
    m_reset->setToolTip(back);
    m_reset->setAccessibleName(back);
    row->addWidget(m_label);
    row->addWidget(m_editor);
    row->addWidget(m_note, 1);
    row->addWidget(m_reset);
    connect(m_reset, &QToolButton::clicked, this, &SettingRow::resetRequested);
    connect(&theme(), &Theme::themeChanged, this, &SettingRow::describe);
    describe();
}

QWidget *SettingRow::makeEditor()
{
    switch (m_setting.type) {
    case SettingEntry::Type::Number: {
        auto *spin = new QSpinBox;
        spin->setRange(m_setting.least, m_setting.most);
        spin->setSuffix(m_setting.unit);
        spin->setGroupSeparatorShown(false);
        connect(spin, &QSpinBox::valueChanged, this, &SettingRow::touched);
        return spin;
    }
    case SettingEntry::Type::Choice: {
        auto *box = new QComboBox;
        for (const auto &[word, value] : m_setting.choices)
            box->addItem(word, value);
        connect(box, &QComboBox::currentIndexChanged, this, &SettingRow::touched);
        return box;
    }
    case SettingEntry::Type::Switch: {
        auto *box = new QCheckBox(tr("On"));
        connect(box, &QCheckBox::toggled, this, &SettingRow::touched);
        return box;
    }
    case SettingEntry::Type::Text:
        break;
    }
    auto *field = new QLineEdit;
    connect(field, &QLineEdit::textChanged, this, &SettingRow::touched);
    return field;
}

QVariant SettingRow::value() const
{
    switch (m_setting.type) {
    case SettingEntry::Type::Number:
        return static_cast<QSpinBox *>(m_editor)->value();
    case SettingEntry::Type::Choice:
        return static_cast<QComboBox *>(m_editor)->currentData();
    case SettingEntry::Type::Switch:
        return static_cast<QCheckBox *>(m_editor)->isChecked();
    case SettingEntry::Type::Text:
        break;
    }
    return static_cast<QLineEdit *>(m_editor)->text();
}

void SettingRow::setValue(const QVariant &value)
{
    m_filling = true;
    switch (m_setting.type) {
    case SettingEntry::Type::Number:
        static_cast<QSpinBox *>(m_editor)->setValue(value.toInt());
        break;
    case SettingEntry::Type::Choice:
        static_cast<QComboBox *>(m_editor)->setCurrentIndex(static_cast<QComboBox *>(m_editor)->findData(value));
        break;
    case SettingEntry::Type::Switch:
        static_cast<QCheckBox *>(m_editor)->setChecked(value.toBool());
        break;
    case SettingEntry::Type::Text:
        if (auto *field = static_cast<QLineEdit *>(m_editor); field->text() != value.toString())
            field->setText(value.toString());
        break;
    }
    m_filling = false;
    setError({});
}

void SettingRow::touched()
{
    if (m_filling)
        return;
    setError({});
    Q_EMIT edited();
}

bool SettingRow::isDefault() const
{
    return value() == m_setting.usual;
}

void SettingRow::setPending(bool pending)
{
    m_pending = pending;
    describe();
}

bool SettingRow::check()
{
    setError(m_setting.check ? m_setting.check(value()) : QString());
    return m_error.isEmpty();
}

void SettingRow::setError(const QString &message)
{
    m_error = message;
    if (auto *field = qobject_cast<QLineEdit *>(m_editor))
        setInvalid(field, !message.isEmpty());
    describe();
}

void SettingRow::setSearch(const QString &search)
{
    m_search = search;
    describe();
}

void SettingRow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::EnabledChange)
        describe();
}

// A mark that is text: screen readers and those who see no colour get it too.
void SettingRow::describe()
{
    const QString ground = theme().color(Token::AccentSoft).name();
    const QString ink = theme().selectionText().name();
    const QString mark = m_pending ? u" •"_s : QString();
    m_label->setTextFormat(m_search.isEmpty() ? Qt::PlainText : Qt::RichText);
    m_label->setText(m_search.isEmpty() ? QString(m_setting.label + mark)
                                        : highlighted(m_setting.label, m_search, ground, ink) + mark);
    m_label->setToolTip(m_pending ? tr("Changed, not applied") : QString());
    setLabelToken(m_label, m_pending ? Token::AccentText : isDefault() ? Token::Text2 : Token::Text);
    const bool wrong = !m_error.isEmpty();
    const QString note = wrong ? m_error : m_setting.hint;
    m_note->setTextFormat(wrong || m_search.isEmpty() ? Qt::PlainText : Qt::RichText);
    m_note->setText(wrong || m_search.isEmpty() ? note : highlighted(note, m_search, ground, ink));
    setLabelToken(m_note, wrong ? Token::StopText : Token::Text3);
    m_editor->setAccessibleDescription(note);
    m_reset->setVisible(!isDefault() && isEnabled());
}

} // namespace signalbox
