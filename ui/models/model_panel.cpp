// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_panel.h"

#include "ui/models/model_details.h"
#include "ui/models/override_editor.h"
#include "ui/models/price_history.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int panelWidth = 380;
constexpr int nameWidth = 112;
} // namespace

ModelPanel::ModelPanel(ProviderActions *actions, QWidget *parent)
    : QFrame(parent),
      m_name(makeElidedLabel({}, TextStyle::DrawerTitle, Token::Text)),
      m_where(makeElidedLabel({}, TextStyle::Small, Token::Text3)),
      m_edit(makeButton(tr("&Edit own facts"))),
      m_stack(new QStackedWidget),
      m_factsColumn(new QVBoxLayout),
      m_editor(new OverrideEditor(actions))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFixedWidth(panelWidth);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(16, 12, 12, 8);
    head->setSpacing(8);
    auto *names = new QVBoxLayout;
    names->setSpacing(0);
    names->addWidget(m_name);
    names->addWidget(m_where);
    QToolButton *close = makeIconButton(u"close"_s, tr("Close the details"));
    head->addLayout(names, 1);
    head->addWidget(close, 0, Qt::AlignTop);
    column->addLayout(head);

    const auto scrolled = [this](QWidget *inner) {
        auto *area = new QScrollArea;
        area->setAccessibleName(tr("Facts of the model"));
        area->setWidgetResizable(true);
        area->setFrameShape(QFrame::NoFrame);
        area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        area->setWidget(inner);
        m_stack->addWidget(area);
    };
    auto *facts = new QWidget;
    m_factsColumn->setContentsMargins(16, 4, 16, 16);
    m_factsColumn->setSpacing(12);
    facts->setLayout(m_factsColumn);
    m_factsColumn->addWidget(m_edit, 0, Qt::AlignLeft);
    m_factsColumn->addStretch();
    scrolled(facts);
    auto *form = new QWidget;
    auto *formColumn = new QVBoxLayout(form);
    formColumn->setContentsMargins(16, 4, 16, 16);
    formColumn->addWidget(m_editor);
    formColumn->addStretch();
    scrolled(form);
    column->addWidget(m_stack, 1);
    connect(close, &QToolButton::clicked, this, &ModelPanel::closeRequested);
    connect(m_edit, &QPushButton::clicked, this, &ModelPanel::startEditing);
    connect(m_editor, &OverrideEditor::done, this, [this] { m_stack->setCurrentIndex(0); });
}

void ModelPanel::setModel(const ModelRow &row, const QualityFigures &figures, const std::vector<PriceNote> &prices,
                          const std::optional<Calibration::Factor> &learnt)
{
    const bool same = m_row && m_row->key() == row.key();
    m_row = row;
    const QString id = QString::fromStdString(row.facts->model);
    m_name->setText(id);
    m_name->setToolTip(id);
    QString where = row.providerTitle;
    if (!row.facts->name.empty())
        where += u" · "_s + QString::fromStdString(row.facts->name);
    m_where->setText(where);
    m_where->setToolTip(where);
    m_edit->setEnabled(row.configured);
    m_edit->setText(row.overridden ? tr("&Edit own facts") : tr("&Set own facts"));
    m_edit->setToolTip(row.configured ? QString() : tr("Add the provider first: own facts are of models in use"));
    std::vector<DetailLine> details = modelDetails(row, figures);
    if (row.configured) {
        for (DetailLine &counted : tokenCountDetails(row, learnt))
            details.push_back(std::move(counted));
    }
    for (DetailLine &charged : priceHistory(row, prices))
        details.push_back(std::move(charged));
    fill(std::move(details));
    if (!same)
        m_stack->setCurrentIndex(0);
}

void ModelPanel::fill(std::vector<DetailLine> details)
{
    delete m_facts;
    m_facts = new QWidget;
    auto *grid = new QGridLayout(m_facts);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->setColumnMinimumWidth(0, nameWidth);
    grid->setColumnStretch(1, 1);
    int line = 0;
    QString lastNote; // the same source all the way down is said once a section
    for (const DetailLine &detail : details) {
        if (!detail.section.isEmpty()) {
            lastNote.clear();
            QLabel *section = makeLabel(detail.section, TextStyle::PanelHead, Token::Text);
            section->setWordWrap(true);
            section->setContentsMargins(0, line == 0 ? 0 : 10, 0, 2);
            grid->addWidget(section, line++, 0, 1, 2);
        }
        QLabel *label = makeLabel(detail.label, TextStyle::Body, Token::Text3);
        label->setWordWrap(true);
        QLabel *value = makeLabel(detail.value, TextStyle::Body, Token::Text);
        value->setWordWrap(true);
        value->setAccessibleName(detail.label + u": "_s + detail.value);
        makeSelectable(value);
        grid->addWidget(label, line, 0, Qt::AlignTop);
        grid->addWidget(value, line++, 1, Qt::AlignTop);
        if (detail.note.isEmpty() || detail.note == std::exchange(lastNote, detail.note))
            continue;
        QLabel *note = makeLabel(detail.note, TextStyle::Small, Token::Text3);
        note->setWordWrap(true);
        grid->addWidget(note, line++, 1, Qt::AlignTop);
    }
    m_factsColumn->insertWidget(0, m_facts);
}

void ModelPanel::startEditing()
{
    if (!m_row || !m_row->configured)
        return;
    m_stack->setCurrentIndex(1);
    m_editor->edit(*m_row);
}

} // namespace signalbox
