#include "services/survey/storage/definition_json.h"

#include <nlohmann/json.hpp>

namespace huiyin::survey {
namespace {

using Json = nlohmann::json;

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Reads with `read`; false when the document has another shape than the one written.
template <class Read>
bool Parse(std::string_view text, Read read) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  try {
    read(json);
    return true;
  } catch (const Json::exception&) {
    return false;
  }
}

Json ToJson(const std::vector<Text>& texts) {
  Json json = Json::array();
  for (const Text& text : texts) json.push_back({text.language, text.text});
  return json;
}

std::vector<Text> TextsFrom(const Json& json) {
  std::vector<Text> texts;
  for (const Json& text : json) texts.push_back({text.at(0), text.at(1)});
  return texts;
}

Json ToJson(const Branch& branch) {
  Json json = {{"choice", branch.choice_id}, {"next", branch.next}};
  if (branch.min_score) json["min"] = *branch.min_score;
  if (branch.max_score) json["max"] = *branch.max_score;
  return json;
}

Branch BranchFrom(const Json& json) {
  Branch branch;
  if (json.contains("min")) branch.min_score = json.at("min").get<int>();
  if (json.contains("max")) branch.max_score = json.at("max").get<int>();
  branch.choice_id = json.at("choice");
  branch.next = json.at("next");
  return branch;
}

Json ToJson(const Question& question) {
  Json json = {{"id", question.id},
               {"type", static_cast<int>(question.type)},
               {"scale", question.scale ? static_cast<int>(*question.scale) : 0},
               {"required", question.required},
               {"texts", ToJson(question.texts)},
               {"max_items", question.max_items},
               {"choices", Json::array()},
               {"branches", Json::array()}};
  for (const Choice& choice : question.choices) {
    json["choices"].push_back({{"id", choice.id}, {"texts", ToJson(choice.texts)}});
  }
  for (const Branch& branch : question.branches) json["branches"].push_back(ToJson(branch));
  return json;
}

Question QuestionFrom(const Json& json) {
  Question question;
  question.id = json.at("id");
  question.type = static_cast<QuestionType>(json.at("type").get<int>());
  if (const int scale = json.at("scale")) question.scale = static_cast<SurveyKind>(scale);
  question.required = json.at("required");
  question.texts = TextsFrom(json.at("texts"));
  question.max_items = json.at("max_items");
  for (const Json& choice : json.at("choices")) {
    question.choices.push_back({choice.at("id"), TextsFrom(choice.at("texts"))});
  }
  for (const Json& branch : json.at("branches")) question.branches.push_back(BranchFrom(branch));
  return question;
}

// Durations in whole microseconds.
Json ToJson(absl::Duration duration) { return absl::ToInt64Microseconds(duration); }
absl::Duration DurationFrom(const Json& json) { return absl::Microseconds(json.get<int64_t>()); }

Json ToJson(const ContactCaps& caps) {
  return {{"cool_down", ToJson(caps.cool_down)},
          {"per_period", caps.per_period},
          {"period", ToJson(caps.period)}};
}

ContactCaps CapsFrom(const Json& json) {
  return {DurationFrom(json.at("cool_down")), json.at("per_period"),
          DurationFrom(json.at("period"))};
}

Json ToJson(const TriggerRule& rule) {
  return {{"id", rule.id},
          {"trigger", static_cast<int>(rule.trigger)},
          {"survey", rule.survey_id},
          {"delay", ToJson(rule.delay)},
          {"channels", rule.channels},
          {"tiers", rule.tiers},
          {"countries", rule.countries},
          {"sample_percent", rule.sample_percent},
          {"exchanges_only", rule.exchanges_only}};
}

TriggerRule RuleFrom(const Json& json) {
  return {json.at("id"),
          static_cast<Trigger>(json.at("trigger").get<int>()),
          json.at("survey"),
          DurationFrom(json.at("delay")),
          json.at("channels").get<std::vector<int>>(),
          json.at("tiers").get<std::vector<int>>(),
          json.at("countries").get<std::vector<std::string>>(),
          json.at("sample_percent"),
          json.at("exchanges_only")};
}

}  // namespace

std::string SurveyToJson(const Survey& survey) {
  Json json = {{"kind", static_cast<int>(survey.kind)},
               {"purpose", static_cast<int>(survey.purpose)},
               {"questions", Json::array()}};
  for (const Question& question : survey.questions) json["questions"].push_back(ToJson(question));
  return Dump(json);
}

bool SurveyFromJson(std::string_view text, Survey& survey) {
  return Parse(text, [&](const Json& json) {
    survey.kind = static_cast<SurveyKind>(json.at("kind").get<int>());
    survey.purpose = static_cast<Purpose>(json.at("purpose").get<int>());
    for (const Json& question : json.at("questions")) {
      survey.questions.push_back(QuestionFrom(question));
    }
  });
}

std::string RulesToJson(const Rules& rules) {
  Json json = {{"rules", Json::array()},
               {"limits", ToJson(rules.caps)},
               {"tier_limits", Json::array()},
               {"quiet", {rules.quiet.from_minute, rules.quiet.until_minute}},
               {"zone", rules.default_zone},
               {"reminder_delay", ToJson(rules.reminder_delay)},
               {"link_lifetime", ToJson(rules.link_lifetime)},
               {"language", rules.default_language},
               {"consent_required", rules.consent_required}};
  for (const TriggerRule& rule : rules.triggers) json["rules"].push_back(ToJson(rule));
  for (const TierCaps& entry : rules.tier_caps) {
    json["tier_limits"].push_back({{"tier", entry.tier}, {"limits", ToJson(entry.caps)}});
  }
  return Dump(json);
}

bool RulesFromJson(std::string_view text, Rules& rules) {
  return Parse(text, [&](const Json& json) {
    rules = Rules{};
    for (const Json& rule : json.at("rules")) rules.triggers.push_back(RuleFrom(rule));
    rules.caps = CapsFrom(json.at("limits"));
    for (const Json& entry : json.at("tier_limits")) {
      rules.tier_caps.push_back({entry.at("tier"), CapsFrom(entry.at("limits"))});
    }
    rules.quiet = {json.at("quiet").at(0), json.at("quiet").at(1)};
    rules.default_zone = json.at("zone");
    rules.reminder_delay = DurationFrom(json.at("reminder_delay"));
    rules.link_lifetime = DurationFrom(json.at("link_lifetime"));
    rules.default_language = json.at("language");
    rules.consent_required = json.at("consent_required");
  });
}

}  // namespace huiyin::survey
