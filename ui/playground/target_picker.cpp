// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/target_picker.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QCompleter>
#include <QtWidgets/QLineEdit>

namespace signalbox {

TargetPicker::TargetPicker(QWidget *parent) : QComboBox(parent), m_config(std::make_shared<Config>())
{
    setEditable(true);
    setInsertPolicy(QComboBox::NoInsert);
    setAccessibleName(tr("Model, route or target"));
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    setMinimumHeight(28);
    setMaxVisibleItems(18);
    completer()->setCompletionMode(QCompleter::PopupCompletion);
    completer()->popup()->setProperty("popup", true); // a window of its own, with nothing behind it
    completer()->setFilterMode(Qt::MatchContains);
    completer()->setCaseSensitivity(Qt::CaseInsensitive);
    connect(lineEdit(), &QLineEdit::editingFinished, this, &TargetPicker::targetChanged);
    connect(this, &QComboBox::activated, this, &TargetPicker::targetChanged);
}

void TargetPicker::setChoices(const std::vector<TargetChoice> &choices, ConfigPtr config)
{
    m_config = std::move(config);
    if (choices == m_choices)
        return;
    m_choices = choices;
    const QSignalBlocker quiet(this);
    const QString text = currentText();
    clear();
    for (const TargetChoice &choice : choices)
        addItem(choice.label);
    setCurrentIndex(findText(text));
    setEditText(text);
}

void TargetPicker::setTarget(const ChatTarget &target)
{
    setEditText(targetLabel(target));
}

ChatTarget TargetPicker::target() const
{
    return targetFromLabel(currentText(), m_choices, *m_config);
}

void TargetPicker::focusText()
{
    setFocus(Qt::ShortcutFocusReason);
    lineEdit()->selectAll();
}

} // namespace signalbox
