// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QVariant>
#include <QtWidgets/QFrame>

#include <map>
#include <utility>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

// A form at the right of a page: labelled fields under keys, each with a hint that an error replaces, a row of
// buttons, one of them filled. Knows nothing of what it asks for. GUI thread.
class FormDrawer final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FormDrawer)

public:
    using Choices = QList<std::pair<QString, QVariant>>;

    explicit FormDrawer(QWidget *parent = nullptr);

    void setTitle(const QString &title);
    void addSection(const QString &title);
    void addText(const QString &key, const QString &label, const QString &hint = {});
    void addChoice(const QString &key, const QString &label, const Choices &choices, const QString &hint = {});
    void addCheck(const QString &key, const QString &label, const QString &hint = {});
    void addWidget(QWidget *widget);                       // in the column of the fields
    QPushButton *addButton(QPushButton *button);           // in the footer, at the left
    QPushButton *submitButton() const { return m_submit; } // filled

    QString text(const QString &key) const;     // trimmed
    QStringList list(const QString &key) const; // of a text, parted by commas
    QVariant choice(const QString &key) const;
    bool checked(const QString &key) const;
    void setText(const QString &key, const QString &text);
    void setChoice(const QString &key, const QVariant &value);
    void setChoices(const QString &key, const Choices &choices);
    void setChecked(const QString &key, bool on);
    void setFieldEnabled(const QString &key, bool on);
    QWidget *field(const QString &key) const;

    void clearErrors();
    void setError(const QString &key, const QString &message); // under the field; unknown key: above the buttons
    // A config's error, `FILE: /clients/3/models/0: what is allowed`: to the field named after the index below
    // `prefix` ("/clients"), or deeper below it.
    void placeProblem(const QString &message, const QString &prefix);
    QString errorAt(const QString &key) const;
    QString problem() const;
    bool hasErrors() const;
    void focusFirst();

Q_SIGNALS:
    void submitted();
    void closeRequested();

private:
    struct Field {
        QWidget *editor = nullptr;
        QLabel *note = nullptr;
        QString hint;
        bool wrong = false;
    };

    void addField(const QString &key, const QString &label, QWidget *editor, const QString &hint);

    std::map<QString, Field> m_fields;
    QString m_first;
    QLabel *m_title;
    QVBoxLayout *m_column;
    QHBoxLayout *m_footer;
    QLabel *m_problem;
    QPushButton *m_submit;
};

} // namespace signalbox
