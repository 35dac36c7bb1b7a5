// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/form_drawer.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int drawerWidth = 364;
} // namespace

FormDrawer::FormDrawer(QWidget *parent)
    : QFrame(parent),
      m_title(makeElidedLabel({}, TextStyle::DrawerTitle, Token::Text)),
      m_column(new QVBoxLayout),
      m_footer(new QHBoxLayout),
      m_problem(makeLabel({}, TextStyle::Small, Token::StopText)),
      m_submit(makeButton(tr("&Save"), ButtonKind::Primary))
{
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFixedWidth(drawerWidth);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(16, 12, 12, 8);
    QToolButton *close = makeIconButton(u"close"_s, tr("Close the form"));
    head->addWidget(m_title, 1);
    head->addWidget(close);
    outer->addLayout(head);
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus); // its fields have it, and bring themselves into view
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *inner = new QWidget;
    auto *around = new QVBoxLayout(inner);
    around->setContentsMargins(16, 4, 16, 12);
    m_column->setSpacing(4);
    around->addLayout(m_column);
    around->addStretch();
    area->setWidget(inner);
    outer->addWidget(area, 1);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(16, 4, 16, 4);
    m_problem->hide();
    outer->addWidget(m_problem);
    m_footer->setContentsMargins(16, 8, 16, 12);
    m_footer->setSpacing(8);
    m_footer->addStretch();
    m_footer->addWidget(m_submit);
    outer->addLayout(m_footer);
    connect(close, &QToolButton::clicked, this, &FormDrawer::closeRequested);
    connect(m_submit, &QPushButton::clicked, this, &FormDrawer::submitted);
}

void FormDrawer::setTitle(const QString &title)
{
    m_title->setText(title);
    m_title->setToolTip(title);
    setAccessibleName(title);
}

void FormDrawer::addSection(const QString &title)
{
    QLabel *label = makeLabel(title, TextStyle::PanelHead, Token::Text);
    label->setContentsMargins(0, 10, 0, 2);
    label->setWordWrap(true);
    m_column->addWidget(label);
}

void FormDrawer::addField(const QString &key, const QString &label, QWidget *editor, const QString &hint)
{
    Field field{editor, makeLabel(hint, TextStyle::Small, Token::Text3), hint};
    if (!label.isEmpty()) {
        QLabel *name = makeLabel(label, TextStyle::BodyStrong, Token::Text);
        name->setBuddy(editor);
        name->setWordWrap(true);
        editor->setAccessibleName(label);
        m_column->addWidget(name);
    }
    editor->setAccessibleDescription(hint);
    field.note->setWordWrap(true);
    field.note->setVisible(!hint.isEmpty());
    m_column->addWidget(editor);
    m_column->addWidget(field.note);
    m_column->addSpacing(4);
    if (m_first.isEmpty())
        m_first = key;
    m_fields[key] = field;
}

void FormDrawer::addText(const QString &key, const QString &label, const QString &hint)
{
    auto *edit = new QLineEdit;
    edit->setMinimumHeight(28);
    addField(key, label, edit, hint);
    connect(edit, &QLineEdit::textEdited, this, [this, key] { setError(key, {}); });
    connect(edit, &QLineEdit::returnPressed, this, &FormDrawer::submitted);
}

void FormDrawer::addChoice(const QString &key, const QString &label, const Choices &choices, const QString &hint)
{
    auto *box = new QComboBox;
    box->setMinimumHeight(28);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // long names must not widen the form
    box->setMinimumContentsLength(12);
    addField(key, label, box, hint);
    setChoices(key, choices);
    connect(box, &QComboBox::activated, this, [this, key] { setError(key, {}); });
}

void FormDrawer::addCheck(const QString &key, const QString &label, const QString &hint)
{
    auto *box = new QCheckBox(label);
    addField(key, {}, box, hint);
}

void FormDrawer::addWidget(QWidget *widget)
{
    m_column->addWidget(widget);
}

QPushButton *FormDrawer::addButton(QPushButton *button)
{
    m_footer->insertWidget(m_footer->count() - 2, button);
    return button;
}

QWidget *FormDrawer::field(const QString &key) const
{
    const auto found = m_fields.find(key);
    return found == m_fields.end() ? nullptr : found->second.editor;
}

QString FormDrawer::text(const QString &key) const
{
    const auto *edit = qobject_cast<QLineEdit *>(field(key));
    return edit ? edit->text().trimmed() : QString();
}

QStringList FormDrawer::list(const QString &key) const
{
    QStringList parts;
    for (const QString &part : text(key).split(u',', Qt::SkipEmptyParts)) {
        if (const QString word = part.trimmed(); !word.isEmpty())
            parts += word;
    }
    return parts;
}

QVariant FormDrawer::choice(const QString &key) const
{
    const auto *box = qobject_cast<QComboBox *>(field(key));
    return box ? box->currentData() : QVariant();
}

bool FormDrawer::checked(const QString &key) const
{
    const auto *box = qobject_cast<QCheckBox *>(field(key));
    return box && box->isChecked();
}

void FormDrawer::setText(const QString &key, const QString &text)
{
    if (auto *edit = qobject_cast<QLineEdit *>(field(key)))
        edit->setText(text);
}

void FormDrawer::setChoice(const QString &key, const QVariant &value)
{
    if (auto *box = qobject_cast<QComboBox *>(field(key)))
        box->setCurrentIndex(qMax(0, box->findData(value)));
}

void FormDrawer::setChoices(const QString &key, const Choices &choices)
{
    auto *box = qobject_cast<QComboBox *>(field(key));
    if (!box)
        return;
    const QVariant chosen = box->currentData();
    box->clear();
    for (const auto &[text, value] : choices)
        box->addItem(text, value);
    setChoice(key, chosen);
}

void FormDrawer::setChecked(const QString &key, bool on)
{
    if (auto *box = qobject_cast<QCheckBox *>(field(key)))
        box->setChecked(on);
}

void FormDrawer::setFieldEnabled(const QString &key, bool on)
{
    if (QWidget *editor = field(key))
        editor->setEnabled(on);
}

void FormDrawer::clearErrors()
{
    for (const auto &[key, one] : m_fields)
        setError(key, {});
    m_problem->clear();
    m_problem->hide();
}

void FormDrawer::setError(const QString &key, const QString &message)
{
    const auto found = m_fields.find(key);
    if (found == m_fields.end()) {
        m_problem->setText(message);
        m_problem->setVisible(!message.isEmpty());
        return;
    }
    Field &one = found->second;
    one.wrong = !message.isEmpty();
    one.note->setText(one.wrong ? message : one.hint);
    one.note->setVisible(!one.note->text().isEmpty());
    setLabelToken(one.note, one.wrong ? Token::StopText : Token::Text3);
    one.editor->setAccessibleDescription(one.note->text());
    if (auto *edit = qobject_cast<QLineEdit *>(one.editor))
        setInvalid(edit, one.wrong);
    if (one.wrong)
        one.editor->setFocus(Qt::OtherFocusReason);
}

void FormDrawer::placeProblem(const QString &message, const QString &prefix)
{
    const qsizetype at = message.indexOf(prefix + u'/');
    const qsizetype colon = at < 0 ? -1 : message.indexOf(u": "_s, at);
    if (colon > 0) {
        const QStringList path = message.sliced(at + prefix.size() + 1, colon - at - prefix.size() - 1).split(u'/');
        for (qsizetype i = path.size() - 1; i >= 1; --i) {
            if (m_fields.contains(path[i])) {
                setError(path[i], message.sliced(colon + 2));
                return;
            }
        }
    }
    setError({}, message);
}

QString FormDrawer::errorAt(const QString &key) const
{
    const auto found = m_fields.find(key);
    return found == m_fields.end() || !found->second.wrong ? QString() : found->second.note->text();
}

QString FormDrawer::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

bool FormDrawer::hasErrors() const
{
    for (const auto &[key, one] : m_fields) {
        if (one.wrong)
            return true;
    }
    return !m_problem->isHidden();
}

void FormDrawer::focusFirst()
{
    if (QWidget *editor = field(m_first); editor && editor->isEnabled())
        editor->setFocus(Qt::OtherFocusReason);
}

} // namespace signalbox
