// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/node_form.h"

#include "ui/routing/node_words.h"
#include "ui/routing/route_document.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int leastWidth = 300;
} // namespace

NodeForm::NodeForm(RouteDocument &document, QWidget *parent) : QFrame(parent), m_document(document)
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setMinimumWidth(leastWidth);
    setAccessibleName(tr("What is chosen"));
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    auto *inner = new QWidget;
    inner->setBackgroundRole(QPalette::Base);
    m_column = new QVBoxLayout(inner);
    m_column->setContentsMargins(16, 12, 16, 12);
    m_column->addStretch();
    area->setWidget(inner);
    outer->addWidget(area);
    connect(&document, &RouteDocument::fieldsChanged, this, [this](DraftId id) {
        // Weights are shares of their siblings': another's change is one of ours.
        const RouteDraft &draft = m_document.draft();
        if (draft.contains(m_id) && (id == m_id || draft.parentOf(id) == draft.parentOf(m_id)))
            refresh();
    });
    connect(&document, &RouteDocument::structureChanged, this, [this] {
        if (!m_document.draft().contains(m_id))
            m_id = 0;
        refresh();
    });
    connect(&document, &RouteDocument::problemsChanged, this, &NodeForm::showProblems);
    rebuild();
}

void NodeForm::setOffers(FieldOffers offers)
{
    m_offers = std::move(offers);
    rebuild();
}

void NodeForm::showNode(DraftId id)
{
    m_id = m_document.draft().contains(id) ? id : 0;
    rebuild();
}

// Values alone where the fields are the same ones, so that nobody loses the field that has the focus.
void NodeForm::refresh()
{
    const std::vector<NodeField> fields = fieldsOf(m_document.draft(), m_id, m_offers);
    QString shape = QString::number(m_id);
    for (const NodeField &field : fields)
        shape += u' ' + field.key;
    if (shape != m_shape || m_id == 0) {
        rebuild();
        return;
    }
    const QScopedValueRollback filling(m_filling, true);
    for (const NodeField &field : fields) {
        Row &row = m_rows[field.key];
        const bool options = row.field.options != field.options;
        row.field = field;
        auto *box = qobject_cast<QComboBox *>(row.editor);
        if (options && box) {
            box->clear();
            for (const auto &[text, value] : field.options)
                box->addItem(text, value);
        }
        if (row.wrong.isEmpty() || written(row) == field.value) {
            row.wrong.clear();
            write(row, field.value);
        }
    }
    showProblems();
}

void NodeForm::rebuild()
{
    const QScopedValueRollback filling(m_filling, true);
    const QWidget *focused = m_page ? m_page->focusWidget() : nullptr;
    const bool hadFocus = focused && focused->hasFocus();
    QString focusedKey;
    for (const auto &[key, row] : m_rows) {
        if (row.editor == focused || (row.editor && focused && row.editor->isAncestorOf(focused)))
            focusedKey = key;
    }
    m_rows.clear();
    m_first.clear();
    m_kind = nullptr;
    m_shape = QString::number(m_id);
    if (m_page) {
        // The change may come from a signal of one of its own editors.
        m_page->hide();
        m_page->setParent(nullptr);
        m_page->deleteLater();
    }
    m_page = new QWidget;
    m_page->setBackgroundRole(QPalette::Base);
    auto *column = new QVBoxLayout(m_page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_column->insertWidget(0, m_page);
    if (m_id == 0) {
        QLabel *none = makeLabel(tr("Choose a route or a node to see and change it."), TextStyle::Body, Token::Text3);
        none->setWordWrap(true);
        column->addWidget(none);
        return;
    }
    addHead();
    for (const NodeField &field : fieldsOf(m_document.draft(), m_id, m_offers)) {
        m_shape += u' ' + field.key;
        addField(field);
    }
    m_page->show();
    if (hadFocus) {
        if (QWidget *again = editor(focusedKey))
            again->setFocus(Qt::OtherFocusReason);
    }
    showProblems();
}

void NodeForm::addHead()
{
    auto *column = static_cast<QVBoxLayout *>(m_page->layout());
    const RouteDraft &draft = m_document.draft();
    QLabel *title = makeElidedLabel(draftTitle(draft, m_id), TextStyle::DrawerTitle, Token::Text);
    column->addWidget(title);
    column->addWidget(makeElidedLabel(QString::fromStdString(draft.pointer(m_id)), TextStyle::Code, Token::Text3,
                                      nullptr, Qt::ElideMiddle));
    column->addSpacing(6);
    if (draft.isRoute(m_id))
        return;
    const PolicyNode::Kind kind = draft.fields(m_id).node.kind;
    m_kind = new QComboBox;
    m_kind->setMinimumHeight(28);
    m_kind->setAccessibleName(tr("Kind"));
    for (int i = 0; i <= int(PolicyNode::Kind::Reject); ++i) {
        const auto one = PolicyNode::Kind(i);
        if (one == kind || holdsChildren(one) || draft.children(m_id).empty())
            m_kind->addItem(nodeTitle(newPolicyNode(one)), i);
    }
    m_kind->setCurrentIndex(m_kind->findData(int(kind)));
    QLabel *label = makeLabel(tr("Kind"), TextStyle::BodyStrong, Token::Text);
    label->setBuddy(m_kind);
    QLabel *note = makeLabel(kindWords(kind), TextStyle::Small, Token::Text3);
    note->setWordWrap(true);
    column->addWidget(label);
    column->addWidget(m_kind);
    column->addWidget(note);
    column->addSpacing(4);
    connect(m_kind, &QComboBox::activated, this, [this, note, kind](int index) {
        if (m_document.setKind(m_id, PolicyNode::Kind(m_kind->itemData(index).toInt())))
            return;
        note->setText(m_document.why());
        setLabelToken(note, Token::StopText);
        m_kind->setCurrentIndex(m_kind->findData(int(kind)));
    });
}

void NodeForm::addField(const NodeField &field)
{
    auto *column = static_cast<QVBoxLayout *>(m_page->layout());
    if (!field.section.isEmpty()) {
        QLabel *section = makeLabel(field.section, TextStyle::PanelHead, Token::Text);
        section->setContentsMargins(0, 10, 0, 2);
        section->setWordWrap(true);
        column->addWidget(section);
    }
    Row row{field, makeEditor(field), makeLabel(field.hint, TextStyle::Small, Token::Text3), {}};
    row.editor->setAccessibleName(field.label);
    if (field.kind != NodeField::Kind::Check) {
        QLabel *label = makeLabel(field.label, TextStyle::BodyStrong, Token::Text);
        label->setWordWrap(true);
        label->setBuddy(row.editor);
        column->addWidget(label);
    }
    row.note->setWordWrap(true);
    column->addWidget(row.editor);
    column->addWidget(row.note);
    column->addSpacing(4);
    if (m_first.isEmpty())
        m_first = field.key;
    write(row, field.value);
    showNote(row, {}, false);
    m_rows[field.key] = std::move(row);
}

QWidget *NodeForm::makeEditor(const NodeField &field)
{
    switch (field.kind) {
    case NodeField::Kind::Text:
        return makeText(field);
    case NodeField::Kind::Choice:
        return makeChoice(field);
    case NodeField::Kind::Words:
        return makeWords(field);
    case NodeField::Kind::Check:
        break;
    }
    auto *box = new QCheckBox(field.label);
    connect(box, &QCheckBox::toggled, this, [this, key = field.key] { commit(key); });
    return box;
}

QWidget *NodeForm::makeText(const NodeField &field)
{
    auto *edit = new QLineEdit;
    edit->setMinimumHeight(28);
    connect(edit, &QLineEdit::editingFinished, this, [this, key = field.key] { commit(key); });
    return edit;
}

QWidget *NodeForm::makeChoice(const NodeField &field)
{
    auto *box = new QComboBox;
    box->setMinimumHeight(28);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(12);
    for (const auto &[text, value] : field.options)
        box->addItem(text, value);
    if (field.free) {
        box->setEditable(true);
        box->setInsertPolicy(QComboBox::NoInsert);
        box->lineEdit()->setAccessibleName(field.label);
        connect(box->lineEdit(), &QLineEdit::editingFinished, this, [this, key = field.key] { commit(key); });
    }
    connect(box, &QComboBox::activated, this, [this, key = field.key] { commit(key); });
    return box;
}

QWidget *NodeForm::makeWords(const NodeField &field)
{
    auto *box = new QWidget;
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(2);
    int at = 0;
    for (const auto &[text, value] : field.options) {
        auto *check = new QCheckBox(text);
        check->setObjectName(value);
        grid->addWidget(check, at / 2, at % 2);
        ++at;
        if (at == 1)
            box->setFocusProxy(check);
        connect(check, &QCheckBox::toggled, this, [this, key = field.key] { commit(key); });
    }
    return box;
}

QString NodeForm::written(const Row &row) const
{
    if (const auto *edit = qobject_cast<const QLineEdit *>(row.editor))
        return edit->text();
    if (const auto *check = qobject_cast<const QCheckBox *>(row.editor))
        return check->isChecked() ? u"1"_s : QString();
    if (const auto *box = qobject_cast<const QComboBox *>(row.editor)) {
        const int at = box->isEditable() ? box->findText(box->currentText()) : box->currentIndex();
        return at >= 0 ? box->itemData(at).toString() : box->currentText();
    }
    QStringList chosen;
    for (const auto &[text, value] : row.field.options) {
        const auto *check = row.editor->findChild<QCheckBox *>(value);
        if (check && check->isChecked())
            chosen << value;
    }
    return chosen.join(u", "_s);
}

void NodeForm::write(Row &row, const QString &value)
{
    const QScopedValueRollback filling(m_filling, true);
    if (auto *edit = qobject_cast<QLineEdit *>(row.editor)) {
        if (edit->text() != value)
            edit->setText(value);
    } else if (auto *check = qobject_cast<QCheckBox *>(row.editor)) {
        check->setChecked(!value.isEmpty());
    } else if (auto *box = qobject_cast<QComboBox *>(row.editor)) {
        const int at = box->findData(value);
        if (at < 0 && !row.field.free && !value.isEmpty())
            box->addItem(value, value); // something the list does not offer, such as a provider that is gone
        box->setCurrentIndex(box->findData(value));
        if (box->isEditable())
            box->setEditText(at >= 0 ? box->itemText(at) : value);
    } else {
        const QStringList chosen = value.split(u", "_s);
        for (const auto &[text, word] : row.field.options) {
            if (auto *one = row.editor->findChild<QCheckBox *>(word))
                one->setChecked(chosen.contains(word));
        }
    }
}

void NodeForm::commit(const QString &key)
{
    const auto found = m_rows.find(key);
    if (m_filling || found == m_rows.end() || !m_document.draft().contains(m_id))
        return;
    Row &row = found->second;
    const QString value = written(row);
    if (value == row.field.value && row.wrong.isEmpty())
        return;
    DraftFields fields = m_document.draft().fields(m_id);
    row.wrong = row.field.set(fields, value);
    if (!row.wrong.isEmpty()) {
        showNote(row, row.wrong, true);
        return;
    }
    showNote(row, {}, false);
    const DraftId id = m_id;
    m_document.setFields(id, fields, key); // the rows may be others behind this
    refresh();
}

void NodeForm::showNote(Row &row, const QString &problem, bool isError)
{
    row.note->setText(problem.isEmpty() ? row.field.hint : problem);
    setLabelToken(row.note, problem.isEmpty() ? Token::Text3 : isError ? Token::StopText : Token::CautionText);
    row.note->setVisible(!row.note->text().isEmpty());
    row.editor->setAccessibleDescription(row.note->text());
    row.editor->setProperty("wrong", isError && !problem.isEmpty());
    if (auto *edit = qobject_cast<QLineEdit *>(row.editor))
        setInvalid(edit, isError && !problem.isEmpty());
}

void NodeForm::showProblems()
{
    if (!m_document.draft().contains(m_id))
        return;
    for (auto &[key, row] : m_rows)
        showNote(row, row.wrong, true);
    for (const RouteDocument::OwnProblem &problem : m_document.problemsOf(m_id)) {
        // "constraints/regions/0" belongs to the field "constraints/regions".
        for (QString path = problem.key; !path.isEmpty(); path = path.section(u'/', 0, -2)) {
            const auto found = m_rows.find(path);
            if (found == m_rows.end())
                continue;
            QString words = problem.text; // the reader begins in the middle of a sentence
            words[0] = words.at(0).toUpper();
            if (found->second.wrong.isEmpty())
                showNote(found->second, words, problem.isError);
            break;
        }
    }
}

void NodeForm::focusFirst()
{
    if (QWidget *first = editor(m_first))
        first->setFocus(Qt::OtherFocusReason);
}

QWidget *NodeForm::editor(const QString &key) const
{
    const auto found = m_rows.find(key);
    return found == m_rows.end() ? nullptr : found->second.editor;
}

QString NodeForm::noteAt(const QString &key) const
{
    const auto found = m_rows.find(key);
    return found == m_rows.end() ? QString() : found->second.note->text();
}

bool NodeForm::isWrong(const QString &key) const
{
    const QWidget *one = editor(key);
    return one && one->property("wrong").toBool();
}

} // namespace signalbox
