// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/catalogue_update_panel.h"

#include "ui/data/catalogue_actions.h"
#include "ui/models/catalogue_diff_model.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QPointer>
#include <QtCore/QThreadPool>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr qint64 largestFile = 64 * 1024 * 1024;

Result<QByteArray> readWhole(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{"catalogue_file", file.errorString().toStdString()};
    if (file.size() > largestFile)
        return Error{"catalogue_file", CatalogueUpdatePanel::tr("The file is larger than 64 MiB.").toStdString()};
    return file.readAll();
}

} // namespace

CatalogueUpdatePanel::CatalogueUpdatePanel(CatalogueActions *actions, QWidget *parent)
    : QWidget(parent),
      m_actions(actions),
      m_model(new CatalogueDiffModel(this)),
      m_message(makeLabel({}, TextStyle::BodyStrong, Token::Text)),
      m_doubts(makeLabel({}, TextStyle::Body, Token::CautionText)),
      m_agree(new QCheckBox(tr("I have &looked at this and want it"))),
      m_table(new QTableView),
      m_apply(makeButton(tr("&Apply the update"), ButtonKind::Primary))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(8);
    m_message->setWordWrap(true);
    m_doubts->setWordWrap(true);
    column->addWidget(m_message);
    column->addWidget(m_doubts);
    column->addWidget(m_agree);
    setUpTable(m_table);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("What the update changes"));
    QHeaderView *header = m_table->horizontalHeader();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(CatalogueDiffModel::Model, QHeaderView::Stretch);
    header->resizeSection(CatalogueDiffModel::Kind, 110);
    header->resizeSection(CatalogueDiffModel::Fact, 190);
    for (const int figure : {CatalogueDiffModel::Before, CatalogueDiffModel::After})
        header->resizeSection(figure, 120);
    header->resizeSection(CatalogueDiffModel::Factor, 80);
    column->addWidget(m_table, 1);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    QPushButton *close = makeButton(tr("&Cancel"));
    row->addStretch();
    row->addWidget(close);
    row->addWidget(m_apply);
    column->addLayout(row);
    connect(close, &QPushButton::clicked, this, &CatalogueUpdatePanel::closeRequested);
    connect(m_apply, &QPushButton::clicked, this, &CatalogueUpdatePanel::apply);
    connect(m_agree, &QCheckBox::toggled, this, &CatalogueUpdatePanel::updateApply);
    m_doubts->hide();
    m_agree->hide();
    updateApply();
}

void CatalogueUpdatePanel::open(const QString &path)
{
    m_ready = false;
    m_model->setDiff({});
    say(tr("Reading %1…").arg(QFileInfo(path).fileName()), false);
    QThreadPool::globalInstance()->start([path, guard = QPointer(this)] {
        auto bytes = std::make_shared<Result<QByteArray>>(readWhole(path));
        QMetaObject::invokeMethod(
            qApp,
            [path, guard, bytes] {
                if (!guard)
                    return;
                if (*bytes)
                    guard->compare(**bytes, QFileInfo(path).fileName());
                else
                    guard->say(QString::fromStdString(bytes->error().message), true);
            },
            Qt::QueuedConnection);
    });
}

void CatalogueUpdatePanel::compare(const QByteArray &json, const QString &name)
{
    m_json = json;
    m_name = name;
    m_ready = false;
    say(tr("Comparing %1…").arg(name), false);
    m_actions->preview(json, this, [this](const Result<CatalogueDiff> &diff) { show(diff); });
}

void CatalogueUpdatePanel::show(const Result<CatalogueDiff> &diff)
{
    m_ready = diff.has_value() && !diff->changes.empty();
    m_model->setDiff(diff ? *diff : CatalogueDiff());
    m_agree->setChecked(false);
    m_agree->setVisible(diff.has_value() && diff->needsYes());
    QStringList doubts;
    if (diff) {
        for (const std::string &doubt : diff->doubts)
            doubts += QString::fromStdString(doubt);
    }
    m_doubts->setText(doubts.join(u'\n'));
    m_doubts->setVisible(!doubts.isEmpty());
    if (!diff) {
        say(tr("%1 cannot be used: %2").arg(m_name, QString::fromStdString(diff.error().message)), true);
    } else if (diff->changes.empty()) {
        say(tr("%1 says the same as the catalogue in use.").arg(m_name), false);
    } else {
        say(tr("%1: %2 new models, %3 gone, %4 changed.")
                .arg(m_name, formatCount(int64_t(diff->added)), formatCount(int64_t(diff->removed)),
                     formatCount(int64_t(diff->changed))),
            false);
    }
    updateApply();
}

void CatalogueUpdatePanel::apply()
{
    if (!m_apply->isEnabled())
        return;
    m_apply->setEnabled(false);
    m_actions->apply(m_json, m_agree->isChecked(), this, [this](const Result<void> &done) {
        if (!done) {
            say(QString::fromStdString(done.error().message), true);
            updateApply();
            return;
        }
        m_ready = false;
        m_json.clear();
        m_model->setDiff({});
        Q_EMIT applied();
    });
}

void CatalogueUpdatePanel::say(const QString &text, bool problem)
{
    m_message->setText(text);
    setLabelToken(m_message, problem ? Token::StopText : Token::Text);
    updateApply();
}

QString CatalogueUpdatePanel::message() const
{
    return m_message->text();
}

void CatalogueUpdatePanel::updateApply()
{
    const bool agreed = m_agree->isHidden() || m_agree->isChecked();
    m_apply->setEnabled(m_ready && agreed);
    m_apply->setToolTip(!m_ready  ? tr("There is nothing to apply")
                        : !agreed ? tr("Agree to the doubts first")
                                  : QString());
}

} // namespace signalbox
