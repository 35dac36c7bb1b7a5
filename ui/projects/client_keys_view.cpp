// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projects/client_keys_view.h"

#include "core/config/client_key.h"
#include "ui/data/provider_actions.h"
#include "ui/projects/client_edit.h"
#include "ui/projects/project_models.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr qint64 hourMs = 3'600'000;

qint64 now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

QString joined(const std::vector<std::string> &list)
{
    QStringList words;
    for (const std::string &one : list)
        words += QString::fromStdString(one);
    return words.join(u", "_s);
}

std::vector<std::string> texts(const QStringList &list)
{
    std::vector<std::string> texts;
    for (const QString &one : list)
        texts.push_back(one.toStdString());
    return texts;
}

EmptyState *makeEmpty()
{
    return new EmptyState(u"key"_s, ClientKeysView::tr("No client key yet"),
                          ClientKeysView::tr("A tool needs a key of yours to use the gateway. It is shown once."));
}

} // namespace

ClientKeysView::ClientKeysView(ProviderActions *actions, QWidget *parent)
    : EditView(actions, new ClientTableModel, makeEmpty(), tr("Client keys"), parent),
      m_model(qobject_cast<ClientTableModel *>(table()->model())),
      m_made(new QWidget),
      m_madeTitle(makeLabel({}, TextStyle::BodyStrong, Token::Text)),
      m_key(new QLineEdit),
      m_rotateRow(new QWidget),
      m_grace(new QComboBox),
      m_revoke(makeButton(tr("Re&voke"), ButtonKind::Danger))
{
    m_model->setParent(this);
    QHeaderView *header = table()->horizontalHeader();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(ClientTableModel::MayUse, QHeaderView::Stretch);
    const std::array<int, ClientTableModel::ColumnCount> widths{120, 170, 120, 100, 160, 96, 100};
    for (int i = 0; i < ClientTableModel::ColumnCount; ++i)
        header->resizeSection(i, widths[size_t(i)]);
    makeKeyBox();
    makeForm();
    setConfig(actions->config());
}

void ClientKeysView::makeKeyBox()
{
    auto *made = new QVBoxLayout(m_made);
    made->setContentsMargins(16, 12, 16, 12);
    made->setSpacing(4);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_key->setReadOnly(true);
    m_key->setFont(theme().font(TextStyle::Code));
    m_key->setAccessibleName(tr("The new client key"));
    QPushButton *copy = makeButton(tr("&Copy"), u"copy"_s);
    QPushButton *done = makeButton(tr("&Done"));
    row->addWidget(m_key, 1);
    row->addWidget(copy);
    row->addWidget(done);
    m_madeTitle->setWordWrap(true);
    made->addWidget(m_madeTitle);
    made->addLayout(row);
    m_made->hide();
    column()->insertWidget(0, m_made);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_key->text()); });
    connect(done, &QPushButton::clicked, this, &ClientKeysView::hideKey);
}

void ClientKeysView::makeForm()
{
    form()->addText(u"id"_s, tr("Id"), tr("Lower-case letters, digits, - . and _; stands in every row of the log"));
    form()->addText(u"name"_s, tr("Name"));
    form()->addChoice(u"project"_s, tr("Project"), {});
    form()->addText(u"user"_s, tr("User"), tr("Whose requests these are, when the request does not say"));
    form()->addText(u"expiresAt"_s, tr("Expires"), tr("A day, as 2027-01-31; empty: never"));
    form()->addCheck(u"admin"_s, tr("May read figures and &administer"));
    form()->addCheck(u"disabled"_s, tr("Switched &off for now"));
    form()->addSection(tr("May use"));
    form()->addText(u"models"_s, tr("Models"), tr("Names with * as asked, parted by commas; empty: all"));
    form()->addText(u"routes"_s, tr("Routes"), tr("Ids, parted by commas; empty: all"));
    form()->addText(u"dialects"_s, tr("Dialects"), tr("openai-chat, anthropic …; empty: all"));
    form()->addText(u"regions"_s, tr("Regions"), tr("Of the provider: eu, us …; empty: all"));
    auto *rotation = new QHBoxLayout(m_rotateRow);
    rotation->setContentsMargins(0, 12, 0, 0);
    rotation->setSpacing(8);
    m_grace->setAccessibleName(tr("How long the old key works on"));
    m_grace->addItem(tr("Old key ends now"), 0);
    m_grace->addItem(tr("Old key works 1 hour"), hourMs);
    m_grace->addItem(tr("Old key works 1 day"), 24 * hourMs);
    m_grace->addItem(tr("Old key works 7 days"), 7 * 24 * hourMs);
    m_grace->setCurrentIndex(2);
    QPushButton *rotate = makeButton(tr("&New key"), u"refresh"_s);
    rotate->setToolTip(tr("Makes another key for this client"));
    rotation->addWidget(m_grace, 1);
    rotation->addWidget(rotate);
    form()->addWidget(m_rotateRow);
    form()->addButton(m_revoke);
    connect(rotate, &QPushButton::clicked, this, &ClientKeysView::rotate);
    connect(m_revoke, &QPushButton::clicked, this, &ClientKeysView::revoke);
}

void ClientKeysView::setConfig(const ConfigPtr &config)
{
    m_model->setConfig(config, now());
    showEmpty(config->clients.empty());
    FormDrawer::Choices projects;
    const auto add = [&](const std::string &id) {
        const QString text = QString::fromStdString(id);
        if (std::none_of(projects.begin(), projects.end(), [&](const auto &one) { return one.second == text; }))
            projects.append({text, text});
    };
    add("default");
    for (const ProjectConfig &project : config->projects)
        add(project.id);
    for (const ClientConfig &client : config->clients)
        add(client.project); // a project needs no entry of its own
    form()->setChoices(u"project"_s, projects);
    if (m_edited.empty() || form()->isHidden())
        return;
    if (const int row = m_model->rowOf(m_edited); row >= 0)
        updateButtons(m_model->client(row));
    else
        closeForm();
}

void ClientKeysView::startNew()
{
    m_edited.clear();
    for (const QString &key :
         {u"id"_s, u"name"_s, u"user"_s, u"expiresAt"_s, u"models"_s, u"routes"_s, u"dialects"_s, u"regions"_s})
        form()->setText(key, {});
    form()->setChecked(u"admin"_s, false);
    form()->setChecked(u"disabled"_s, false);
    form()->setFieldEnabled(u"id"_s, true);
    form()->submitButton()->setText(tr("Create &key"));
    updateButtons(nullptr);
    openForm(tr("New client key"));
}

void ClientKeysView::editClient(const std::string &id)
{
    edit(m_model->rowOf(id));
}

void ClientKeysView::edit(int row)
{
    const ClientConfig *client = m_model->client(row);
    if (!client)
        return;
    m_edited = client->id;
    form()->setText(u"id"_s, QString::fromStdString(client->id));
    form()->setFieldEnabled(u"id"_s, false);
    form()->setText(u"name"_s, QString::fromStdString(client->name));
    form()->setChoice(u"project"_s, QString::fromStdString(client->project));
    form()->setText(u"user"_s, QString::fromStdString(client->user));
    form()->setText(u"expiresAt"_s, instantText(client->expiresAtMs));
    form()->setChecked(u"admin"_s, client->admin);
    form()->setChecked(u"disabled"_s, client->disabled);
    form()->setText(u"models"_s, joined(client->models));
    form()->setText(u"routes"_s, joined(client->routes));
    form()->setText(u"dialects"_s, joined(client->dialects));
    form()->setText(u"regions"_s, joined(client->regions));
    form()->submitButton()->setText(tr("&Save"));
    updateButtons(client);
    openForm(QString::fromStdString(client->title()));
}

void ClientKeysView::updateButtons(const ClientConfig *client)
{
    m_rotateRow->setVisible(client && !client->revokedAtMs);
    m_revoke->setVisible(client != nullptr);
    m_revoke->setText(client && client->revokedAtMs ? tr("Take off the &list") : tr("Re&voke"));
    form()->submitButton()->setEnabled(!client || !client->revokedAtMs);
}

bool ClientKeysView::read(ClientConfig &client)
{
    form()->clearErrors();
    const QString id = form()->text(u"id"_s);
    if (m_edited.empty()) {
        if (!isPlainId(id))
            form()->setError(u"id"_s, tr("Must be lower-case letters, digits, - . and _"));
        else if (m_model->rowOf(id.toStdString()) >= 0)
            form()->setError(u"id"_s, tr("There is a client of this name"));
        client.id = id.toStdString();
    }
    client.name = form()->text(u"name"_s).toStdString();
    client.project = form()->choice(u"project"_s).toString().toStdString();
    client.user = form()->text(u"user"_s).toStdString();
    const QString expires = form()->text(u"expiresAt"_s);
    client.expiresAtMs = expires.isEmpty() ? std::nullopt : readInstant(expires);
    if (!expires.isEmpty() && !client.expiresAtMs)
        form()->setError(u"expiresAt"_s, tr("Must be a day, as 2027-01-31, or empty"));
    client.admin = form()->checked(u"admin"_s);
    client.disabled = form()->checked(u"disabled"_s);
    client.models = texts(form()->list(u"models"_s));
    client.routes = texts(form()->list(u"routes"_s));
    client.dialects = texts(form()->list(u"dialects"_s));
    client.regions = texts(form()->list(u"regions"_s));
    return !form()->hasErrors();
}

void ClientKeysView::save()
{
    const int row = m_model->rowOf(m_edited);
    ClientConfig client = row >= 0 ? *m_model->client(row) : ClientConfig{};
    if (!read(client))
        return;
    const QString name = QString::fromStdString(client.id);
    const auto put = [client](Config config) { return withClient(std::move(config), client); };
    if (!m_edited.empty()) {
        const ClientConfig before = *m_model->client(row);
        if (apply(put, tr("client %1 changed").arg(name), u"/clients"_s, tr("Client %1 saved").arg(name),
                  [before](Config config) { return withClient(std::move(config), before); }))
            closeForm();
        return;
    }
    const std::string secret = makeClientKey();
    client.keySha256 = clientKeySha256(secret);
    client.createdAtMs = now();
    if (!apply([client](Config config) { return withClient(std::move(config), client); },
               tr("client key %1 added").arg(name), u"/clients"_s))
        return;
    closeForm();
    showKey(tr("The key of %1. Copy it now: it is not kept and cannot be shown again.").arg(name), secret);
}

void ClientKeysView::rotate()
{
    const int row = m_model->rowOf(m_edited);
    if (row < 0)
        return;
    const std::string secret = makeClientKey();
    const ClientConfig client = rotated(*m_model->client(row), secret, now(), m_grace->currentData().toLongLong());
    const QString name = QString::fromStdString(client.id);
    if (!apply([client](Config config) { return withClient(std::move(config), client); },
               tr("client key %1 rotated").arg(name), u"/clients"_s))
        return;
    closeForm();
    showKey(client.previousValidUntilMs
                ? tr("The new key of %1; the old one works until %2. Copy it now: it cannot be shown again.")
                      .arg(name, QLocale().toString(QDateTime::fromMSecsSinceEpoch(*client.previousValidUntilMs),
                                                    QLocale::ShortFormat))
                : tr("The new key of %1; the old one has ended. Copy it now: it cannot be shown again.").arg(name),
            secret);
}

void ClientKeysView::revoke()
{
    const int row = m_model->rowOf(m_edited);
    if (row < 0)
        return;
    const ClientConfig before = *m_model->client(row);
    const QString name = QString::fromStdString(before.id);
    const Change undo = [before](Config config) { return withClient(std::move(config), before); };
    if (before.revokedAtMs) {
        apply([id = before.id](Config config) { return withoutClient(std::move(config), id); },
              tr("client %1 removed").arg(name), u"/clients"_s, tr("Client %1 taken off the list").arg(name), undo);
        return;
    }
    ClientConfig client = before;
    client.revokedAtMs = now();
    client.previousKeySha256.clear(); // a revoked client has no other way in
    client.previousValidUntilMs.reset();
    if (apply([client](Config config) { return withClient(std::move(config), client); },
              tr("client key %1 revoked").arg(name), u"/clients"_s, tr("Client key %1 revoked").arg(name), undo))
        closeForm();
}

void ClientKeysView::showKey(const QString &title, const std::string &key)
{
    m_madeTitle->setText(title);
    m_key->setText(QString::fromStdString(key));
    m_made->show();
    m_key->setFocus(Qt::OtherFocusReason);
    m_key->selectAll();
}

void ClientKeysView::hideKey()
{
    m_key->clear();
    m_made->hide();
}

QString ClientKeysView::shownKey() const
{
    return m_made->isHidden() ? QString() : m_key->text();
}

} // namespace signalbox
