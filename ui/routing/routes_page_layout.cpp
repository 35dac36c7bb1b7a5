// SPDX-License-Identifier: GPL-3.0-or-later
// How the page is put together; routes_page.cpp does the work.
#include "ui/preferences/preferences.h"
#include "ui/routing/routes_page.h"

#include "ui/palette/command_palette.h"
#include "ui/routing/ask_panel.h"
#include "ui/routing/history_panel.h"
#include "ui/routing/node_form.h"
#include "ui/routing/problem_strip.h"
#include "ui/routing/review_panel.h"
#include "ui/routing/route_actions.h"
#include "ui/routing/route_document.h"
#include "ui/routing/route_text_edit.h"
#include "ui/routing/route_tree_model.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtCore/QEvent>
#include <QtCore/QScopedValueRollback>
#include <QtGui/QAction>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int figureWidth = 72;
constexpr int stateWidth = 152;
constexpr int rowHeight = 28; // as in tables, whose headers set it
constexpr int iconSide = 16;
constexpr int leastOutline = 320;
constexpr int widthForFigures = 760; // of the outline
constexpr int widthForShares = 620;
constexpr int widthForAll = 1120; // of outline, form and one thing more
constexpr auto viewKey = "routes/view";
constexpr auto splitterKey = "routes/splitter";

// A row with the icon of its kind before its words.
class OutlineDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {RowDelegate::sizeHint(option, index).width() + iconSide, rowHeight};
    }
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const QString icon =
            index.column() == RouteTreeModel::Node ? index.data(RouteTreeModel::IconRole).toString() : QString();
        if (icon.isEmpty()) {
            RowDelegate::paint(painter, option, index);
            return;
        }
        paintGround(painter, option, index);
        const QRect place = QStyle::visualRect(
            option.direction, option.rect,
            QRect(option.rect.left() + 4, option.rect.center().y() - iconSide / 2, iconSide, iconSide));
        const QVariant ink = index.data(InkRole);
        const bool off = ink.isValid() && Token(ink.toInt()) == Token::Disabled;
        drawIcon(*painter, place, icon, theme().color(off ? Token::Disabled : Token::Text2), iconSide);
        QStyleOptionViewItem rest(option);
        rest.rect = QStyle::visualRect(option.direction, option.rect, option.rect.adjusted(iconSide + 4, 0, 0, 0));
        RowDelegate::paint(painter, rest, index);
    }
};

} // namespace

void RoutesPage::makeBody()
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto *column = new QVBoxLayout;
    column->setSpacing(0);
    column->addWidget(makeConflictBar());
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(16, 8, 16, 8);
    m_problem->hide();
    column->addWidget(m_problem);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(1);
    m_splitter->addWidget(makeOutline());
    m_splitter->addWidget(m_nodeForm);
    m_splitter->addWidget(m_text);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setStretchFactor(2, 2);
    column->addWidget(m_splitter, 1);
    column->addWidget(m_strip);
    row->addLayout(column, 1);
    for (QWidget *side :
         {static_cast<QWidget *>(m_ask), static_cast<QWidget *>(m_review), static_cast<QWidget *>(m_history)}) {
        row->addWidget(side);
        side->hide();
    }
}

void RoutesPage::makeTree()
{
    m_tree->setModel(m_model);
    auto *header = new TableHeader;
    m_tree->setHeader(header);
    m_tree->setItemDelegate(new OutlineDelegate(m_tree));
    m_tree->setAccessibleName(tr("Routes"));
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(20);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setMinimumWidth(leastOutline);
    m_tree->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_tree->setContextMenuPolicy(Qt::CustomContextMenu);
    m_tree->installEventFilter(this);
    header->setStretchLastSection(false);
    header->setSectionResizeMode(RouteTreeModel::Node, QHeaderView::Stretch);
    for (const int figure :
         {RouteTreeModel::Configured, RouteTreeModel::Effective, RouteTreeModel::FirstToken, RouteTreeModel::Errors})
        header->resizeSection(figure, figureWidth);
    header->resizeSection(RouteTreeModel::State, stateWidth);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &index) {
        const DraftId id = m_model->idAt(index);
        m_nodeForm->showNode(id);
        m_editing->setChosen(id);
        m_problem->hide();
        if (m_selecting || m_view == Form || !index.isValid())
            return;
        const QScopedValueRollback selecting(m_selecting, true);
        m_text->select(index.data(RouteTreeModel::PointerRole).toString());
    });
    connect(m_tree, &QTreeView::activated, m_nodeForm, &NodeForm::focusFirst); // Enter
    connect(m_tree, &QWidget::customContextMenuRequested, this, [this](const QPoint &at) {
        auto *menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        m_editing->fillMoreMenu(*menu);
        menu->popup(m_tree->viewport()->mapToGlobal(at));
    });
}

QWidget *RoutesPage::makeOutline()
{
    makeTree();
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *tools = new QHBoxLayout;
    tools->setContentsMargins(12, 6, 12, 6);
    tools->setSpacing(8);
    m_add = makeButton(tr("Add"), u"plus"_s);
    m_add->setToolTip(tr("Add a route or a node: what fits where one stands"));
    m_add->setAccessibleName(tr("Add a route or a node"));
    m_quickAdd = new CommandPalette({tr("What to add"), tr("Type what to add"), u"routes/added"_s}, this);
    connect(m_add, &QPushButton::clicked, this, &RoutesPage::openQuickAdd);
    auto *open = new QAction(tr("Add a &node…"), this);
    open->setShortcut(tr("Ins"));
    open->setShortcutContext(Qt::WidgetShortcut);
    connect(open, &QAction::triggered, this, &RoutesPage::openQuickAdd);
    m_tree->addAction(open);
    addAction(open);
    QToolButton *more = makeIconButton(u"more"_s, tr("What one can do with the chosen one"));
    auto *moreMenu = new QMenu(more);
    connect(moreMenu, &QMenu::aboutToShow, this, [this, moreMenu] {
        moreMenu->clear();
        m_editing->fillMoreMenu(*moreMenu);
    });
    more->setMenu(moreMenu);
    more->setPopupMode(QToolButton::InstantPopup);
    tools->addWidget(m_add);
    tools->addWidget(more);
    tools->addStretch();
    column->addLayout(tools);
    m_form->addWidget(m_tree);
    m_form->addWidget(m_empty);
    column->addWidget(m_form, 1);
    QPushButton *write = m_empty->addButton(tr("Write a route"), u"plus"_s);
    connect(write, &QPushButton::clicked, this, &RoutesPage::writeFirst);
    return box;
}

void RoutesPage::openQuickAdd()
{
    QString where;
    std::vector<Command> offers = m_editing->additions(&where);
    m_quickAdd->open(std::move(offers), m_add->isVisible() ? m_add : nullptr, where);
}

QWidget *RoutesPage::makeConflictBar()
{
    auto *bar = new QFrame;
    bar->setAutoFillBackground(true);
    bar->setBackgroundRole(QPalette::Base);
    bar->setAccessibleName(tr("Changed elsewhere too"));
    auto *column = new QVBoxLayout(bar);
    column->setContentsMargins(16, 8, 16, 8);
    column->setSpacing(6);
    m_conflictWords->setWordWrap(true);
    column->addWidget(m_conflictWords);
    auto *row = new FlowLayout;
    row->setSpacing(8);
    const auto add = [&](const QString &text, const QString &tip, auto slot) {
        QPushButton *button = makeButton(text);
        button->setToolTip(tip);
        connect(button, &QPushButton::clicked, m_document, slot);
        row->addWidget(button);
    };
    add(tr("Merge both"), tr("Where both changed a route, theirs is kept beside yours, switched off"),
        &RouteDocument::mergeTheirs);
    add(tr("Take theirs"), tr("Your draft goes; undo brings it back"), &RouteDocument::takeTheirs);
    add(tr("Keep mine"), tr("Their change goes once you apply; the history keeps it"), &RouteDocument::keepMine);
    column->addLayout(row);
    m_conflict = bar;
    bar->hide();
    return bar;
}

void RoutesPage::makeActions()
{
    const auto add = [this](const QString &text, const QKeySequence &keys, auto slot) {
        auto *action = new QAction(text, this);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, slot);
        addAction(action);
        return action;
    };
    QAction *undo = m_document->undoStack()->createUndoAction(this, tr("&Undo"));
    undo->setShortcut(tr("Ctrl+Z"));
    QAction *redo = m_document->undoStack()->createRedoAction(this, tr("&Redo"));
    redo->setShortcut(tr("Ctrl+Shift+Z"));
    for (QAction *action : {undo, redo})
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addActions({undo, redo});
    addActions(m_editing->all());
    add(tr("&Apply the routes"), tr("Ctrl+Return"), [this] { m_side == Review ? apply() : showSide(Review); });
    add(tr("Look at the &changes"), tr("Ctrl+Shift+G"), [this] { showSide(Review); });
    add(tr("As&k where a request would go"), tr("Ctrl+Shift+A"), [this] { showSide(Ask); });
    add(tr("&History of the config"), tr("Ctrl+Shift+Y"), [this] { showSide(History); });
    add(tr("Discard the draft"), {}, [this] {
        m_document->discard();
        m_text->discard();
    });
}

QWidget *RoutesPage::headerTools()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    for (const bool back : {true, false}) {
        QToolButton *button = makeIconButton(back ? u"undo"_s : u"redo"_s, back ? tr("Undo") : tr("Redo"));
        QUndoStack *stack = m_document->undoStack();
        const auto show = [button, stack, back] {
            const QString text = back ? stack->undoText() : stack->redoText();
            button->setEnabled(back ? stack->canUndo() : stack->canRedo());
            button->setToolTip(text.isEmpty() ? (back ? tr("Undo") : tr("Redo"))
                                              : (back ? tr("Undo: %1") : tr("Redo: %1")).arg(text));
        };
        connect(stack, &QUndoStack::indexChanged, button, show);
        connect(button, &QToolButton::clicked, stack, back ? &QUndoStack::undo : &QUndoStack::redo);
        show();
        row->addWidget(button);
    }
    m_choice = new SegmentedControl(tr("How the routes are shown"));
    m_choice->addSegment(tr("Form"), tr("As an outline with the fields of what is chosen"));
    m_choice->addSegment(tr("Both"), tr("Outline and text side by side"));
    m_choice->addSegment(tr("Text"), tr("As JSON"));
    m_choice->setCurrent(m_view);
    connect(m_choice, &SegmentedControl::chosen, this, [this](int view) { showView(View(view)); });
    row->addWidget(m_choice);
    return box;
}

QWidget *RoutesPage::headerActions()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_discard = makeIconButton(u"close"_s, tr("Discard the draft"), true);
    QToolButton *history = makeIconButton(u"clock"_s, tr("History of the config"), true);
    QPushButton *ask = makeButton(tr("Ask"), u"help"_s);
    ask->setToolTip(tr("Where would a request go, and why?"));
    m_apply = makeButton(tr("Apply…"), ButtonKind::Primary);
    row->addWidget(m_discard);
    row->addWidget(history);
    row->addWidget(ask);
    row->addWidget(m_apply);
    connect(m_discard, &QToolButton::clicked, this, [this] {
        m_document->discard();
        m_text->discard();
    });
    connect(history, &QToolButton::clicked, this, [this] { showSide(m_side == History ? None : History); });
    connect(ask, &QPushButton::clicked, this, [this] { showSide(m_side == Ask ? None : Ask); });
    connect(m_apply, &QPushButton::clicked, this, [this] { m_side == Review ? apply() : showSide(Review); });
    showDraft();
    return box;
}

void RoutesPage::showView(View view)
{
    m_view = view;
    arrange();
    if (m_choice)
        m_choice->setCurrent(view);
    if (view == Text)
        m_text->editor()->setFocus();
}

// In a small window what stands at the side takes the form's place.
void RoutesPage::arrange()
{
    const bool room = m_side == None || width() >= widthForAll;
    m_splitter->widget(0)->setVisible(m_view != Text && (room || m_view == Form));
    m_nodeForm->setVisible(m_view == Form && room);
    m_text->setVisible(m_view != Form);
}

void RoutesPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    arrange();
}

// Names before figures: the column that stretches must not vanish.
bool RoutesPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_tree && event->type() == QEvent::Resize) {
        m_tree->setColumnHidden(RouteTreeModel::FirstToken, m_tree->width() < widthForFigures);
        m_tree->setColumnHidden(RouteTreeModel::Errors, m_tree->width() < widthForFigures);
        m_tree->setColumnHidden(RouteTreeModel::Configured, m_tree->width() < widthForShares);
    }
    return Page::eventFilter(watched, event);
}

void RoutesPage::showSide(Side side)
{
    m_side = side;
    arrange();
    m_ask->setVisible(side == Ask);
    m_review->setVisible(side == Review);
    m_history->setVisible(side == History);
    if (side == Ask)
        m_ask->modelField()->setFocus();
    else if (side == Review)
        m_review->applyButton()->setFocus();
    else if (side == History)
        m_history->refresh();
}

void RoutesPage::saveState() const
{
    Preferences settings;
    settings.setValue(viewKey, int(m_view));
    settings.setValue(splitterKey, m_splitter->saveState());
}

void RoutesPage::restoreState()
{
    const Preferences settings;
    m_splitter->restoreState(settings.value(splitterKey).toByteArray());
    showView(View(qBound(int(Form), settings.value(viewKey).toInt(), int(Text))));
}

} // namespace signalbox
