// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/keys_panel.h"

#include "ui/data/provider_actions.h"
#include "ui/providers/provider_edit.h"
#include "ui/providers/provider_keys.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/theme.h"

#include <QtCore/QLocale>
#include <QtCore/QRegularExpression>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int weightWidth = 56;
constexpr auto variablePrefix = "env:";
} // namespace

KeyState keyStateOf(const HealthBook::CredentialRow *row, int64_t nowNs)
{
    if (!row)
        return {Signal::Off, KeysPanel::tr("Not used yet")};
    switch (row->block) {
    case Block::None:
        return row->figures.attempts > 0 ? KeyState{Signal::Clear, KeysPanel::tr("Clear")}
                                         : KeyState{Signal::Off, KeysPanel::tr("Not used lately")};
    case Block::Breaker:
    case Block::CoolDown:
        if (row->untilNs > nowNs)
            return {Signal::Held, KeysPanel::tr("Held %1").arg(formatTime(double(row->untilNs - nowNs) / 1e6))};
        return {Signal::Held, KeysPanel::tr("Trying again")};
    case Block::OutOfCredit:
        return {Signal::Stop, KeysPanel::tr("Out of credit")};
    case Block::BadCredential:
        return {Signal::Stop, KeysPanel::tr("Refused")};
    }
    return {Signal::Off, {}};
}

KeysPanel::KeysPanel(ProviderActions &actions, ProviderKeys &keys, QWidget *parent)
    : QWidget(parent),
      m_actions(actions),
      m_keys(keys),
      m_list(new QWidget),
      m_entry(new QWidget),
      m_entryTitle(makeLabel({}, TextStyle::BodyStrong, Token::Text)),
      m_nameLabel(makeLabel(tr("Name of the key"), TextStyle::BodyStrong, Token::Text)),
      m_name(new QLineEdit),
      m_secret(new QLineEdit),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_submit(makeButton(tr("Add the key"))),
      m_add(makeButton(tr("Add a key"), ButtonKind::Link, u"plus"_s))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(makeLabel(tr("Keys"), TextStyle::PanelHead, Token::Text));
    column->addWidget(m_list);
    column->addWidget(m_add, 0, Qt::AlignLeft);
    makeEntry();
    column->addWidget(m_entry);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    connect(m_add, &QPushButton::clicked, this, &KeysPanel::startAdding);
    connect(&actions, &ProviderActions::configChanged, this, [this] { rebuild(); });
    new QGridLayout(m_list);
}

void KeysPanel::makeEntry()
{
    auto *column = new QVBoxLayout(m_entry);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_entryTitle);
    m_nameLabel->setBuddy(m_name);
    m_name->setAccessibleName(tr("Name of the key"));
    column->addWidget(m_nameLabel);
    column->addWidget(m_name);
    QLabel *secret = makeLabel(tr("The key, or env:NAME"), TextStyle::BodyStrong, Token::Text);
    secret->setBuddy(m_secret);
    m_secret->setAccessibleName(tr("The key, or env:NAME"));
    m_secret->setEchoMode(QLineEdit::Password);
    m_secret->setFont(theme().font(TextStyle::Code));
    column->addWidget(secret);
    column->addWidget(m_secret);
    QLabel *note = makeLabel(tr("A key goes to the system keychain; env:NAME is read when the gateway starts."),
                             TextStyle::Small, Token::Text3);
    note->setWordWrap(true);
    column->addWidget(note);
    auto *row = new QHBoxLayout;
    QPushButton *cancel = makeButton(tr("Cancel"));
    row->addStretch();
    row->addWidget(cancel);
    row->addWidget(m_submit);
    column->addLayout(row);
    m_entry->hide();
    connect(cancel, &QPushButton::clicked, this, [this] {
        m_entry->hide();
        m_problem->hide();
        m_add->setFocus(Qt::OtherFocusReason);
    });
    connect(m_submit, &QPushButton::clicked, this, &KeysPanel::submit);
    connect(m_secret, &QLineEdit::returnPressed, this, &KeysPanel::submit);
}

void KeysPanel::setProvider(const std::string &id)
{
    m_provider = id;
    m_entry->hide();
    m_problem->hide();
    m_secret->clear();
    rebuild();
}

void KeysPanel::rebuild()
{
    auto *grid = static_cast<QGridLayout *>(m_list->layout());
    while (QLayoutItem *item = grid->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    m_rows.clear();
    const ProviderConfig *provider = m_actions.config()->provider(m_provider);
    if (!provider)
        return;
    for (const CredentialConfig &key : provider->credentials) {
        const int at = int(m_rows.size()) * 2;
        const QString name = QString::fromStdString(key.id);
        Row row{key.id, new SignalMark, makeLabel({}, TextStyle::Small, Token::Text3)};
        row.state->setWordWrap(true);
        auto *weight = new QLineEdit(QString::number(key.weight, 'g', 6));
        weight->setFixedWidth(weightWidth);
        weight->setAlignment(Qt::AlignRight);
        weight->setAccessibleName(tr("Weight of %1").arg(name));
        weight->setToolTip(tr("Weight: its share of the requests, beside the others'"));
        QToolButton *rotate = makeIconButton(u"refresh"_s, tr("Replace %1 by a new key").arg(name));
        QToolButton *remove = makeIconButton(u"close"_s, tr("Remove %1").arg(name));
        grid->addWidget(row.mark, at, 0);
        grid->addWidget(makeElidedLabel(name, TextStyle::BodyStrong, Token::Text), at, 1);
        grid->addWidget(weight, at, 2);
        grid->addWidget(rotate, at, 3);
        grid->addWidget(remove, at, 4);
        grid->addWidget(row.state, at + 1, 1, 1, 4);
        connect(weight, &QLineEdit::editingFinished, this, [this, weight, id = key.id] {
            if (!weight->isModified())
                return;
            weight->setModified(false);
            bool good = false;
            const double value = QLocale::c().toDouble(weight->text().trimmed().replace(u',', u'.'), &good);
            setInvalid(weight, !good || value <= 0);
            if (good && value > 0)
                finish(m_keys.setWeight(m_provider, id, value));
            else
                finish(Error{"weight", tr("A weight is a number above 0").toStdString()});
        });
        connect(rotate, &QToolButton::clicked, this, [this, id = key.id] { startRotating(id); });
        connect(remove, &QToolButton::clicked, this, [this, id = key.id] { finish(m_keys.remove(m_provider, id)); });
        m_rows.push_back(row);
    }
    if (m_rows.empty())
        grid->addWidget(makeLabel(tr("No key"), TextStyle::Small, Token::Text3), 0, 1);
    showStates();
}

QString KeysPanel::stateWords(const std::string &key) const
{
    const auto found = std::find_if(m_health.credentials.begin(), m_health.credentials.end(),
                                    [&](const HealthBook::CredentialRow &row) { return row.id == key; });
    const HealthBook::CredentialRow *row = found == m_health.credentials.end() ? nullptr : &*found;
    QStringList words{keyStateOf(row, m_nowNs).word};
    if (const KeyRotation *rotation = m_keys.rotationOf(m_provider, key))
        words << (key == rotation->newKey
                      ? tr("new: takes over once it has answered")
                      : tr("stays until %1 has answered").arg(QString::fromStdString(rotation->newKey)));
    if (row && row->quota.tokensLeft)
        words << tr("%1 tokens left").arg(formatTokens(*row->quota.tokensLeft));
    if (row && row->quota.requestsLeft)
        words << tr("%1 requests left").arg(formatCount(*row->quota.requestsLeft));
    if (const ProviderConfig *provider = m_actions.config()->provider(m_provider)) {
        for (const CredentialConfig &one : provider->credentials) {
            if (one.id == key)
                words << QString::fromStdString(one.secret);
        }
    }
    return words.join(u" · "_s);
}

void KeysPanel::showStates()
{
    for (const Row &row : m_rows) {
        const auto found = std::find_if(m_health.credentials.begin(), m_health.credentials.end(),
                                        [&](const HealthBook::CredentialRow &one) { return one.id == row.id; });
        row.mark->setSignal(keyStateOf(found == m_health.credentials.end() ? nullptr : &*found, m_nowNs).signal);
        row.state->setText(stateWords(row.id));
    }
}

void KeysPanel::setHealth(const std::vector<HealthBook::ProviderRow> &providers, int64_t nowNs)
{
    m_health = {};
    for (const HealthBook::ProviderRow &row : providers) {
        if (row.id == m_provider)
            m_health = row;
    }
    m_nowNs = nowNs;
    showStates();
}

void KeysPanel::openEntry(const QString &title, const QString &button, bool withName)
{
    m_entryTitle->setText(title);
    m_submit->setText(button);
    m_nameLabel->setVisible(withName);
    m_name->setVisible(withName);
    m_secret->clear();
    m_problem->hide();
    m_entry->show();
    (withName ? m_name : m_secret)->setFocus(Qt::OtherFocusReason);
}

void KeysPanel::startAdding()
{
    const ProviderConfig *provider = m_actions.config()->provider(m_provider);
    if (!provider)
        return;
    m_rotated.clear();
    m_name->setText(QString::fromStdString(freeKeyId(*provider, "main")));
    openEntry(tr("A further key"), tr("Add the key"), true);
}

void KeysPanel::startRotating(const std::string &key)
{
    m_rotated = key;
    openEntry(tr("The new key for %1. The old one stays until the new one has answered a request.")
                  .arg(QString::fromStdString(key)),
              tr("Replace"), false);
    m_entryTitle->setWordWrap(true);
}

void KeysPanel::submit()
{
    static const QRegularExpression idRule(u"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"_s);
    const QString written = cleanPastedKey(m_secret->text());
    const bool variable = m_secret->text().trimmed().startsWith(QLatin1String(variablePrefix));
    const std::string reference = variable ? m_secret->text().trimmed().toStdString() : std::string();
    const std::string secret = variable ? std::string() : written.toStdString();
    if (written.isEmpty()) {
        finish(Error{"key", tr("Paste the key first").toStdString()});
        return;
    }
    const auto done = [guard = QPointer(this)](const Result<void> &result) {
        if (!guard)
            return;
        if (result) {
            guard->m_entry->hide();
            guard->m_secret->clear();
            guard->rebuild();
        }
        guard->finish(result);
    };
    if (!m_rotated.empty()) {
        m_keys.rotate(m_provider, m_rotated, secret, reference, done);
        return;
    }
    const QString name = m_name->text().trimmed();
    const ProviderConfig *provider = m_actions.config()->provider(m_provider);
    if (!idRule.match(name).hasMatch())
        finish(Error{"name", tr("A name has letters, digits, - . and _").toStdString()});
    else if (provider && freeKeyId(*provider, name.toStdString()) != name.toStdString())
        finish(Error{"name", tr("Another key has this name").toStdString()});
    else
        m_keys.add(m_provider, name.toStdString(), secret, reference, 1, done);
}

void KeysPanel::finish(const Result<void> &done)
{
    m_problem->setVisible(!done);
    m_problem->setText(done ? QString() : QString::fromStdString(done.error().message));
}

QString KeysPanel::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

QStringList KeysPanel::rows() const
{
    QStringList all;
    for (const Row &row : m_rows)
        all << QString::fromStdString(row.id) + u": "_s + row.state->text();
    return all;
}

} // namespace signalbox
