// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/clients_panel.h"

#include "core/config/client_key.h"
#include "ui/data/provider_actions.h"
#include "ui/widgets/badge.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QRegularExpression>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

ClientsPanel::ClientsPanel(ProviderActions &actions, QWidget *parent)
    : QWidget(parent),
      m_actions(actions),
      m_rows(new QVBoxLayout),
      m_name(new QLineEdit),
      m_admin(new QCheckBox(tr("Admin"))),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_made(new QWidget),
      m_key(new QLineEdit)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_rows->setSpacing(4);
    column->addLayout(m_rows);

    auto *made = new QVBoxLayout(m_made);
    made->setContentsMargins(0, 0, 0, 0);
    made->setSpacing(4);
    auto *keyRow = new QHBoxLayout;
    m_key->setReadOnly(true);
    m_key->setFont(theme().font(TextStyle::Code));
    m_key->setAccessibleName(tr("The new client key"));
    QPushButton *copy = makeButton(tr("Copy"), u"copy"_s);
    QPushButton *done = makeButton(tr("Done"));
    keyRow->addWidget(m_key, 1);
    keyRow->addWidget(copy);
    keyRow->addWidget(done);
    made->addWidget(makeLabel(tr("Copy this key now: it is not kept and cannot be shown again."), TextStyle::BodyStrong,
                              Token::Text));
    made->addLayout(keyRow);
    m_made->hide();
    column->addWidget(m_made);

    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_name->setPlaceholderText(tr("my-laptop"));
    m_name->setAccessibleName(tr("Name of the new client"));
    m_name->setMaximumWidth(240);
    m_admin->setToolTip(tr("May read /metrics and /signalbox/v1"));
    m_admin->setAccessibleName(tr("Admin"));
    QPushButton *make = makeButton(tr("Create client key"), u"plus"_s);
    row->addWidget(m_name, 1);
    row->addWidget(m_admin);
    row->addWidget(make);
    row->addStretch();
    column->addLayout(row);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);

    connect(make, &QPushButton::clicked, this, &ClientsPanel::create);
    connect(m_name, &QLineEdit::returnPressed, this, &ClientsPanel::create);
    connect(m_name, &QLineEdit::textChanged, this, [this] { say({}); });
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_key->text()); });
    connect(done, &QPushButton::clicked, this, [this] {
        m_key->clear();
        m_made->hide();
    });
}

void ClientsPanel::setConfig(const ConfigPtr &config)
{
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    for (const ClientConfig &client : config->clients)
        addRow(client);
    if (config->clients.empty())
        m_rows->addWidget(
            makeLabel(tr("No client key yet. A tool needs one to use the gateway."), TextStyle::Body, Token::Text3));
}

void ClientsPanel::addRow(const ClientConfig &client)
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    const QString id = QString::fromStdString(client.id);
    row->addWidget(makeLabel(id, TextStyle::BodyStrong, Token::Text));
    if (client.admin) {
        auto *badge = new Badge;
        badge->setPlain(tr("Admin"), true);
        row->addWidget(badge);
    }
    row->addWidget(
        makeLabel(tr("project %1").arg(QString::fromStdString(client.project)), TextStyle::Small, Token::Text3));
    row->addStretch();
    row->addWidget(makeLabel(u"SHA-256 "_s + QString::fromStdString(client.keySha256.substr(0, 8)) + u'…',
                             TextStyle::Code, Token::Text3));
    QPushButton *remove = makeButton(tr("Remove"), ButtonKind::Danger);
    remove->setAccessibleName(tr("Remove the key of %1").arg(id));
    connect(remove, &QPushButton::clicked, this, [this, name = client.id] { removeClient(name); });
    row->addWidget(remove);
    m_rows->addWidget(box);
}

void ClientsPanel::create()
{
    static const QRegularExpression rule(u"^[a-z0-9][a-z0-9._-]*$"_s);
    const QString name = m_name->text().trimmed();
    if (!rule.match(name).hasMatch()) {
        say(tr("Name the client with lower-case letters, digits, - . and _"));
        return;
    }
    Config next = *m_actions.config();
    const auto taken = std::any_of(next.clients.begin(), next.clients.end(),
                                   [&](const ClientConfig &other) { return other.id == name.toStdString(); });
    if (taken) {
        say(tr("There is a client of this name"));
        return;
    }
    const std::string secret = makeClientKey();
    const QString key = QString::fromStdString(secret);
    ClientConfig client;
    client.id = name.toStdString();
    client.keySha256 = clientKeySha256(secret);
    client.admin = m_admin->isChecked();
    next.clients.push_back(client);
    const auto applied = m_actions.apply(std::move(next), tr("client key %1 added").arg(name));
    if (!applied) {
        say(QString::fromStdString(applied.error().message));
        return;
    }
    m_name->clear();
    m_admin->setChecked(false);
    m_key->setText(key);
    m_made->show();
    m_key->setFocus(Qt::OtherFocusReason);
    m_key->selectAll();
}

void ClientsPanel::removeClient(const std::string &id)
{
    Config next = *m_actions.config();
    const auto found = std::find_if(next.clients.begin(), next.clients.end(),
                                    [&](const ClientConfig &client) { return client.id == id; });
    if (found == next.clients.end())
        return;
    const ClientConfig client = *found;
    next.clients.erase(found);
    const QString name = QString::fromStdString(id);
    const auto applied = m_actions.apply(std::move(next), tr("client key %1 removed").arg(name));
    if (!applied) {
        say(QString::fromStdString(applied.error().message));
        return;
    }
    ToastHost *toasts = ToastHost::of(this);
    if (!toasts)
        return;
    toasts->show(Signal::Clear, tr("Client key %1 removed").arg(name), tr("Undo"), [this, client, name] {
        Config restored = *m_actions.config();
        restored.clients.push_back(client);
        const auto back = m_actions.apply(std::move(restored), tr("client key %1 restored").arg(name));
        if (!back)
            say(QString::fromStdString(back.error().message));
    });
}

QString ClientsPanel::shownKey() const
{
    return m_made->isHidden() ? QString() : m_key->text();
}

QString ClientsPanel::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

void ClientsPanel::say(const QString &problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    setInvalid(m_name, !problem.isEmpty());
}

} // namespace signalbox
