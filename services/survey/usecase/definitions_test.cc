#include "services/survey/usecase/definitions.h"

#include "services/survey/usecase/testing/survey_fixture.h"

namespace huiyin::survey {
namespace {

using testing::HasReason;

using DefinitionsTest = SurveyTest;

TEST_F(DefinitionsTest, DraftsAreNotAskedUntilPublished) {
  WriteSurveyCommand command;
  command.tenant = TenantId("t1");
  command.content = *setup_.catalogue.Newest("effort");
  command.content.id = "ticket";
  const auto draft = UpdateSurvey(unit_, command);
  ASSERT_OK(draft);
  EXPECT_EQ(draft->version, 2u);
  Invite("ticket-1", "c1");
  EXPECT_EQ(events_.invited.back().survey_version, 1u);
  ASSERT_OK(PublishSurvey(unit_, {TenantId("t1"), "ticket", EtagOf(*draft)}));
  Invite("ticket-2", "c2");
  EXPECT_EQ(events_.invited.back().survey_version, 2u);
  EXPECT_THAT(PublishSurvey(unit_, {TenantId("t1"), "ticket", ""}), HasReason("NO_DRAFT"));
  command.etag = EtagOf(*draft);
  EXPECT_THAT(UpdateSurvey(unit_, command), HasReason("ETAG_MISMATCH"));
}

}  // namespace
}  // namespace huiyin::survey
