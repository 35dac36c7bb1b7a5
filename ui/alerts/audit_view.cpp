// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/alerts/audit_view.h"

#include "ui/alerts/audit_table_model.h"
#include "ui/data/ledger_feed.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDate>
#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QSaveFile>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int shownRows = 1'000;
constexpr int exportedRows = 100'000;
constexpr int64_t dayMs = 86'400'000;
constexpr std::chrono::milliseconds typingPause{150};

Result<QString> writeExport(const std::vector<AuditEntry> &entries, const QString &path)
{
    const std::string text = path.endsWith(".json"_L1, Qt::CaseInsensitive) ? auditJson(entries) : auditCsv(entries);
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), qint64(text.size())) != qint64(text.size()) ||
        !file.commit())
        return Error{"export", QString(path + u": "_s + file.errorString()).toStdString()};
    return path;
}

} // namespace

AuditView::AuditView(LedgerFeed *feed, QWidget *parent)
    : QWidget(parent),
      m_feed(feed),
      m_model(new AuditTableModel(this)),
      m_search(new QLineEdit),
      m_kind(new QComboBox),
      m_range(new QComboBox),
      m_export(makeButton(tr("&Export…"), u"export"_s)),
      m_said(makeLabel({}, TextStyle::Small, Token::Text2)),
      m_stack(new QStackedWidget),
      m_table(new QTableView),
      m_empty(new EmptyState(u"clock"_s, tr("Nothing here yet"),
                             tr("Changes of the config and of keys, newer catalogues, and starts of the gateway stand "
                                "here, with who made them.")))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeTools());
    m_said->setContentsMargins(16, 0, 16, 6);
    m_said->setWordWrap(true);
    m_said->hide();
    column->addWidget(m_said);
    setUpTable(m_table);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Audit log"));
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionsClickable(false);
    header->setStretchLastSection(true);
    const std::array<int, AuditTableModel::ColumnCount> widths{140, 80, 80, 250, 200, 130, 130};
    for (int i = 0; i < AuditTableModel::ColumnCount; ++i)
        header->resizeSection(i, qRound(widths[size_t(i)] * theme().textScale() / 100.0));
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_empty);
    column->addWidget(m_stack, 1);
    m_soon.setSingleShot(true);
    m_soon.setInterval(typingPause);
    connect(&m_soon, &QTimer::timeout, this, &AuditView::refresh);
    connect(m_search, &QLineEdit::textChanged, &m_soon, qOverload<>(&QTimer::start));
    connect(m_kind, &QComboBox::currentIndexChanged, this, &AuditView::refresh);
    connect(m_range, &QComboBox::currentIndexChanged, this, &AuditView::refresh);
    connect(m_export, &QPushButton::clicked, this, &AuditView::chooseExport);
    m_stack->setCurrentIndex(1);
}

QWidget *AuditView::makeTools()
{
    auto *tools = new QWidget;
    auto *row = new QHBoxLayout(tools);
    row->setContentsMargins(16, 6, 16, 6);
    row->setSpacing(12);
    QLabel *name = makeLabel(tr("&Search"), TextStyle::Body, Token::Text2);
    name->setBuddy(m_search);
    m_search->setAccessibleName(tr("Search the audit log"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(260);
    m_kind->setAccessibleName(tr("Kind of change"));
    m_kind->addItem(tr("All changes"), QString());
    m_kind->addItem(tr("Config"), u"config"_s);
    m_kind->addItem(tr("Client keys"), u"key"_s);
    m_kind->addItem(tr("Catalogue"), u"catalogue"_s);
    m_kind->addItem(tr("Gateway"), u"gateway"_s);
    m_kind->addItem(tr("Backup and history"), u"history"_s);
    m_range->setAccessibleName(tr("Period"));
    m_range->addItem(tr("Last day"), 1);
    m_range->addItem(tr("Last 7 days"), 7);
    m_range->addItem(tr("Last 30 days"), 30);
    m_range->addItem(tr("Since the beginning"), 0);
    m_range->setCurrentIndex(2);
    for (QComboBox *box : {m_kind, m_range})
        box->setMinimumHeight(28);
    row->addWidget(name);
    row->addWidget(m_search, 1);
    row->addWidget(m_kind);
    row->addWidget(m_range);
    row->addStretch();
    row->addWidget(m_export);
    return tools;
}

AuditFilter AuditView::filter() const
{
    AuditFilter filter;
    filter.kind = m_kind->currentData().toString().toStdString();
    filter.text = m_search->text().trimmed().toStdString();
    if (const int days = m_range->currentData().toInt(); days > 0)
        filter.fromMs = QDateTime::currentMSecsSinceEpoch() - days * dayMs;
    filter.limit = shownRows;
    return filter;
}

void AuditView::setActive(bool active)
{
    m_active = active;
    if (m_active && m_stale)
        ask();
}

void AuditView::refresh()
{
    m_stale = true;
    if (m_active)
        ask();
}

void AuditView::ask()
{
    if (!m_feed)
        return;
    m_stale = false;
    const quint64 round = ++m_round;
    m_feed->ask<std::vector<AuditEntry>>(
        this, [asked = filter()](LedgerReader &reader) { return reader.audit(asked); },
        [this, round](Result<std::vector<AuditEntry>> entries) {
            if (round != m_round)
                return;
            if (!entries) {
                m_empty->setTexts(tr("The audit log cannot be read"), QString::fromStdString(entries.error().message));
                m_stack->setCurrentIndex(1);
                return;
            }
            m_model->setEntries(std::move(*entries));
            m_stack->setCurrentIndex(m_model->rowCount() == 0 ? 1 : 0);
            m_export->setEnabled(m_model->rowCount() > 0);
        });
}

void AuditView::chooseExport()
{
    const QString name = u"signalbox-audit-%1.csv"_s.arg(QDate::currentDate().toString(Qt::ISODate));
    auto *dialog =
        new QFileDialog(this, tr("The audit log"), QDir::home().filePath(name), tr("Table (*.csv);;JSON (*.json)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(name);
    connect(dialog, &QFileDialog::fileSelected, this, &AuditView::exportTo);
    dialog->open();
}

void AuditView::exportTo(const QString &path)
{
    AuditFilter all = filter();
    all.limit = exportedRows;
    m_feed->ask<QString>(
        this,
        [all, path](LedgerReader &reader) -> Result<QString> {
            const auto entries = reader.audit(all);
            return entries ? writeExport(*entries, path) : entries.error();
        },
        [this](const Result<QString> &written) {
            m_said->setText(written ? tr("Written: %1").arg(*written)
                                    : QString::fromStdString(written.error().message));
            setLabelToken(m_said, written ? Token::Text2 : Token::StopText);
            m_said->show();
        });
}

QString AuditView::said() const
{
    return m_said->text();
}

} // namespace signalbox
