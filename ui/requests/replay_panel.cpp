// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/replay_panel.h"

#include "ui/inspector/compare_window.h"
#include "ui/inspector/replay_run.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int tableHeight = 26 + 5 * 28;
} // namespace

ReplayPanel::ReplayPanel(QWidget *parent)
    : QFrame(parent),
      m_run(new ReplayRun(this)),
      m_words(makeLabel({}, TextStyle::BodyStrong, Token::Text)),
      m_note(makeLabel({}, TextStyle::Small, Token::CautionText)),
      m_bar(new QProgressBar),
      m_start(makeButton(tr("&Replay"), ButtonKind::Primary, u"replay"_s)),
      m_cancel(makeButton(tr("C&ancel"), u"stop"_s)),
      m_compare(makeButton(tr("Co&mpare"), u"compare"_s)),
      m_table(new QTableView)
{
    setAccessibleName(tr("Replay of several requests"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 10, 12, 0);
    column->setSpacing(8);
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    m_words->setWordWrap(true);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->setMaximumWidth(160);
    m_bar->setAccessibleName(tr("Requests replayed"));
    m_compare->setToolTip(tr("The original and its new answer beside each other"));
    QToolButton *close = makeIconButton(u"close"_s, tr("Close the replay"));
    row->addWidget(m_words, 1);
    row->addWidget(m_bar);
    row->addWidget(m_start);
    row->addWidget(m_compare);
    row->addWidget(m_cancel);
    row->addWidget(close);
    column->addLayout(row);
    m_note->setWordWrap(true);
    column->addWidget(m_note);
    setUpTable(m_table);
    m_table->setModel(m_run);
    m_table->setAccessibleName(tr("What came of each request"));
    m_table->setFixedHeight(qRound(tableHeight * theme().textScale() / 100.0));
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    QHeaderView *header = m_table->horizontalHeader();
    header->setStretchLastSection(false);
    const auto wide = [](int width) { return qRound(width * theme().textScale() / 100.0); };
    header->resizeSection(ReplayRun::State, wide(112));
    header->resizeSection(ReplayRun::Request, wide(160));
    header->resizeSection(ReplayRun::Target, wide(150));
    header->resizeSection(ReplayRun::Duration, wide(80));
    header->resizeSection(ReplayRun::Cost, wide(76));
    header->setSectionResizeMode(ReplayRun::What, QHeaderView::Stretch);
    column->addWidget(m_table);
    connect(m_start, &QPushButton::clicked, this, [this] {
        m_started = true;
        m_run->start(*m_sender);
        showState();
        m_cancel->setFocus();
    });
    connect(m_cancel, &QPushButton::clicked, m_run, &ReplayRun::cancel);
    connect(m_compare, &QPushButton::clicked, this, &ReplayPanel::compare);
    connect(m_table, &QTableView::doubleClicked, this, &ReplayPanel::compare);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ReplayPanel::showState);
    connect(close, &QToolButton::clicked, this, &ReplayPanel::dismiss);
    connect(m_run, &ReplayRun::progressed, this, &ReplayPanel::showState);
    connect(m_run, &ReplayRun::finished, this, &ReplayPanel::showState);
    hide();
}

ReplayPanel::~ReplayPanel()
{
    m_run->cancel(); // while there is somebody whom its signals may reach
}

void ReplayPanel::open(RequestSender &sender, std::vector<RequestRecord> originals, const std::string &target,
                       int leftOut)
{
    m_sender = &sender;
    m_started = false;
    m_leftOut = leftOut;
    m_run->setRequests(std::move(originals), target);
    show();
    showState();
    m_start->setFocus(Qt::PopupFocusReason);
}

void ReplayPanel::dismiss()
{
    m_run->cancel();
    hide();
    if (QWidget *page = parentWidget())
        page->setFocus(Qt::OtherFocusReason);
}

// Beside an open inspector what went wrong needs the room.
void ReplayPanel::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    const int room = qRound(width() * 100.0 / theme().textScale());
    m_table->setColumnHidden(ReplayRun::Cost, room < 720);
    m_table->setColumnHidden(ReplayRun::Duration, room < 640);
    m_table->setColumnHidden(ReplayRun::Target, room < 500);
}

void ReplayPanel::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        return dismiss();
    QFrame::keyPressEvent(event);
}

// What they cost the last time is the best that is known.
QString ReplayPanel::question() const
{
    const ReplayRun::Counts counts = m_run->counts();
    const int sent = counts.all - counts.leftOut;
    if (sent == 0)
        return tr("None of these requests can be replayed.");
    int64_t costNanoUsd = 0;
    for (int row = 0; row < counts.all; ++row) {
        if (m_run->step(row) != ReplayRun::Step::LeftOut)
            costNanoUsd += m_run->original(row).cost.nanoUsd.value_or(0);
    }
    const QString what =
        m_run->target().empty()
            ? tr("Replay %n requests through the gateway?", nullptr, sent)
            : tr("Replay %n requests on %1?", nullptr, sent).arg(QString::fromStdString(m_run->target()));
    return costNanoUsd > 0 ? tr("%1 They cost %2 the last time.").arg(what, formatMoney(costNanoUsd, Places::Table))
                           : what;
}

QString ReplayPanel::summary() const
{
    if (!m_started)
        return question();
    const ReplayRun::Counts counts = m_run->counts();
    QStringList parts{
        m_run->isRunning()
            ? tr("Replaying: %1 of %2").arg(formatCount(counts.over()), formatCount(counts.all))
            : tr("Replayed: %1 of %2 answered").arg(formatCount(counts.answered), formatCount(counts.all))};
    if (counts.failed > 0)
        parts += tr("%n failed", nullptr, counts.failed);
    if (counts.leftOut > 0)
        parts += tr("%n left out", nullptr, counts.leftOut);
    if (counts.cancelled > 0)
        parts += tr("%n cancelled", nullptr, counts.cancelled);
    return parts.join(u" · "_s);
}

void ReplayPanel::showState()
{
    const ReplayRun::Counts counts = m_run->counts();
    m_words->setText(summary());
    setAccessibleDescription(m_words->text());
    QStringList notes;
    if (!m_started && counts.leftOut > 0)
        notes += tr("%n of them cannot be sent again; the list says why.", nullptr, counts.leftOut);
    if (m_leftOut > 0)
        notes += tr("%n more were chosen than are replayed at once.", nullptr, m_leftOut);
    m_note->setText(notes.join(u' '));
    m_note->setVisible(!notes.isEmpty());
    m_bar->setVisible(m_started);
    m_bar->setRange(0, qMax(1, counts.all));
    m_bar->setValue(counts.over());
    m_start->setVisible(!m_started);
    m_start->setEnabled(counts.all > counts.leftOut);
    m_cancel->setVisible(m_run->isRunning());
    m_compare->setVisible(m_started);
    const int row = m_table->currentIndex().row();
    m_compare->setEnabled(row >= 0 && m_run->answer(row));
}

void ReplayPanel::compare()
{
    const int row = m_table->currentIndex().row();
    if (row < 0 || !m_run->answer(row))
        return;
    auto *both = new CompareWindow(window());
    both->setRequests(m_run->original(row), *m_run->answer(row));
    both->show();
}

} // namespace signalbox
