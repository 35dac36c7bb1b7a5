// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/answers/reconcile_dialog.h"

#include "ui/answers/reconcile_model.h"
#include "ui/data/ledger_feed.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QSortFilterProxyModel>
#include <QtCore/QStandardPaths>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

const QString folderKey = u"reconcile/folder"_s;
const QString toleranceKey = u"reconcile/tolerance"_s;
constexpr std::array tolerances{0.0, 0.005, 0.01, 0.05};
constexpr int usualTolerance = 2;

// On the feed's thread.
Result<Reconciliation> compareFile(LedgerReader &reader, const QString &path, const ReconcileOptions &options)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return Error{"report_file", file.errorString().toStdString()};
    if (size_t(file.size()) > largestReport)
        return Error{
            "report_file",
            ReconcileDialog::tr("The file is larger than %1.").arg(formatBytes(int64_t(largestReport))).toStdString()};
    const QByteArray bytes = file.readAll();
    const auto report = readUsageReport(std::string_view(bytes.constData(), size_t(bytes.size())));
    return report ? reconcile(*report, reader, options) : report.error();
}

} // namespace

ReconcileDialog::ReconcileDialog(LedgerFeed *feed, QWidget *parent)
    : QDialog(parent),
      m_feed(feed),
      m_model(new ReconcileModel(this)),
      m_provider(new QComboBox),
      m_tolerance(new QComboBox),
      m_choose(makeButton(tr("&Choose a report…"), ButtonKind::Primary)),
      m_only(new QCheckBox(tr("&Only what differs"))),
      m_file(makeElidedLabel({}, TextStyle::Small, Token::Text3, nullptr, Qt::ElideMiddle)),
      m_message(makeLabel({}, TextStyle::BodyStrong, Token::Text)),
      m_totals(makeLabel({}, TextStyle::Body, Token::Text2)),
      m_stack(new QStackedWidget),
      m_empty(new EmptyState(u"compare"_s, tr("Does the bill agree?"),
                             tr("Download a usage or cost report from OpenAI, Anthropic or OpenRouter (JSON or CSV) "
                                "and choose it here. Days are those of UTC, as providers count them."))),
      m_table(new QTableView)
{
    setWindowTitle(tr("Compare with a provider's report"));
    resize(920, 560);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(8);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    const auto labelled = [row](const QString &text, QWidget *buddy) {
        QLabel *label = makeLabel(text, TextStyle::Body, Token::Text2);
        label->setBuddy(buddy);
        row->addWidget(label);
        row->addWidget(buddy);
    };
    labelled(tr("&Provider"), m_provider);
    labelled(tr("Agree &within"), m_tolerance);
    row->addWidget(m_only);
    row->addStretch(1);
    row->addWidget(m_choose);
    column->addLayout(row);
    column->addWidget(m_file);
    column->addWidget(m_message);
    column->addWidget(m_totals);
    column->addWidget(m_stack, 1);
    m_provider->addItem(tr("as the report says"), QString());
    m_provider->setToolTip(tr("Which of your providers the report is about, where its id differs from the vendor's."));
    for (const double tolerance : tolerances)
        m_tolerance->addItem(tolerance > 0 ? formatPercent(100 * tolerance, tolerance < 0.01 ? 1 : 0) : tr("exactly"),
                             tolerance);
    m_tolerance->setCurrentIndex(
        qBound(0, Preferences().value(toleranceKey, usualTolerance).toInt(), int(tolerances.size()) - 1));
    m_only->setChecked(true);
    for (QLabel *label : {m_message, m_totals}) {
        label->setWordWrap(true);
        label->hide();
    }
    m_file->hide();

    auto *sorted = new QSortFilterProxyModel(this);
    sorted->setSourceModel(m_model);
    sorted->setSortRole(ReconcileModel::sortRole);
    setUpTable(m_table);
    m_table->setAccessibleName(tr("Differences"));
    m_table->setModel(sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(ReconcileModel::Day, Qt::AscendingOrder);
    m_table->horizontalHeader()->setSectionResizeMode(ReconcileModel::Model, QHeaderView::Stretch);
    for (const auto &[at, width] : {std::pair(ReconcileModel::Day, 132), std::pair(ReconcileModel::Figure, 112),
                                    std::pair(ReconcileModel::Report, 108), std::pair(ReconcileModel::Ledger, 108),
                                    std::pair(ReconcileModel::Difference, 108), std::pair(ReconcileModel::State, 176)})
        m_table->setColumnWidth(at, width);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_table);

    connect(m_choose, &QPushButton::clicked, this, &ReconcileDialog::chooseFile);
    connect(m_only, &QCheckBox::toggled, m_model, &ReconcileModel::setOnlyDifferences);
    connect(m_tolerance, &QComboBox::activated, this, [this](int index) {
        Preferences().setValue(toleranceKey, index);
        if (!m_path.isEmpty())
            compare(m_path);
    });
    connect(m_provider, &QComboBox::activated, this, [this] {
        if (!m_path.isEmpty())
            compare(m_path);
    });
}

void ReconcileDialog::setProviders(const std::vector<ProviderConfig> &providers)
{
    const QVariant chosen = m_provider->currentData();
    while (m_provider->count() > 1)
        m_provider->removeItem(1);
    for (const ProviderConfig &provider : providers)
        m_provider->addItem(QString::fromStdString(provider.id), QString::fromStdString(provider.id));
    m_provider->setCurrentIndex(qMax(0, m_provider->findData(chosen)));
}

void ReconcileDialog::chooseFile()
{
    const QString downloads = QStandardPaths::writableLocation(QStandardPaths::DownloadLocation);
    auto *dialog =
        new QFileDialog(this, tr("Choose a usage or cost report"), Preferences().value(folderKey, downloads).toString(),
                        tr("Reports (*.csv *.json *.jsonl);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        Preferences().setValue(folderKey, QFileInfo(path).absolutePath());
        compare(path);
    });
    dialog->open();
}

void ReconcileDialog::setBusy(bool busy)
{
    m_busy = busy;
    for (QWidget *one : std::initializer_list<QWidget *>{m_choose, m_provider, m_tolerance})
        one->setEnabled(!busy);
    if (!busy)
        return;
    setLabelToken(m_message, Token::Text2);
    m_message->setText(tr("Comparing with the ledger…"));
    m_message->show();
}

void ReconcileDialog::compare(const QString &path)
{
    m_path = path;
    m_file->setText(path);
    m_file->show();
    if (!m_feed) {
        showProblem(tr("No ledger is open."));
        return;
    }
    ReconcileOptions options;
    options.provider = m_provider->currentData().toString().toStdString();
    options.tolerance = m_tolerance->currentData().toDouble();
    setBusy(true);
    m_feed->ask<Reconciliation>(
        this, [path, options](LedgerReader &reader) { return compareFile(reader, path, options); },
        [this](Result<Reconciliation> result) {
            setBusy(false);
            if (result)
                showResult(std::move(*result));
            else
                showProblem(QString::fromStdString(result.error().message));
        });
}

void ReconcileDialog::showProblem(const QString &problem)
{
    setLabelToken(m_message, Token::StopText);
    m_message->setText(problem);
    m_message->show();
    m_totals->hide();
    m_model->setResult({});
    m_stack->setCurrentWidget(m_empty);
}

void ReconcileDialog::showResult(Reconciliation result)
{
    setLabelToken(m_message, result.differing == 0 ? Token::ClearText : Token::CautionText);
    const QString of = tr("%1 against provider %2")
                           .arg(QString::fromStdString(result.format), QString::fromStdString(result.provider));
    m_message->setText(
        result.differing == 0
            ? tr("%1: all days and models agree (%2).").arg(of, formatCount(int64_t(result.days.size())))
            : tr("%1: %2 of %3 days and models differ.")
                  .arg(of, formatCount(int64_t(result.differing)), formatCount(int64_t(result.days.size()))));
    m_message->show();
    QStringList lines;
    for (const ReconciledFigure &figure : result.totals)
        lines +=
            tr("%1: report %2, ledger %3")
                .arg(ReconcileModel::figureName(figure.name), ReconcileModel::figureText(figure.name, figure.report),
                     ReconcileModel::figureText(figure.name, figure.ledger));
    QString totals = lines.join(u" · "_s);
    for (const std::string &note : result.notes)
        totals += u'\n' + QString::fromStdString(note);
    m_totals->setText(totals);
    m_totals->setVisible(!totals.isEmpty());
    m_only->setChecked(result.differing > 0);
    m_model->setResult(std::move(result));
    m_stack->setCurrentWidget(m_table);
}

QString ReconcileDialog::message() const
{
    return m_message->isHidden() ? QString() : m_message->text();
}

} // namespace signalbox
