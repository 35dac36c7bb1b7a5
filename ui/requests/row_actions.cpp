// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/row_actions.h"

#include "core/config/config.h"
#include "ui/data/gateway_control.h"
#include "ui/inspector/copy_as.h"
#include "ui/inspector/replay_request.h"
#include "ui/inspector/request_actions.h"
#include "ui/inspector/request_gatherer.h"
#include "ui/inspector/request_replayer.h"
#include "ui/requests/request_export.h"
#include "ui/requests/request_selection.h"
#include "ui/requests/request_table_model.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/toast.h"

#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QInputDialog>
#include <QtWidgets/QMenu>
#include <QtWidgets/QTableView>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

QString copied(RowActions::CopyAs format, const std::vector<RequestRecord> &records, const QString &url)
{
    if (format == RowActions::CopyAs::Markdown)
        return copyAsMarkdown(records);
    QStringList texts;
    for (const RequestRecord &record : records) {
        switch (format) {
        case RowActions::CopyAs::Curl:
            texts += copyAsCurl(record, url);
            break;
        case RowActions::CopyAs::PythonCode:
            texts += copyAsPython(record, url);
            break;
        case RowActions::CopyAs::NodeCode:
            texts += copyAsNode(record, url);
            break;
        default:
            texts += copyAsJson(record);
        }
    }
    if (format == RowActions::CopyAs::Json && texts.size() > 1)
        return u"[\n"_s + texts.join(u",\n"_s) + u"\n]\n"_s;
    return texts.join(u"\n\n"_s);
}

} // namespace

RowActions::RowActions(const Parts &parts, QWidget *page) : QObject(page), m_parts(parts), m_page(page)
{
    m_open = add("row open", tr("&Open the request"), {}, [this] { Q_EMIT openRequested(); });
    m_copyIds = add("row copy id", {}, QKeySequence::Copy, [this] { copyIds(); });
    m_curl = add("row copy as curl", {}, Qt::Key_C, [this] { copyAs(CopyAs::Curl); });
    m_replay = add("row replay", {}, Qt::Key_R, [this] { replay(); });
    m_compare = add("row compare", {}, {}, [this] { compare(); });
    m_mark = add("row mark", tr("&Mark the chosen request for comparison"), {}, [this] {
        gather(finished(), [this](const std::vector<RequestRecord> &records) {
            m_parts.request->mark(records.front());
            update();
        });
    });
    m_export = add("row export", {}, Qt::Key_E, [this] { Q_EMIT exportRequested(); });
    m_cancel = add("row cancel", {}, Qt::Key_X, [this] { cancel(); });
    connect(parts.selection, &RequestSelection::changed, this, &RowActions::update);
    connect(parts.model, &RequestTableModel::rowsMoved, this, &RowActions::update);
    update();
}

// The keys are the table's: letters that are typed anywhere else mean themselves.
QAction *RowActions::add(const char *name, const QString &text, const QKeySequence &keys, std::function<void()> run)
{
    auto *action = new QAction(text, this);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, std::move(run));
    m_parts.table->addAction(action);
    m_all += action;
    return action;
}

QStringList RowActions::chosen(bool inFlight) const
{
    const QSet<QString> running = m_parts.model->runningIds();
    QStringList ids;
    for (const QString &id : m_parts.selection->ids()) {
        if (running.contains(id) == inFlight)
            ids += id;
    }
    return ids;
}

void RowActions::update()
{
    const int inFlight = int(running().size());
    const QStringList over = finished();
    const int done = int(over.size());
    const int chosen = done + inFlight;
    m_open->setEnabled(chosen > 0);
    m_copyIds->setText(chosen > 1 ? tr("Copy %n &ids", nullptr, chosen) : tr("Copy the &id of the row"));
    m_copyIds->setEnabled(chosen > 0);
    m_curl->setText(done > 1 ? tr("Copy %n rows as c&URL", nullptr, done) : tr("Copy the row as c&URL"));
    m_curl->setEnabled(done > 0);
    m_replay->setText(done > 1 ? tr("&Replay %n requests…", nullptr, done) : tr("&Replay the row"));
    m_replay->setEnabled(done > 0 && m_parts.request->sender());
    const auto &marked = m_parts.request->marked();
    m_compare->setText(done >= 2 ? tr("&Compare two rows") : tr("&Compare the row with the marked request"));
    m_compare->setEnabled(done == 2 || (done == 1 && marked && QString::fromStdString(marked->id) != over.front()));
    m_mark->setEnabled(done == 1);
    m_export->setText(chosen > 1 ? tr("&Export %n requests…", nullptr, chosen) : tr("&Export…"));
    m_cancel->setText(inFlight > 1 ? tr("Ca&ncel %n requests in flight", nullptr, inFlight)
                                   : tr("Ca&ncel the request in flight"));
    m_cancel->setEnabled(inFlight > 0);
}

QMenu *RowActions::makeMenu(const QModelIndex &cell, QWidget *parent)
{
    update();
    auto *menu = new QMenu(parent);
    menu->setToolTipsVisible(true);
    menu->addAction(m_open);
    menu->addSeparator();
    addFilters(menu, cell);
    menu->addAction(m_copyIds);
    addCopies(menu);
    menu->addSeparator();
    addReplays(menu);
    menu->addAction(m_compare);
    menu->addAction(m_mark);
    menu->addAction(m_export);
    menu->addSeparator();
    menu->addAction(m_cancel);
    return menu;
}

void RowActions::addFilters(QMenu *menu, const QModelIndex &cell)
{
    const RequestRow *row = cell.isValid() ? m_parts.model->loadedRow(cell.row()) : nullptr;
    if (!row)
        return;
    const auto addOne = [&](const QString &text, const CellFilter &filter, CellChoice choice) {
        connect(menu->addAction(text), &QAction::triggered, this,
                [this, filter, choice] { Q_EMIT filterRequested(filter, choice); });
    };
    const auto shown = [](const CellFilter &filter) {
        return QString(filter.words).replace(u'&', u"&&"_s); // no mnemonic
    };
    const std::vector<CellFilter> filters = cellFilters(*row, cell.column());
    for (const CellFilter &filter : filters) {
        if (filter.isFigure) {
            addOne(tr("Only from here up · %1").arg(shown(filter)), filter, CellChoice::AtLeast);
            addOne(tr("Only up to here · %1").arg(shown(filter)), filter, CellChoice::AtMost);
        } else {
            addOne(tr("Only · %1").arg(shown(filter)), filter, CellChoice::Only);
            addOne(tr("Without · %1").arg(shown(filter)), filter, CellChoice::Without);
        }
    }
    if (!filters.empty())
        menu->addSeparator();
}

void RowActions::addCopies(QMenu *menu)
{
    QMenu *copies = menu->addMenu(tr("Copy &as"));
    copies->setEnabled(m_curl->isEnabled());
    const int rows = int(finished().size());
    copies->addAction(m_curl);
    const std::pair<QString, CopyAs> others[] = {
        {tr("&Python"), CopyAs::PythonCode},
        {tr("&Node"), CopyAs::NodeCode},
        {tr("&JSON"), CopyAs::Json},
        {rows > 1 ? tr("&Markdown table of %n rows", nullptr, rows) : tr("&Markdown row"), CopyAs::Markdown},
    };
    for (const auto &other : others)
        connect(copies->addAction(other.first), &QAction::triggered, this,
                [this, format = other.second] { copyAs(format); });
}

void RowActions::addReplays(QMenu *menu)
{
    menu->addAction(m_replay);
    QMenu *targets = menu->addMenu(tr("Replay &on"));
    targets->setEnabled(m_replay->isEnabled());
    for (const QString &target : replayTargets(*m_parts.control->config()))
        connect(targets->addAction(QString(target).replace(u'&', u"&&"_s)), &QAction::triggered, this,
                [this, target] { replay(target); });
    if (!targets->isEmpty())
        targets->addSeparator();
    connect(targets->addAction(tr("Another &target…")), &QAction::triggered, this, &RowActions::askForTarget);
}

void RowActions::askForTarget()
{
    auto *dialog = new QInputDialog(m_page->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Replay on another target"));
    dialog->setLabelText(tr("Target, as PROVIDER/MODEL:"));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &target) {
        if (!target.trimmed().isEmpty())
            replay(target.trimmed());
    });
    dialog->open();
}

void RowActions::tell(bool good, const QString &words) const
{
    if (ToastHost *host = ToastHost::of(m_page))
        host->show(good ? Signal::Clear : Signal::Caution, words);
}

void RowActions::gather(const QStringList &ids, Use use)
{
    if (ids.isEmpty())
        return;
    const auto done = [this, use = std::move(use)](RequestGatherer::Gathered gathered) {
        if (gathered.records.empty())
            return tell(false, gathered.problem.isEmpty() ? tr("These requests are no longer in the ledger.")
                                                          : gathered.problem);
        if (gathered.more)
            tell(false, tr("Only the newest %n of them were taken", nullptr, int(gathered.records.size())));
        use(std::move(gathered.records));
    };
    RequestGatherer::gather(*m_parts.source, RequestExport::ofIds(ids), this, done);
}

void RowActions::copyIds() const
{
    const QStringList &ids = m_parts.selection->ids();
    if (ids.isEmpty())
        return;
    QGuiApplication::clipboard()->setText(ids.join(u'\n'));
    tell(true, tr("%n ids copied", nullptr, int(ids.size())));
}

void RowActions::copyAs(CopyAs format)
{
    gather(finished(), [this, format](const std::vector<RequestRecord> &records) {
        const QString url = QString::fromStdString(m_parts.control->snapshot()->url);
        QGuiApplication::clipboard()->setText(copied(format, records, url));
        tell(true, tr("%n requests copied", nullptr, int(records.size())));
    });
}

void RowActions::replay(const QString &target)
{
    QStringList ids = finished();
    if (!m_parts.request->sender() || ids.isEmpty())
        return;
    const int leftOut = qMax(0, int(ids.size()) - mostReplayed);
    ids.resize(ids.size() - leftOut);
    gather(ids, [this, target, leftOut](std::vector<RequestRecord> records) {
        if (records.size() > 1 || leftOut > 0) {
            Q_EMIT replayRequested(std::move(records), target, leftOut);
            return;
        }
        const QString why = whyNoReplay(records.front());
        if (!why.isEmpty())
            return tell(false, why);
        replayRequest(*m_parts.request->sender(), records.front(), target.toStdString(), m_page->window());
    });
}

void RowActions::compare()
{
    const QStringList ids = finished();
    const auto marked = m_parts.request->marked();
    if (ids.size() != 2 && !(ids.size() == 1 && marked))
        return;
    gather(ids, [this, ids, marked](const std::vector<RequestRecord> &records) {
        if (ids.size() == 1)
            return m_parts.request->compare(*marked, records.front());
        if (records.size() < 2)
            return tell(false, tr("One of these requests is no longer in the ledger."));
        m_parts.request->compare(records.back(), records.front()); // the older one first
    });
}

void RowActions::cancel()
{
    std::vector<std::string> ids;
    for (const QString &id : running())
        ids.push_back(id.toStdString());
    if (ids.empty())
        return;
    m_parts.control->cancelRequests(ids);
    tell(true, tr("%n requests are being cancelled", nullptr, int(ids.size())));
}

} // namespace signalbox
