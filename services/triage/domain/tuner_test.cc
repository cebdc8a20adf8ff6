#include "services/triage/domain/tuner.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "libs/testing/status.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/text/model_for_tests.h"

namespace huiyin::triage {
namespace {

using ::huiyin::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A shop's own word that the shipped model cannot know: its "cloud card" is a membership.
constexpr std::string_view kOpenings[] = {"你好", "请问",   "麻烦看下", "在吗",
                                          "您好", "问一下", "客服",     "亲"};
constexpr std::string_view kMatters[] = {"云朵卡过期了还能用吗", "云朵卡怎么退不了",
                                         "云朵卡坏了",           "我的云朵卡什么时候发",
                                         "云朵卡要多少钱",       "云朵卡怎么换一张"};

std::vector<Lesson> CloudCardLessons(std::size_t from, std::size_t to) {
  std::vector<Lesson> lessons;
  for (std::size_t i = from; i < to; ++i) {
    for (std::string_view matter : kMatters) {
      lessons.push_back({absl::StrCat(std::string(kOpenings[i]), "，", std::string(matter)),
                         Category::kAccount, std::nullopt, std::nullopt});
    }
  }
  return lessons;
}

std::vector<Lesson> HeldMessages() {
  std::ifstream in(HUIYIN_SOURCE_DIR "/services/triage/model/held.tsv", std::ios::binary);
  const std::string tsv{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto lessons = ParseLessons(tsv);
  EXPECT_OK(lessons);
  return lessons.ok() ? *lessons : std::vector<Lesson>();
}

bool Always(int) { return true; }

TEST(Tuner, LearnsAShopsOwnWordAndForgetsLittleElse) {
  const Classifier& shipped = ShippedModel();
  const Patch patch = Tuner(shipped).Tune(CloudCardLessons(0, 6), Always);
  const auto candidate = shipped.With(patch);
  ASSERT_OK(candidate);
  const Comparison on_corrections = Compare(shipped, **candidate, CloudCardLessons(6, 8));
  EXPECT_EQ(on_corrections.messages, 12);
  EXPECT_GE(on_corrections.candidate_right, 11);
  EXPECT_GT(on_corrections.low, 0);
  const std::vector<Lesson> held = HeldMessages();
  EXPECT_THAT(held, SizeIs(::testing::Ge(300)));
  EXPECT_GT(Compare(shipped, **candidate, held).low, -0.03);
}

TEST(Tuner, IsDeterministicAndStopsWhenTold) {
  const Tuner tuner(ShippedModel());
  const std::vector<Lesson> lessons = CloudCardLessons(0, 3);
  EXPECT_EQ(Pack(tuner.Tune(lessons, Always)), Pack(tuner.Tune(lessons, Always)));
  int passes = 0;
  tuner.Tune(lessons, [&](int pass) {
    passes = pass;
    return pass < 2;
  });
  EXPECT_EQ(passes, 2);
  EXPECT_THAT(tuner.Tune({}, Always).rows, IsEmpty());
}

TEST(Tuner, TeachesOnlyTheLabelsThatWereGiven) {
  const Classifier& shipped = ShippedModel();
  const std::string message = "云朵卡怎么退不了";
  const auto candidate = shipped.With(Tuner(shipped).Tune(CloudCardLessons(0, 2), Always));
  ASSERT_OK(candidate);
  // The other heads say what they said; only what is made of all together may differ.
  const std::vector<float> before = Tuner::Scores(shipped, message);
  const std::vector<float> after = Tuner::Scores(**candidate, message);
  EXPECT_NE(before, after);
  EXPECT_TRUE(std::equal(before.begin() + text::kFirstSentiment, before.end(),
                         after.begin() + text::kFirstSentiment));
}

TEST(Patch, ComesBackFromBytesAndNamesItsVersion) {
  const Patch patch = Tuner(ShippedModel()).Tune(CloudCardLessons(0, 1), Always);
  const std::string bytes = Pack(patch);
  const auto back = Unpack(bytes);
  ASSERT_OK(back);
  EXPECT_EQ(back->rows, patch.rows);
  EXPECT_EQ(back->weights, patch.weights);
  EXPECT_EQ(VersionOf(*back), VersionOf(patch));
  const auto candidate = ShippedModel().With(*back);
  ASSERT_OK(candidate);
  EXPECT_THAT((*candidate)->model_version(),
              ::testing::StartsWith(ShippedModel().model_version() + "+"));
}

TEST(Patch, RefusesDamageAndOtherModels) {
  Patch patch = Tuner(ShippedModel()).Tune(CloudCardLessons(0, 1), Always);
  const std::string bytes = Pack(patch);
  for (std::size_t cut : {std::size_t{0}, std::size_t{7}, std::size_t{15}, bytes.size() - 1}) {
    EXPECT_THAT(Unpack(bytes.substr(0, cut)), StatusIs(absl::StatusCode::kDataLoss)) << cut;
  }
  std::string many = bytes;
  many[15] = '\xFF';  // four billion rows
  EXPECT_THAT(Unpack(many), StatusIs(absl::StatusCode::kDataLoss));
  patch.rows.back() = 1u << 30;
  EXPECT_THAT(ShippedModel().With(patch), StatusIs(absl::StatusCode::kInvalidArgument));
  patch.base_version = "other";
  EXPECT_THAT(ShippedModel().With(patch), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Compare, AModelAgainstItselfIsNoDifferenceAndNoProof) {
  const Comparison c = Compare(ShippedModel(), ShippedModel(), CloudCardLessons(0, 8));
  EXPECT_EQ(c.difference, 0);
  EXPECT_LT(c.low, 0);
  EXPECT_GT(c.high, 0);
  EXPECT_EQ(Compare(ShippedModel(), ShippedModel(), {}).messages, 0);
}

TEST(ParseLessons, NamesTheLineThatIsWrong) {
  const auto lessons = ParseLessons("REFUND\t-\tNEUTRAL\tNORMAL\tzh\t退款\n\n");
  ASSERT_OK(lessons);
  ASSERT_THAT(*lessons, SizeIs(1));
  EXPECT_EQ(lessons->front().text, "退款");
  const auto bad =
      ParseLessons("REFUND\t-\tNEUTRAL\tNORMAL\tzh\t退款\nREFUND\t-\tHAPPY\tNORMAL\tzh\tx");
  EXPECT_THAT(bad.status().message(), HasSubstr("line 2"));
}

}  // namespace
}  // namespace huiyin::triage
