// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/window_settings.h"

#include "ui/preferences/preferences.h"
#include "ui/settings/autostart.h"
#include "ui/settings/setting.h"
#include "ui/widgets/theme.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Settings)
};

using Type = SettingEntry::Type;

SettingEntry choice(const QString &key, const QString &section, const QVariant &usual, SettingEntry::Choices choices)
{
    SettingEntry setting{key, section, Type::Choice, {}, {}, {}, usual};
    setting.choices = std::move(choices);
    return setting;
}

void add(std::vector<SettingEntry> &table, SettingEntry setting, const QString &label, const QString &hint,
         const QString &words)
{
    setting.label = label;
    setting.hint = hint;
    setting.words = words;
    table.push_back(std::move(setting));
}

const QStringList appearanceSettings{themeSetting, densitySetting, textScaleSetting, motionSetting};

} // namespace

void addWindowSettings(std::vector<SettingEntry> &table)
{
    add(table,
        choice(themeSetting, u"appearance"_s, u"system"_s,
               {{Words::tr("As the system"), u"system"_s},
                {Words::tr("Light"), u"light"_s},
                {Words::tr("Dark"), u"dark"_s},
                {Words::tr("High contrast"), u"high-contrast"_s}}),
        Words::tr("Theme"), Words::tr("High contrast also gives every series a pattern"),
        Words::tr("colours dark light mode accessibility"));
    add(table,
        choice(densitySetting, u"appearance"_s, u"normal"_s,
               {{Words::tr("Normal"), u"normal"_s}, {Words::tr("Compact"), u"compact"_s}}),
        Words::tr("Density of tables"), Words::tr("Compact: more rows in the same height"),
        Words::tr("row height spacing"));
    add(table,
        choice(textScaleSetting, u"appearance"_s, 100,
               {{u"90 %"_s, 90}, {u"100 %"_s, 100}, {u"110 %"_s, 110}, {u"125 %"_s, 125}, {u"150 %"_s, 150}}),
        Words::tr("Text size"), Words::tr("Beside the scale of the screen"), Words::tr("font zoom larger smaller"));
    add(table,
        choice(motionSetting, u"appearance"_s, u"normal"_s,
               {{Words::tr("As designed"), u"normal"_s}, {Words::tr("Reduced"), u"reduced"_s}}),
        Words::tr("Motion"), Words::tr("Reduced: nothing slides, fades or shrinks"),
        Words::tr("animation reduce accessibility"));
    // There is one language so far; this says so instead of offering a list of one.
    add(table, choice(u"ui/language"_s, u"appearance"_s, u"en"_s, {{Words::tr("English"), u"en"_s}}),
        Words::tr("Language"), Words::tr("The only one so far; numbers and dates follow the system"),
        Words::tr("translation locale"));
    SettingEntry login{loginSetting, u"start"_s, Type::Switch, {}, {}, {}, false};
    add(table, login, Words::tr("Start at login"), Words::tr("The gateway too, with the window minimised"),
        Words::tr("autostart boot session"));
    add(table,
        choice(closeSetting, u"start"_s, u"stay"_s,
               {{Words::tr("The gateway goes on"), u"stay"_s}, {Words::tr("Signalbox ends"), u"quit"_s}}),
        Words::tr("When the window is closed"), Words::tr("Without a tray the window is minimised instead"),
        Words::tr("tray background quit exit hide minimise"));
    SettingEntry tray{traySetting, u"start"_s, Type::Switch, {}, {}, {}, true};
    add(table, tray, Words::tr("Show in the tray"), Words::tr("State, pause and quit, where the desktop has a tray"),
        Words::tr("icon notification area"));
}

WindowSettings::WindowSettings(QObject *parent) : QObject(parent) {}

QVariant WindowSettings::value(const SettingEntry &setting) const
{
    if (setting.key == loginSetting)
        return Autostart().isOn();
    const QVariant kept = Preferences().value(setting.key, setting.usual);
    // Files hold texts; the setting knows what it is.
    QVariant typed = kept;
    if (!typed.convert(setting.usual.metaType()))
        return setting.usual;
    if (setting.type == Type::Choice) {
        const bool known = std::any_of(setting.choices.begin(), setting.choices.end(),
                                       [&](const auto &choice) { return choice.second == typed; });
        return known ? typed : setting.usual;
    }
    return typed;
}

QString WindowSettings::setValue(const SettingEntry &setting, const QVariant &value)
{
    if (setting.key == loginSetting) {
        const auto done = Autostart().set(value.toBool());
        if (!done)
            return QString::fromStdString(done.error().message);
    } else if (value == setting.usual) {
        Preferences().remove(setting.key);
    } else {
        Preferences().setValue(setting.key, value);
    }
    applyAppearance();
    Q_EMIT changed(setting.key, value);
    return {};
}

void WindowSettings::applyAppearance()
{
    std::vector<SettingEntry> table;
    addWindowSettings(table);
    const WindowSettings kept;
    const auto text = [&](const QString &key) {
        const auto found =
            std::find_if(table.begin(), table.end(), [&](const SettingEntry &setting) { return setting.key == key; });
        return kept.value(*found);
    };
    theme().setReduceMotion(text(motionSetting).toString() == "reduced"_L1);
    theme().setCompactRows(text(densitySetting).toString() == "compact"_L1);
    theme().setTextScale(text(textScaleSetting).toInt());
    theme().setMode(Theme::modeFromName(text(themeSetting).toString()));
}

QVariantMap WindowSettings::appearance()
{
    QVariantMap values;
    for (const QString &key : appearanceSettings) {
        if (Preferences().contains(key))
            values[key] = Preferences().value(key);
    }
    return values;
}

void WindowSettings::takeOver(const QVariantMap &appearance)
{
    for (auto it = appearance.begin(); it != appearance.end(); ++it) {
        if (!Preferences().contains(it.key()))
            Preferences().setValue(it.key(), it.value());
    }
    applyAppearance();
}

} // namespace signalbox
