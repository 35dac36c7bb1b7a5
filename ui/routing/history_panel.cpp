// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/history_panel.h"

#include "core/config/config_reader.h"
#include "core/config/route_merge.h"
#include "ui/data/ledger_feed.h"
#include "ui/data/provider_actions.h"
#include "ui/routing/history_model.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/diff_view.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QPointer>
#include <QtCore/QTimer>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int panelWidth = 420;
constexpr int mostVersions = 500;
constexpr int whenWidth = 128;
constexpr std::chrono::milliseconds untilWritten{600};
} // namespace

HistoryPanel::HistoryPanel(ProviderActions *actions, LedgerFeed *feed, QWidget *parent)
    : QFrame(parent),
      m_actions(actions),
      m_feed(feed),
      m_model(new HistoryModel(this)),
      m_table(new QTableView),
      m_caption(makeLabel({}, TextStyle::Small, Token::Text3)),
      m_diff(new DiffView(tr("Before"), tr("After"), DiffView::Layout::OneColumn)),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_take(makeButton(tr("Its routes into the draft"))),
      m_back(makeButton(tr("Roll back to it"), u"undo"_s))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFixedWidth(panelWidth);
    setAccessibleName(tr("History of the config"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->setSpacing(8);
    auto *head = new QHBoxLayout;
    head->addWidget(makeLabel(tr("History"), TextStyle::PanelHead, Token::Text), 1);
    QToolButton *close = makeIconButton(u"close"_s, tr("Close the history"));
    head->addWidget(close);
    column->addLayout(head);
    setUpTable(m_table, true);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Versions of the config"));
    m_table->horizontalHeader()->setSectionsClickable(false);
    m_table->horizontalHeader()->resizeSection(HistoryModel::When, whenWidth);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    column->addWidget(m_table, 2);
    m_caption->setWordWrap(true);
    column->addWidget(m_caption);
    column->addWidget(m_diff, 3);
    QLabel *note = makeLabel(tr("Client keys stay as they are now: one that was revoked does not come back."),
                             TextStyle::Small, Token::Text3);
    note->setWordWrap(true);
    column->addWidget(note);
    m_problem->setWordWrap(true);
    m_problem->hide();
    column->addWidget(m_problem);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addStretch();
    row->addWidget(m_take);
    row->addWidget(m_back);
    column->addLayout(row);
    connect(close, &QToolButton::clicked, this, &HistoryPanel::closeRequested);
    connect(m_take, &QPushButton::clicked, this, &HistoryPanel::takeRoutes);
    connect(m_back, &QPushButton::clicked, this, &HistoryPanel::rollBack);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &HistoryPanel::choose);
    // The ledger's thread writes it within a quarter of a second.
    connect(m_actions, &ProviderActions::configChanged, this, [this] {
        if (isVisible())
            QTimer::singleShot(untilWritten, this, &HistoryPanel::refresh);
    });
    choose();
}

void HistoryPanel::refresh()
{
    if (!m_feed) {
        showProblem(tr("There is no ledger, so no history is kept."));
        return;
    }
    using Versions = std::vector<LedgerReader::ConfigVersion>;
    m_feed->ask<Versions>(
        this, [](LedgerReader &reader) { return reader.configVersions(mostVersions); },
        [this](Result<Versions> versions) {
            if (!versions) {
                showProblem(QString::fromStdString(versions.error().message));
                return;
            }
            const LedgerReader::ConfigVersion *chosen = m_model->versionAt(m_table->currentIndex().row());
            const int64_t id = chosen ? chosen->id : 0;
            m_model->setVersions(std::move(*versions));
            int row = 0;
            while (m_model->versionAt(row) && m_model->versionAt(row)->id != id)
                ++row;
            m_table->selectRow(m_model->versionAt(row) ? row : 0);
            if (m_model->rowCount() == 0)
                m_caption->setText(tr("Nothing has been applied yet."));
        });
}

void HistoryPanel::choose()
{
    m_chosen.reset();
    m_take->setEnabled(false);
    m_back->setEnabled(false);
    m_problem->hide();
    const LedgerReader::ConfigVersion *version = m_model->versionAt(m_table->currentIndex().row());
    m_diff->setVisible(version != nullptr);
    if (!version || !m_feed)
        return;
    m_feed->ask<Texts>(
        this,
        [id = version->id](LedgerReader &reader) -> Result<Texts> {
            auto text = reader.configText(id);
            if (!text)
                return text.error();
            auto before = reader.configTextBefore(id);
            if (!before)
                return before.error();
            return Texts{id, std::move(*text), std::move(*before)};
        },
        [this](const Result<Texts> &texts) { show(texts); });
}

void HistoryPanel::show(const Result<Texts> &texts)
{
    if (!texts) {
        showProblem(QString::fromStdString(texts.error().message));
        return;
    }
    const int row = m_table->currentIndex().row();
    const LedgerReader::ConfigVersion *version = m_model->versionAt(row);
    if (!version || version->id != texts->id)
        return; // the answer to an earlier question
    m_chosen = *texts;
    m_caption->setText(texts->before.empty() ? tr("The first that is kept:")
                                             : tr("What it changed against the one before:"));
    m_diff->setTexts(QString::fromStdString(texts->before), QString::fromStdString(texts->text));
    m_take->setEnabled(true);
    m_back->setEnabled(row > 0);
    m_back->setToolTip(row > 0 ? QString() : tr("This one is in use"));
}

QString HistoryPanel::chosenWhen() const
{
    return m_model->index(m_table->currentIndex().row(), HistoryModel::When).data().toString();
}

void HistoryPanel::takeRoutes()
{
    if (!m_chosen)
        return;
    const auto version = readConfig(m_chosen->text);
    if (!version)
        showProblem(QString::fromStdString(version.error().message));
    else
        Q_EMIT routesTaken(version->routes, chosenWhen());
}

void HistoryPanel::rollBack()
{
    if (!m_chosen)
        return;
    const auto version = readConfig(m_chosen->text);
    if (!version) {
        showProblem(QString::fromStdString(version.error().message));
        return;
    }
    apply(rolledBack(*m_actions->config(), *version), tr("rolled back to %1").arg(chosenWhen()), true);
}

void HistoryPanel::apply(const Config &next, const QString &why, bool undoable)
{
    const Config before = *m_actions->config();
    const auto applied = m_actions->apply(next, why);
    if (!applied) {
        showProblem(QString::fromStdString(applied.error().message));
        return;
    }
    m_problem->hide();
    ToastHost *toasts = ToastHost::of(this);
    if (!toasts || !undoable)
        return;
    toasts->show(Signal::Clear, tr("Config %1").arg(why), tr("Undo"), [guard = QPointer(this), before, why] {
        if (guard)
            guard->apply(before, tr("undone: %1").arg(why), false);
    });
}

void HistoryPanel::showProblem(const QString &message)
{
    m_problem->setText(message);
    m_problem->show();
}

QString HistoryPanel::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

} // namespace signalbox
