// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

// What a page says when it has nothing to show: icon, bold sentence, what is true, the next step.
class EmptyState final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EmptyState)

public:
    EmptyState(const QString &icon, const QString &sentence, const QString &explanation, QWidget *parent = nullptr);

    void setTexts(const QString &sentence, const QString &explanation);
    QPushButton *addButton(const QString &text, const QString &icon = {});
    void setCode(const QString &code); // text to copy, with its button
    QString code() const;

protected:
    void showEvent(QShowEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void fit();

    QLabel *m_sentence;
    QLabel *m_explanation;
    QWidget *m_codeBox;
    QLabel *m_code;
    QVBoxLayout *m_column;
};

} // namespace signalbox
