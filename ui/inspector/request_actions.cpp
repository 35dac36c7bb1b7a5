// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/request_actions.h"

#include "ui/inspector/compare_window.h"
#include "ui/inspector/copy_as.h"
#include "ui/inspector/replay_request.h"
#include "ui/inspector/request_gatherer.h"
#include "ui/inspector/request_replayer.h"
#include "ui/inspector/save_file.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/toast.h"

#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QInputDialog>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

RequestActions::RequestActions(QWidget *inspector)
    : QObject(inspector),
      m_inspector(inspector),
      m_targetMenu(new QMenu(inspector)),
      m_copyMenu(new QMenu(inspector)),
      m_compareMenu(new QMenu(inspector)),
      m_exportMenu(new QMenu(inspector))
{
    m_replay = add(tr("&Replay"), &RequestActions::replay);
    m_other = add(tr("Replay on another &target…"), &RequestActions::askForTarget);
    m_edit = add(tr("&Edit in the playground and replay"), &RequestActions::editAndReplay);
    QAction *curl = add(tr("Copy as c&URL"), nullptr);
    connect(curl, &QAction::triggered, this, &RequestActions::copyCurl);
    QAction *json = add(tr("Copy as &JSON"), nullptr);
    connect(json, &QAction::triggered, this, &RequestActions::copyJson);
    QAction *python = add(tr("Copy as &Python"), &RequestActions::copyPython);
    QAction *node = add(tr("Copy as &Node"), &RequestActions::copyNode);
    QAction *markdown = add(tr("Copy as &Markdown row"), &RequestActions::copyMarkdown);
    m_copyMenu->addActions({curl, python, node, json, markdown});
    m_exportMenu->addActions({add(tr("Export as &HAR…"), &RequestActions::exportHarFile),
                              add(tr("Export as JSON &lines…"), &RequestActions::exportLines)});
    m_compare = add(tr("&Compare with the marked request"), &RequestActions::compareWithMarked);
    m_compareMenu->addActions({add(tr("Mark &for comparison"), &RequestActions::markForComparison), m_compare});
    setTargets({});
    setDetail(nullptr);
}

void RequestActions::setSender(RequestSender *sender)
{
    m_sender = sender;
    showWhetherReplayable();
}

void RequestActions::setTargets(const QStringList &targets)
{
    m_targets = targets;
    m_targetMenu->clear();
    for (const QString &target : targets)
        m_targetMenu->addAction(target, this, [this, target] { replayOn(target); });
    if (!targets.isEmpty())
        m_targetMenu->addSeparator();
    m_targetMenu->addActions({m_other, m_edit});
}

// A button that does nothing says why.
void RequestActions::showWhetherReplayable()
{
    const QString why = !m_detail   ? tr("No request is shown.")
                        : !m_sender ? tr("The gateway of this window does not take requests of the console.")
                                    : whyNoReplay(m_detail->record);
    const QString note = m_detail ? replayNote(m_detail->record) : QString();
    for (QAction *action : {m_replay, m_other}) {
        action->setEnabled(why.isEmpty());
        action->setToolTip(!why.isEmpty()    ? why
                           : !note.isEmpty() ? note
                                             : tr("Sends the same request through the gateway again"));
    }
    m_edit->setEnabled(m_replay->isEnabled());
    m_edit->setToolTip(!why.isEmpty()    ? why
                       : !note.isEmpty() ? note
                                         : tr("Opens the conversation in the playground, to be changed first"));
    if (!m_replayButton)
        return;
    for (QPushButton *button : {m_replayButton, m_replayOnButton}) {
        button->setEnabled(why.isEmpty());
        button->setToolTip(m_replay->toolTip());
    }
}

void RequestActions::replay()
{
    replayOn({});
}

void RequestActions::replayOn(const QString &target)
{
    if (m_detail && m_sender)
        replayRequest(*m_sender, m_detail->record, target.toStdString(), m_inspector->window());
}

void RequestActions::editAndReplay()
{
    if (m_detail)
        Q_EMIT editRequested(replayOf(m_detail->record, {}));
}

void RequestActions::askForTarget()
{
    auto *dialog = new QInputDialog(m_inspector->window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Replay on another target"));
    dialog->setLabelText(tr("Target, as PROVIDER/MODEL:"));
    if (m_detail)
        dialog->setTextValue(QString::fromStdString(m_detail->record.provider + '/' + m_detail->record.model));
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &target) {
        if (!target.trimmed().isEmpty())
            replayOn(target.trimmed());
    });
    dialog->open();
}

QAction *RequestActions::add(const QString &text, void (RequestActions::*slot)())
{
    auto *action = new QAction(text, this);
    if (slot)
        connect(action, &QAction::triggered, this, slot);
    m_all += action;
    return action;
}

void RequestActions::setDetail(const RequestDetail *detail)
{
    m_detail = detail;
    for (QAction *action : std::as_const(m_all))
        action->setEnabled(detail != nullptr);
    showWhetherReplayable();
    const bool comparable = detail && m_marked && m_marked->id != detail->record.id;
    m_compare->setEnabled(comparable);
    m_compare->setToolTip(
        m_marked ? tr("Marked: %1, %2")
                       .arg(targetName(m_marked->provider, m_marked->model), QString::fromStdString(m_marked->id))
                 : tr("Mark another request first"));
}

QList<QPushButton *> RequestActions::makeButtons()
{
    m_replayButton = makeButton(tr("Replay"), u"replay"_s);
    connect(m_replayButton, &QPushButton::clicked, this, &RequestActions::replay);
    m_replayOnButton = makeButton(tr("Replay on"), u"route"_s);
    m_replayOnButton->setMenu(m_targetMenu);
    QPushButton *compare = makeButton(tr("Compare"), u"compare"_s);
    compare->setMenu(m_compareMenu);
    m_compareMenu->setToolTipsVisible(true);
    QPushButton *copyAs = makeButton(tr("Copy as"), u"copy"_s);
    copyAs->setMenu(m_copyMenu);
    showWhetherReplayable();
    return {m_replayButton, m_replayOnButton, compare, copyAs};
}

QToolButton *RequestActions::makeExportButton()
{
    QToolButton *button = makeIconButton(u"export"_s, tr("Export"));
    button->setMenu(m_exportMenu);
    button->setPopupMode(QToolButton::InstantPopup);
    return button;
}

void RequestActions::copy(const QString &text) const
{
    QGuiApplication::clipboard()->setText(text);
}

void RequestActions::copyCurl() const
{
    if (m_detail)
        copy(copyAsCurl(m_detail->record, m_gatewayUrl));
}

void RequestActions::copyJson() const
{
    if (m_detail)
        copy(copyAsJson(m_detail->record));
}

void RequestActions::copyPython()
{
    copy(copyAsPython(m_detail->record, m_gatewayUrl));
}

void RequestActions::copyNode()
{
    copy(copyAsNode(m_detail->record, m_gatewayUrl));
}

void RequestActions::copyMarkdown()
{
    copy(copyAsMarkdown({m_detail->record}));
}

void RequestActions::exportHarFile()
{
    exportTo(CaptureFormat::Har);
}

void RequestActions::exportLines()
{
    exportTo(CaptureFormat::JsonLines);
}

void RequestActions::exportTo(CaptureFormat format)
{
    saveRequests(m_inspector, format, {m_detail->record}, m_gatewayUrl);
}

void RequestActions::addExport(QAction *action)
{
    m_exportMenu->addAction(action);
}

void RequestActions::exportMatching(RequestSource &source, const RequestFilter &filter, CaptureFormat format)
{
    const auto done = [this, format](RequestGatherer::Gathered gathered) {
        ToastHost *toasts = ToastHost::of(m_inspector);
        if (toasts && (!gathered.problem.isEmpty() || gathered.records.empty()))
            toasts->show(Signal::Stop, gathered.problem.isEmpty() ? tr("No request matches") : gathered.problem);
        if (gathered.records.empty())
            return;
        if (toasts && gathered.more)
            toasts->show(Signal::Caution, tr("Only the newest %n are exported", nullptr, int(gathered.records.size())));
        saveRequests(m_inspector->window(), format, std::move(gathered.records), m_gatewayUrl);
    };
    RequestGatherer::gather(source, filter, this, done);
}

void RequestActions::markForComparison()
{
    if (m_detail)
        mark(m_detail->record);
}

void RequestActions::mark(const RequestRecord &record)
{
    m_marked = record;
    setDetail(m_detail);
}

void RequestActions::compareWithMarked()
{
    if (!m_detail || !m_marked)
        return;
    compare(*m_marked, m_detail->record);
}

void RequestActions::compare(const RequestRecord &first, const RequestRecord &second)
{
    auto *window = new CompareWindow(m_inspector->window());
    window->setRequests(first, second);
    window->show();
}

void saveRequests(QWidget *parent, CaptureFormat format, std::vector<RequestRecord> records, const QString &gatewayUrl)
{
    const QString name = exportFileName(format, records);
    saveFile(parent, RequestActions::tr("Export requests"), name, [format, records = std::move(records), gatewayUrl] {
        return QByteArray::fromStdString(exportAs(format, records, gatewayUrl));
    });
}

} // namespace signalbox
