// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/chart_panel.h"

#include "ui/dashboard/chart_legend.h"
#include "ui/dashboard/time_table_model.h"
#include "ui/data/save_file.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/table_header.h"

#include <QtCore/QBuffer>
#include <QtCore/QStandardPaths>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QImage>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenu>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int legendRoom = 110; // is worth more than the unit
constexpr int leastChoice = 64;
constexpr double menuZoom = 0.5;
const QString folderKey = u"dashboard/folder"_s;
} // namespace

ChartPanel::ChartPanel(const QString &id, const QString &title, Crosshair *crosshair, QWidget *parent)
    : QFrame(parent),
      m_id(id),
      m_title(makeLabel(title, TextStyle::PanelHead, Token::Text)),
      m_unit(makeElidedLabel({}, TextStyle::Small, Token::Text3)),
      m_beside(new QHBoxLayout),
      m_legend(new ChartLegend),
      m_chart(new TimeChart(crosshair)),
      m_stack(new QStackedWidget),
      m_model(new TimeTableModel(this)),
      m_menu(new QMenu(this)),
      m_tableAction(m_menu->addAction(tr("Show as table")))
{
    setProperty("panel", true);
    setAccessibleName(title);
    m_chart->setAccessibleName(tr("%1, chart").arg(title));
    m_tableAction->setCheckable(true);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 6, 1, 4);
    column->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(12, 0, 6, 0);
    head->setSpacing(8);
    column->addLayout(head);
    head->addWidget(m_title);
    m_unit->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    head->addWidget(m_unit);
    head->addLayout(m_beside);
    head->addWidget(m_legend, 1);
    QToolButton *more = makeIconButton(u"more"_s, tr("%1: more").arg(title));
    more->setMenu(m_menu);
    more->setPopupMode(QToolButton::InstantPopup);
    head->addWidget(more);
    m_stack->addWidget(m_chart);
    column->addWidget(m_stack, 1);
    m_unit->hide();
    m_unit->setMinimumWidth(1); // hides rather than hold the panel wide
    makeMenu();

    connect(m_legend, &ChartLegend::hiddenChanged, this, [this] {
        m_chart->setHidden(m_legend->hidden());
        keepState();
    });
    connect(m_tableAction, &QAction::toggled, this, [this](bool on) {
        if (on)
            fillTable();
        m_stack->setCurrentIndex(on ? 1 : 0);
        keepState();
    });
}

void ChartPanel::makeMenu()
{
    m_menu->addAction(tr("Show all series"), m_legend, &ChartLegend::showAll);
    m_menu->addSeparator();
    m_menu->addAction(tr("Zoom in"), this, [this] { m_chart->zoomBy(menuZoom); });
    m_menu->addAction(tr("Zoom out"), this, [this] { m_chart->zoomBy(1 / menuZoom); });
    m_menu->addAction(tr("Reset zoom"), m_chart, &TimeChart::resetWanted);
    m_menu->addSeparator();
    m_menu->addAction(tr("Save as picture…"), this, [this] { askWhereToSave(FileKind::Picture); });
    m_menu->addAction(tr("Save as CSV…"), this, [this] { askWhereToSave(FileKind::Csv); });
}

void ChartPanel::setUnit(const QString &unit)
{
    m_unit->setText(unit);
    placeUnit();
}

void ChartPanel::placeUnit()
{
    const int taken = m_title->sizeHint().width() + m_beside->sizeHint().width() + m_unit->sizeHint().width();
    m_unit->setVisible(!m_unit->text().isEmpty() && width() >= taken + (m_legend->isHidden() ? 0 : legendRoom) + 70);
}

void ChartPanel::setNote(const QString &note)
{
    m_title->setToolTip(note);
    m_unit->setToolTip(note);
    m_chart->setWhatsThis(note);
}

void ChartPanel::setLegendVisible(bool visible)
{
    // Keeps its place: it pushes the menu to the right.
    QSizePolicy policy = m_legend->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    m_legend->setSizePolicy(policy);
    m_legend->setVisible(visible);
}

void ChartPanel::addBesideTitle(QWidget *widget)
{
    widget->setMinimumWidth(leastChoice);
    m_beside->addWidget(widget);
}

void ChartPanel::setTable(const TimeTable &table)
{
    m_chart->setTable(table);
    m_legend->setSeries(table.series);
    if (m_tableAction->isChecked())
        fillTable();
}

void ChartPanel::fillTable()
{
    if (!m_values) {
        m_values = new QTableView;
        m_values->setAccessibleName(tr("%1, values").arg(accessibleName()));
        setUpTable(m_values, true);
        m_values->setModel(m_model);
        m_stack->addWidget(m_values);
    }
    m_model->setTable(m_chart->table(), [chart = m_chart](double value) { return chart->valueText(value); });
    m_values->resizeColumnToContents(0);
}

void ChartPanel::save(FileKind kind, const QString &path)
{
    std::function<QByteArray()> make;
    if (kind == FileKind::Csv) {
        make = [table = m_chart->table()] { return timeTableCsv(table); };
    } else {
        // The screen can only be asked here; packing the picture is what takes long.
        make = [image = grab().toImage()] {
            QByteArray bytes;
            QBuffer buffer(&bytes);
            return buffer.open(QIODevice::WriteOnly) && image.save(&buffer, "PNG") ? bytes : QByteArray();
        };
    }
    saveFile(path, std::move(make), this, [this, path](const QString &problem) { Q_EMIT saved(path, problem); });
}

void ChartPanel::askWhereToSave(FileKind kind)
{
    const bool csv = kind == FileKind::Csv;
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    auto *dialog = new QFileDialog(
        this,
        csv ? tr("Save the numbers of %1").arg(accessibleName()) : tr("Save a picture of %1").arg(accessibleName()),
        Preferences().value(folderKey, documents).toString(), csv ? tr("CSV (*.csv)") : tr("PNG picture (*.png)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(csv ? u"csv"_s : u"png"_s);
    dialog->selectFile(m_id + (csv ? u".csv"_s : u".png"_s));
    connect(dialog, &QFileDialog::fileSelected, this, [this, kind](const QString &path) {
        Preferences().setValue(folderKey, QFileInfo(path).absolutePath());
        save(kind, path);
    });
    dialog->open();
}

void ChartPanel::keepState() const
{
    Preferences settings;
    settings.beginGroup(u"dashboard/"_s + m_id);
    settings.setValue(u"table"_s, m_tableAction->isChecked());
    settings.setValue(u"hidden"_s, QStringList(m_legend->hidden().begin(), m_legend->hidden().end()));
}

void ChartPanel::restoreState()
{
    Preferences settings;
    settings.beginGroup(u"dashboard/"_s + m_id);
    const QStringList hidden = settings.value(u"hidden"_s).toStringList();
    const bool table = settings.value(u"table"_s).toBool();
    m_legend->setHidden({hidden.begin(), hidden.end()});
    m_tableAction->setChecked(table);
}

void ChartPanel::resizeEvent(QResizeEvent *event)
{
    QFrame::resizeEvent(event);
    placeUnit();
}

void ChartPanel::contextMenuEvent(QContextMenuEvent *event)
{
    m_menu->popup(event->globalPos());
}

} // namespace signalbox
