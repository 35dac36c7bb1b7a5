// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/files_panel.h"

#include "ui/data/maintenance_actions.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDate>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QUrl>
#include <QtGui/QClipboard>
#include <QtGui/QDesktopServices>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int labelWidth = 184;
}

FilesPanel::FilesPanel(MaintenanceActions *maintenance, const QString &dataFolder, const QString &configPath,
                       QWidget *parent)
    : QWidget(parent), m_maintenance(maintenance), m_said(makeLabel({}, TextStyle::Small, Token::Text2))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    addPath(column, tr("Data folder"), dataFolder, dataFolder);
    addPath(column, tr("Config file"), configPath, QFileInfo(configPath).path());
    if (!maintenance)
        return;
    addPath(column, tr("Log files"), maintenance->logFolder(), maintenance->logFolder());
    auto *row = new QHBoxLayout;
    row->setSpacing(12);
    QPushButton *report = makeButton(tr("Write a re&port…"), u"export"_s);
    QLabel *hint =
        makeLabel(tr("Versions, the config and the end of the log in one text file to attach when something is "
                     "wrong; keys, digests and headers are taken out. Read it before you send it."),
                  TextStyle::Small, Token::Text3);
    hint->setWordWrap(true);
    row->addWidget(report, 0, Qt::AlignTop);
    row->addWidget(hint, 1);
    column->addLayout(row);
    m_said->setWordWrap(true);
    makeSelectable(m_said);
    m_said->hide();
    column->addWidget(m_said);
    connect(report, &QPushButton::clicked, this, &FilesPanel::chooseReport);
}

void FilesPanel::addPath(QVBoxLayout *column, const QString &label, const QString &path, const QString &folder)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    QLabel *name = makeLabel(label, TextStyle::Body, Token::Text2);
    name->setFixedWidth(labelWidth);
    QLabel *where = makeElidedLabel(path, TextStyle::Code, Token::Text, nullptr, Qt::ElideMiddle);
    makeSelectable(where);
    QToolButton *copy = makeIconButton(u"copy"_s, tr("Copy the path of: %1").arg(label));
    QPushButton *open = makeButton(tr("Open"));
    open->setAccessibleName(tr("Open the folder of: %1").arg(label));
    row->addWidget(name);
    row->addWidget(where, 1);
    row->addWidget(copy);
    row->addWidget(open);
    column->addLayout(row);
    connect(copy, &QToolButton::clicked, this, [path] { QGuiApplication::clipboard()->setText(path); });
    connect(open, &QPushButton::clicked, this, [folder] { QDesktopServices::openUrl(QUrl::fromLocalFile(folder)); });
}

void FilesPanel::chooseReport()
{
    const QString name = u"signalbox-report-%1.txt"_s.arg(QDate::currentDate().toString(Qt::ISODate));
    auto *dialog = new QFileDialog(this, tr("The report"), QDir::home().filePath(name), tr("Text (*.txt)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"txt"_s);
    dialog->selectFile(name);
    connect(dialog, &QFileDialog::fileSelected, this, &FilesPanel::writeReport);
    dialog->open();
}

void FilesPanel::writeReport(const QString &path)
{
    m_maintenance->writeReport(path, this, [this](const Result<QString> &written) {
        m_said->setText(written ? tr("Written: %1").arg(*written) : QString::fromStdString(written.error().message));
        setLabelToken(m_said, written ? Token::Text2 : Token::StopText);
        m_said->show();
    });
}

QString FilesPanel::said() const
{
    return m_said->text();
}

} // namespace signalbox
