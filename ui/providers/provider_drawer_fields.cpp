// SPDX-License-Identifier: GPL-3.0-or-later
// The drawer's fields; provider_drawer.cpp fills, checks and saves them.
#include "core/config/presets.h"
#include "ui/providers/provider_drawer.h"
#include "ui/providers/provider_limits.h"
#include "ui/providers/quirk_fields.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/theme.h"

#include <QtGui/QAction>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int modelsHeight = 140;
} // namespace

QLineEdit *ProviderDrawer::addField(QVBoxLayout *column, const QString &label, const QString &hint)
{
    auto *box = new QVBoxLayout;
    box->setSpacing(4);
    auto *edit = new QLineEdit;
    QLabel *name = makeLabel(label, TextStyle::BodyStrong, Token::Text);
    name->setBuddy(edit);
    edit->setAccessibleName(label);
    QLabel *error = makeLabel(hint, TextStyle::Small, Token::Text3);
    error->setProperty("hint", hint);
    error->setWordWrap(true);
    error->setVisible(!hint.isEmpty());
    box->addWidget(name);
    box->addWidget(edit);
    box->addWidget(error);
    column->addLayout(box);
    m_fields.push_back({edit, error});
    return edit;
}

void ProviderDrawer::makePreset(QVBoxLayout *column)
{
    auto *presetColumn = new QVBoxLayout;
    presetColumn->setSpacing(4);
    QLabel *presetLabel = makeLabel(tr("Preset"), TextStyle::BodyStrong, Token::Text);
    presetLabel->setBuddy(m_preset);
    m_preset->setAccessibleName(tr("Preset"));
    m_preset->setMinimumHeight(28);
    // The longest preset name must not push the drawer wider than it is.
    m_preset->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_preset->setMinimumContentsLength(12);
    for (const Preset &preset : presets())
        m_preset->addItem(QString::fromStdString(preset.name), QString::fromStdString(preset.id));
    m_preset->addItem(tr("Any compatible URL…"), QString());
    presetColumn->addWidget(presetLabel);
    presetColumn->addWidget(m_preset);
    column->addLayout(presetColumn);
}

void ProviderDrawer::makeKey(QVBoxLayout *column)
{
    m_key = addField(column, tr("Key"));
    m_key->setEchoMode(QLineEdit::Password);
    m_key->setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhNoPredictiveText);
    m_key->setFont(theme().font(TextStyle::Code));
    QAction *reveal = m_key->addAction(themeIcon(u"key"_s), QLineEdit::TrailingPosition);
    reveal->setCheckable(true);
    reveal->setToolTip(tr("Show the key"));
    connect(reveal, &QAction::toggled, this,
            [this](bool on) { m_key->setEchoMode(on ? QLineEdit::Normal : QLineEdit::Password); });
    m_keyNote->setWordWrap(true);
    column->addWidget(m_keyNote);
    m_useVariable->setAccessibleName(m_useVariable->text());
    column->addWidget(m_useVariable);
    auto *row = new QVBoxLayout(m_variableRow);
    row->setContentsMargins(0, 0, 0, 0);
    m_variable = addField(row, tr("Environment variable"), tr("Its value is read when the gateway starts."));
    column->addWidget(m_variableRow);
    m_variableRow->hide();
}

void ProviderDrawer::makeAdvanced(QVBoxLayout *column)
{
    m_models->setAccessibleName(tr("Models that the provider lists"));
    m_models->setFixedHeight(modelsHeight);
    m_models->hide();
    m_advancedToggle = makeButton(tr("Advanced"), ButtonKind::Link);
    m_advancedToggle->setCheckable(true);
    column->addWidget(m_advancedToggle, 0, Qt::AlignLeft);
    auto *inside = new QVBoxLayout(m_advanced);
    inside->setContentsMargins(0, 0, 0, 0);
    inside->setSpacing(12);
    m_region = addField(inside, tr("Region"), tr("A note of yours: us, eu, local"));
    m_proxy = addField(
        inside, tr("Proxy"),
        tr("system, none, or http:// or socks5:// address, with name:password@ before the host where it asks for "
           "them; the password is put into the keychain"));
    inside->addWidget(m_limits);
    inside->addWidget(m_quirks);
    column->addWidget(m_advanced);
    m_advanced->hide();
    connect(m_advancedToggle, &QPushButton::toggled, m_advanced, &QWidget::setVisible);
}

QWidget *ProviderDrawer::makeFooter()
{
    auto *footer = new QWidget;
    auto *column = new QVBoxLayout(footer);
    column->setContentsMargins(16, 0, 16, 0);
    column->setSpacing(8);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    QPushButton *cancel = makeButton(tr("&Cancel"));
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(m_save);
    column->addLayout(row);
    connect(cancel, &QPushButton::clicked, this, &ProviderDrawer::closeRequested);
    connect(m_save, &QPushButton::clicked, this, &ProviderDrawer::save);
    return footer;
}

} // namespace signalbox
