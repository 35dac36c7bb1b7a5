// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/data_panel.h"

#include "ui/data/maintenance_actions.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int64_t dayMs = 86'400'000;

QString dateText(int64_t atMs)
{
    return numberLocale().toString(QDateTime::fromMSecsSinceEpoch(atMs), QLocale::ShortFormat);
}

} // namespace

DataPanel::DataPanel(MaintenanceActions *maintenance, QWidget *parent)
    : QWidget(parent),
      m_maintenance(maintenance),
      m_backUp(makeButton(tr("&Back up now…"), u"export"_s)),
      m_restore(makeButton(tr("&Restore…"))),
      m_callOff(makeButton(tr("Do not restore"), u"undo"_s)),
      m_age(new QComboBox),
      m_project(new QComboBox),
      m_delete(makeButton(tr("&Delete…"), ButtonKind::Danger)),
      m_said(makeLabel({}, TextStyle::Small, Token::Text2)),
      m_question(new QWidget),
      m_questionText(makeLabel({}, TextStyle::Body, Token::Text)),
      m_confirm(makeButton({}, ButtonKind::DangerFilled))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    makeCopies(column);
    makeDeletion(column);
    auto *ask = new QHBoxLayout(m_question);
    ask->setContentsMargins(0, 0, 0, 0);
    ask->setSpacing(8);
    QPushButton *no = makeButton(tr("Cancel"));
    m_questionText->setWordWrap(true);
    ask->addWidget(m_questionText, 1);
    ask->addWidget(no);
    ask->addWidget(m_confirm);
    m_question->hide();
    column->addWidget(m_question);
    m_said->setWordWrap(true);
    m_said->hide();
    column->addWidget(m_said);
    connect(no, &QPushButton::clicked, m_question, &QWidget::hide);
    connect(m_confirm, &QPushButton::clicked, this, [this] {
        m_question->hide();
        if (const auto action = std::exchange(m_action, {}))
            action();
    });
    showStaged();
}

void DataPanel::makeCopies(QVBoxLayout *column)
{
    QLabel *words =
        makeLabel(tr("A backup is a folder with the config, the ledger and your own catalogue. Secrets stay "
                     "in the keychain and are not in it."),
                  TextStyle::Small, Token::Text3);
    words->setWordWrap(true);
    column->addWidget(words);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_backUp);
    row->addWidget(m_restore);
    row->addWidget(m_callOff);
    row->addStretch();
    column->addLayout(row);
    const auto choose = [this](const QString &title, auto then) {
        auto *dialog = new QFileDialog(this, title, QDir::homePath());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        connect(dialog, &QFileDialog::fileSelected, this, then);
        dialog->open();
    };
    connect(m_backUp, &QPushButton::clicked, this,
            [this, choose] { choose(tr("Where the backup goes"), [this](const QString &to) { backUpTo(to); }); });
    connect(m_restore, &QPushButton::clicked, this, [this, choose] {
        choose(tr("A folder named signalbox-backup-…"), [this](const QString &from) { restoreFrom(from); });
    });
    connect(m_callOff, &QPushButton::clicked, this, [this] {
        m_maintenance->cancelRestore();
        showStaged();
        say(tr("The ledger stays as it is."), true);
    });
}

void DataPanel::makeDeletion(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_age->addItem(tr("All requests"), 0);
    m_age->addItem(tr("Requests older than a day"), 1);
    m_age->addItem(tr("Requests older than a week"), 7);
    m_age->addItem(tr("Requests older than 30 days"), 30);
    m_age->addItem(tr("Requests older than 90 days"), 90);
    m_age->setCurrentIndex(3);
    m_age->setAccessibleName(tr("Which requests to delete"));
    m_project->setAccessibleName(tr("Of which project"));
    m_age->setMinimumHeight(28);
    m_project->setMinimumHeight(28);
    m_project->addItem(tr("Of all projects"), QString());
    QLabel *name = makeLabel(tr("Delete history"), TextStyle::Body, Token::Text2);
    name->setBuddy(m_age);
    row->addWidget(name);
    row->addWidget(m_age);
    row->addWidget(m_project);
    row->addWidget(m_delete);
    row->addStretch();
    column->addLayout(row);
    QLabel *words = makeLabel(
        tr("Requests go with their bodies, attempts and plans. Sums of spend stay: budgets are made of them."),
        TextStyle::Small, Token::Text3);
    words->setWordWrap(true);
    column->addWidget(words);
    connect(m_delete, &QPushButton::clicked, this, &DataPanel::askToDelete);
}

void DataPanel::setConfig(const Config &config)
{
    std::vector<std::string> ids;
    for (const ProjectConfig &project : config.projects)
        ids.push_back(project.id);
    if (ids == m_projects)
        return;
    m_projects = ids;
    const QVariant chosen = m_project->currentData();
    while (m_project->count() > 1)
        m_project->removeItem(1);
    for (const ProjectConfig &project : config.projects)
        m_project->addItem(
            tr("Of project %1").arg(QString::fromStdString(project.name.empty() ? project.id : project.name)),
            QString::fromStdString(project.id));
    m_project->setCurrentIndex(qMax(0, m_project->findData(chosen)));
}

void DataPanel::backUpTo(const QString &folder)
{
    setBusy(true);
    say(tr("Copying…"), true);
    m_maintenance->backUp(folder, this, [this](const Result<BackupInfo> &made) {
        setBusy(false);
        if (!made)
            return say(QString::fromStdString(made.error().message), false);
        say(tr("%1: %2 requests, %3").arg(made->folder, formatCount(made->requests), formatBytes(made->bytes)), true);
    });
}

void DataPanel::restoreFrom(const QString &folder)
{
    setBusy(true);
    say(tr("Looking at a copy of it…"), true);
    m_maintenance->checkBackup(folder, this, [this, folder](const Result<BackupInfo> &found) {
        setBusy(false);
        if (!found)
            return say(QString::fromStdString(found.error().message), false);
        say({}, true);
        const QString question = tr("Restore %1 requests as of %2? The config changes at once, the ledger with the "
                                    "next start; what is there "
                                    "now is backed up first.")
                                     .arg(formatCount(found->requests), dateText(found->madeAtMs));
        ask(question, tr("Restore"), [this, folder] {
            setBusy(true);
            say(tr("Copying…"), true);
            m_maintenance->restore(folder, this, [this](const Result<BackupInfo> &staged) {
                setBusy(false);
                showStaged();
                if (staged)
                    say(tr("Restored. Start Signalbox anew to see the ledger of the backup."), true);
                else
                    say(QString::fromStdString(staged.error().message), false);
            });
        });
    });
}

HistoryChoice DataPanel::choice() const
{
    HistoryChoice choice;
    if (const int days = m_age->currentData().toInt(); days > 0)
        choice.toMs = QDateTime::currentMSecsSinceEpoch() - days * dayMs;
    else
        choice.toMs = QDateTime::currentMSecsSinceEpoch() + 1;
    choice.project = m_project->currentData().toString().toStdString();
    return choice;
}

void DataPanel::askToDelete()
{
    const HistoryChoice what = choice();
    setBusy(true);
    m_maintenance->countHistory(what, this, [this, what](const Result<int64_t> &count) {
        setBusy(false);
        if (!count)
            return say(QString::fromStdString(count.error().message), false);
        if (*count == 0)
            return say(tr("There are none."), true);
        say({}, true);
        ask(tr("Delete %n requests for good?", nullptr, int(std::min<int64_t>(*count, INT_MAX))), tr("Delete"),
            [this, what] {
                setBusy(true);
                say(tr("Deleting…"), true);
                m_maintenance->deleteHistory(what, this, [this](const Result<HistoryDeleted> &gone) {
                    setBusy(false);
                    if (!gone)
                        return say(QString::fromStdString(gone.error().message), false);
                    say(tr("%1 requests deleted, %2 freed")
                            .arg(formatCount(gone->requests), formatBytes(gone->freedBytes)),
                        true);
                });
            });
    });
}

void DataPanel::ask(const QString &question, const QString &confirm, std::function<void()> action)
{
    m_questionText->setText(question);
    m_confirm->setText(confirm);
    m_action = std::move(action);
    m_question->show();
    m_confirm->setFocus(Qt::OtherFocusReason);
}

void DataPanel::say(const QString &text, bool good)
{
    m_said->setText(text);
    setLabelToken(m_said, good ? Token::Text2 : Token::StopText);
    m_said->setVisible(!text.isEmpty());
}

QString DataPanel::said() const
{
    return m_said->text();
}

void DataPanel::setBusy(bool busy)
{
    for (QPushButton *button : {m_backUp, m_restore, m_delete})
        button->setEnabled(!busy);
}

void DataPanel::showStaged()
{
    m_callOff->setVisible(m_maintenance->isRestoreStaged());
}

} // namespace signalbox
