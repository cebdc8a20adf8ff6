// What is most spoken where (CLDR, likely subtags).
#include <unicode/locid.h>

#include "services/survey/domain/rules.h"

namespace huiyin::survey {

std::string LanguageOfCountry(const std::string& country) {
  if (country.size() != 2) return "";
  icu::Locale locale("und", country.c_str());
  UErrorCode error = U_ZERO_ERROR;
  locale.addLikelySubtags(error);
  const std::string language = locale.getLanguage();
  if (U_FAILURE(error) || language == "und") return "";
  // Chinese is written in two ways.
  return std::string_view(locale.getScript()) == "Hant" ? language + "-Hant" : language;
}

}  // namespace huiyin::survey
