// SPDX-License-Identifier: GPL-3.0-or-later
// What of the page is shown: the search, the filter, the way to a section.
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_page.h"
#include "ui/settings/shortcuts_panel.h"
#include "ui/widgets/panel.h"

#include <QtWidgets/QCheckBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int listFrom = 980; // of the page; below there is no room for the list of sections
}

void SettingsPage::setSearch(const QString &search)
{
    m_search->setText(search);
}

void SettingsPage::setChangedOnly(bool on)
{
    m_changedOnly->setChecked(on);
}

bool SettingsPage::partMatches(const Section &section) const
{
    const QString search = m_search->text().simplified();
    if (section.id == "shortcuts"_L1 && m_shortcuts->matches(search))
        return true;
    QString words = section.title + u' ' + section.words;
    for (const QLabel *label : section.part->findChildren<QLabel *>())
        words += u' ' + label->text();
    for (const QPushButton *button : section.part->findChildren<QPushButton *>())
        words += u' ' + button->text().remove(u'&');
    return textMatches(words, search);
}

void SettingsPage::filter()
{
    const QString search = m_search->text().simplified();
    const bool changedOnly = m_changedOnly->isChecked();
    bool anything = false;
    for (size_t i = 0; i < m_sections.size(); ++i) {
        Section &section = m_sections[i];
        bool any = false;
        for (SettingRow *row : section.rows) {
            const bool shown = settingMatches(row->setting(), section.title, search) &&
                               (!changedOnly || !row->isDefault() || row->isPending());
            row->setVisible(shown);
            row->setSearch(search);
            any = any || shown;
        }
        if (section.part) {
            const bool shown = !changedOnly && partMatches(section);
            section.part->setVisible(shown);
            any = any || shown;
        }
        section.panel->setVisible(any);
        m_list->item(int(i))->setHidden(!any);
        anything = anything || any;
    }
    m_shortcuts->setSearch(search);
    m_nothing->setText(search.isEmpty() ? tr("Every setting is as it comes.")
                                        : tr("No setting is about “%1”.").arg(search));
    m_nothing->setVisible(!anything);
    if (!search.isEmpty())
        m_area->ensureVisible(0, 0);
}

void SettingsPage::showSection(const QString &section)
{
    setSearch({});
    setChangedOnly(false);
    const QString id = section == "retention"_L1 ? u"privacy"_s : section;
    const auto found =
        std::find_if(m_sections.begin(), m_sections.end(), [&](const Section &known) { return known.id == id; });
    if (found == m_sections.end())
        return;
    m_list->setCurrentRow(int(found - m_sections.begin()));
    m_area->widget()->layout()->activate();
    const int top = found->panel->mapTo(m_area->widget(), QPoint()).y();
    m_area->ensureVisible(0, top + m_area->viewport()->height() - 12, 0, 0); // its head to the top
    m_area->ensureVisible(0, top, 0, 12);
}

void SettingsPage::resizeEvent(QResizeEvent *event)
{
    Page::resizeEvent(event);
    m_list->setVisible(width() >= listFrom);
}

} // namespace signalbox
