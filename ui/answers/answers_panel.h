// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/answers/answer_cards.h"
#include "ui/widgets/panel.h"

#include <QtWidgets/QAbstractButton>

namespace signalbox {

// One answer as a button: icon, sentence with its subject in bold, a chevron where it leads somewhere. GUI thread.
class AnswerRow final : public QAbstractButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AnswerRow)

public:
    explicit AnswerRow(QWidget *parent = nullptr);

    void show(const AnswerCard &card);
    const AnswerCard &card() const { return m_card; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override { return {260, heightForWidth(qMax(180, width()))}; }
    QSize minimumSizeHint() const override { return {180, heightForWidth(qMax(180, width()))}; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;

private:
    int textWidth(int width) const;

    AnswerCard m_card;
};

// Answers in words, one under the other. What they need comes from whoever owns it. GUI thread.
class AnswersPanel final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AnswersPanel)

public:
    explicit AnswersPanel(QWidget *parent = nullptr);

    void showData(const AnswersData &data);
    void showLimits(const GatewaySnapshot &snapshot, const Config &config, qint64 nowMs);
    std::vector<AnswerRow *> rows() const { return m_rows; }
    AnswerRow *row(const QString &id) const;

Q_SIGNALS:
    void requestsWanted(const QString &filter);
    void projectsWanted();
    void providersWanted();
    void reconcileWanted();

private:
    void follow(const AnswerCard &card);

    std::vector<AnswerRow *> m_rows;
};

} // namespace signalbox
