// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/model_names.h"

namespace signalbox {

namespace {

// 0 in the form stands for any digit, everything else for itself: the century is what tells a date from other numbers.
bool endsIn(std::string_view text, std::string_view form)
{
    if (text.size() <= form.size())
        return false;
    text.remove_prefix(text.size() - form.size());
    for (size_t i = 0; i < form.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == '0' && i != 2 ? !digit : text[i] != form[i])
            return false;
    }
    return true;
}

std::string_view withoutDate(std::string_view model)
{
    for (const std::string_view form : {"-2000-00-00", "-20000000", "@20000000"}) {
        if (endsIn(model, form))
            return model.substr(0, model.size() - form.size());
    }
    return model;
}

} // namespace

std::vector<std::string_view> modelNameForms(std::string_view model)
{
    std::vector<std::string_view> forms{model};
    const auto add = [&forms](std::string_view form) {
        if (!form.empty() && form != forms.back())
            forms.push_back(form);
    };
    if (model.starts_with("models/"))
        add(model.substr(7));
    if (forms.back().ends_with(":latest"))
        add(forms.back().substr(0, forms.back().size() - 7));
    add(withoutDate(forms.back()));
    return forms;
}

} // namespace signalbox
