// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/case_panel.h"

#include "core/playground/tool_list.h"
#include "ui/playground/case_runner.h"
#include "ui/playground/case_table_model.h"
#include "ui/playground/off_thread.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/form_drawer.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int panelWidth = 364;
constexpr int outcomeWidth = 92;
} // namespace

CasePanel::CasePanel(ConsoleCalls *calls, const QString &dataFolder, QWidget *parent)
    : QWidget(parent),
      m_files(dataFolder),
      m_runner(new CaseRunner(calls, this)),
      m_model(new CaseTableModel(this)),
      m_table(new QTableView),
      m_views(new QStackedWidget),
      m_form(new FormDrawer),
      m_summary(makeLabel({}, TextStyle::BodyStrong, Token::Text)),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_details(makeLabel({}, TextStyle::Small, Token::Text2)),
      m_useColumns(new QCheckBox(tr("Ask the targets of the columns instead")))
{
    setFixedWidth(panelWidth);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_views);
    m_views->addWidget(makeList());
    m_views->addWidget(makeEmpty());
    makeForm();
    m_views->addWidget(m_form);
    m_views->setCurrentIndex(Empty);
    connect(m_runner, &CaseRunner::changed, this, [this](int ticket, const CaseRun &run) {
        m_model->setRun(ticket, run);
        m_summary->setText(m_model->summary());
        showDetails();
    });
    connect(m_runner, &CaseRunner::finished, this, [this] { m_stop->hide(); });
}

QWidget *CasePanel::makeList()
{
    auto *list = new QWidget;
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    auto *head = new QHBoxLayout;
    QToolButton *close = makeIconButton(u"close"_s, tr("Close the test cases"));
    head->addWidget(makeLabel(tr("Test cases"), TextStyle::DrawerTitle, Token::Text), 1);
    head->addWidget(m_summary);
    head->addWidget(close);
    column->addLayout(head);
    m_table->setModel(m_model);
    setUpTable(m_table, true);
    m_table->setAccessibleName(tr("Test cases"));
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(CaseTableModel::Name, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(CaseTableModel::Target, QHeaderView::Stretch);
    m_table->setColumnWidth(CaseTableModel::Outcome, outcomeWidth);
    m_table->setColumnHidden(CaseTableModel::Cost, true); // there is no room; the details tell it
    m_table->setColumnHidden(CaseTableModel::Time, true);
    column->addWidget(m_table, 1);
    m_details->setWordWrap(true);
    m_details->setTextFormat(Qt::PlainText);
    makeSelectable(m_details);
    column->addWidget(m_details);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    column->addWidget(m_useColumns);
    auto *buttons = new QWidget;
    auto *flow = new FlowLayout(buttons);
    flow->setContentsMargins(0, 0, 0, 0);
    flow->setSpacing(8);
    m_run = makeButton(tr("Run"), u"play"_s);
    m_runAll = makeButton(tr("Run all"));
    m_stop = makeButton(tr("Stop"), u"stop"_s);
    QPushButton *open = makeButton(tr("Open"));
    QPushButton *save = makeButton(tr("Save this conversation…"), u"plus"_s);
    QPushButton *remove = makeButton(tr("Delete"), ButtonKind::Danger);
    for (QPushButton *button : {m_run, m_runAll, m_stop, open, remove, save})
        flow->addWidget(button);
    column->addWidget(buttons);
    m_stop->hide();
    connect(close, &QToolButton::clicked, this, &CasePanel::closeRequested);
    connect(m_run, &QPushButton::clicked, this, [this] { run(false); });
    connect(m_runAll, &QPushButton::clicked, this, [this] { run(true); });
    connect(m_stop, &QPushButton::clicked, this, &CasePanel::stop);
    connect(open, &QPushButton::clicked, this, &CasePanel::openSelected);
    connect(m_table, &QTableView::activated, this, &CasePanel::openSelected);
    connect(remove, &QPushButton::clicked, this, &CasePanel::removeSelected);
    connect(save, &QPushButton::clicked, this, &CasePanel::saveRequested);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &CasePanel::showDetails);
    return list;
}

// An EmptyState is made for a whole page, too wide for a panel.
QWidget *CasePanel::makeEmpty()
{
    auto *empty = new QWidget;
    auto *column = new QVBoxLayout(empty);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("No test case yet"), TextStyle::DrawerTitle, Token::Text));
    QLabel *words = makeLabel(tr("Save a conversation with what its answer must hold, and run it against any target."),
                              TextStyle::Body, Token::Text2);
    words->setWordWrap(true);
    column->addWidget(words);
    QPushButton *save = makeButton(tr("Save this conversation…"), u"plus"_s);
    column->addWidget(save, 0, Qt::AlignLeading);
    column->addStretch(1);
    connect(save, &QPushButton::clicked, this, &CasePanel::saveRequested);
    return empty;
}

void CasePanel::makeForm()
{
    m_form->setTitle(tr("Save as a test case"));
    m_form->addText(u"name"_s, tr("Name"));
    m_form->addSection(tr("What the answer must be; empty fields are not checked"));
    m_form->addText(u"contains"_s, tr("It contains"));
    m_form->addText(u"lacks"_s, tr("It does not contain"));
    m_form->addText(u"matches"_s, tr("It matches the expression"), tr("A regular expression, found anywhere"));
    m_form->addText(u"equals"_s, tr("It is exactly"));
    m_form->addText(u"calls"_s, tr("It calls the tool"));
    m_form->addText(u"json"_s, tr("It is JSON of this shape"),
                    tr("As a JSON schema: type, properties, required, items, enum, const"));
    connect(m_form, &FormDrawer::submitted, this, &CasePanel::save);
    connect(m_form, &FormDrawer::closeRequested, this,
            [this] { m_views->setCurrentIndex(m_model->cases().empty() ? Empty : List); });
}

void CasePanel::load()
{
    offThread<std::vector<StoredCase>>(
        this, [files = m_files] { return files.list(); },
        [this](std::vector<StoredCase> cases) { takeCases(std::move(cases)); });
}

void CasePanel::takeCases(std::vector<StoredCase> cases)
{
    const QModelIndex current = m_table->currentIndex();
    m_model->setCases(std::move(cases));
    if (m_views->currentIndex() != Form)
        m_views->setCurrentIndex(m_model->cases().empty() ? Empty : List);
    m_table->setCurrentIndex(m_model->index(std::clamp(current.row(), 0, std::max(0, m_model->rowCount() - 1)), 0));
    m_summary->setText(m_model->summary());
    showDetails();
}

void CasePanel::changeFiles(std::function<Result<void>(const TestCaseFiles &)> change, std::function<void()> done)
{
    offThread<Result<void>>(
        this, [files = m_files, change = std::move(change)] { return change(files); },
        [this, done = std::move(done)](Result<void> changed) {
            m_problem->setVisible(!changed);
            if (!changed)
                m_problem->setText(QString::fromStdString(changed.error().message));
            else
                done();
            load();
        });
}

void CasePanel::beginSave(const TestCase &testCase)
{
    m_saving = testCase;
    m_form->clearErrors();
    m_form->setText(u"name"_s, QString::fromStdString(testCase.name));
    m_views->setCurrentIndex(Form);
    m_form->focusFirst();
}

std::optional<std::vector<AnswerCheck>> CasePanel::checks()
{
    using Kind = AnswerCheck::Kind;
    std::vector<AnswerCheck> made;
    bool good = true;
    for (const Kind kind : {Kind::Contains, Kind::Lacks, Kind::Matches, Kind::Equals, Kind::Calls, Kind::Shape}) {
        const QString key = QString::fromLatin1(checkName(kind));
        const std::string text = m_form->text(key).toStdString();
        if (text.empty())
            continue;
        AnswerCheck check{kind};
        if (kind != Kind::Shape) {
            check.text = text;
        } else if (auto shape = parseWritten(text)) {
            check.shape = std::move(*shape);
        } else {
            m_form->setError(key, QString::fromStdString(shape.error().message));
            good = false;
            continue;
        }
        if (const auto valid = validateCheck(check, {}); !valid) {
            m_form->setError(key, QString::fromStdString(valid.error().message));
            good = false;
        }
        made.push_back(std::move(check));
    }
    if (!good)
        return std::nullopt;
    return made;
}

void CasePanel::save()
{
    m_form->clearErrors();
    m_saving.name = m_form->text(u"name"_s).toStdString();
    if (m_saving.name.empty())
        return m_form->setError(u"name"_s, tr("A test case needs a name."));
    auto made = checks();
    if (!made)
        return;
    m_saving.checks = std::move(*made);
    changeFiles(
        [testCase = m_saving](const TestCaseFiles &files) -> Result<void> {
            if (const auto saved = files.save(testCase); !saved)
                return saved.error();
            return {};
        },
        [] {});
    m_views->setCurrentIndex(List);
}

void CasePanel::setTargets(std::vector<ChatTarget> targets)
{
    m_targets = std::move(targets);
}

void CasePanel::runCase(size_t stored)
{
    const StoredCase &one = m_model->cases()[stored];
    if (!one.problem.isEmpty())
        return;
    const bool own = !m_useColumns->isChecked() && !one.testCase.targets.empty();
    const std::vector<ChatTarget> targets = own ? one.testCase.targets : m_targets;
    int ticket = m_model->beginRun(stored, targets);
    for (const ChatTarget &target : targets)
        m_runner->add(ticket++, one.testCase, target, m_project);
}

void CasePanel::run(bool all)
{
    const int row = m_table->currentIndex().row();
    m_stop->show();
    if (all) {
        for (size_t i = 0; i < m_model->cases().size(); ++i)
            runCase(i);
    } else if (m_model->caseAt(row)) {
        runCase(m_model->caseIndex(row));
    }
    m_stop->setVisible(m_runner->isRunning());
    m_table->setCurrentIndex(m_model->index(std::clamp(row, 0, std::max(0, m_model->rowCount() - 1)), 0));
}

void CasePanel::stop()
{
    m_runner->stop();
}

void CasePanel::openSelected()
{
    const StoredCase *stored = m_model->caseAt(m_table->currentIndex().row());
    if (stored && stored->problem.isEmpty())
        Q_EMIT opened(stored->testCase);
}

void CasePanel::removeSelected()
{
    const StoredCase *found = m_model->caseAt(m_table->currentIndex().row());
    if (!found)
        return;
    const StoredCase gone = *found;
    changeFiles([file = gone.file](const TestCaseFiles &files) { return files.remove(file); },
                [this, gone] {
                    ToastHost *toasts = ToastHost::of(this);
                    if (!toasts || !gone.problem.isEmpty())
                        return;
                    toasts->show(
                        Signal::Off, tr("Test case deleted: %1").arg(QString::fromStdString(gone.testCase.name)),
                        tr("Undo"), [this, gone] {
                            changeFiles([gone](const TestCaseFiles &files) { return files.putBack(gone); }, [] {});
                        });
                });
}

void CasePanel::showDetails()
{
    m_details->setText(m_model->details(m_table->currentIndex().row()).join(u'\n'));
}

QString CasePanel::summary() const
{
    return m_summary->text();
}

QString CasePanel::details() const
{
    return m_details->text();
}

} // namespace signalbox
