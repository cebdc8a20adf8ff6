// The surveys every tenant starts with. A changed text or question is a new version: keep the old
// one in the list while its answers are of interest.
#include <utility>

#include "services/survey/domain/survey.h"

namespace huiyin::survey {
namespace {

const std::vector<Text> kTicketCsat = {
    {"en", "How satisfied are you with how we handled your request?"},
    {"zh", "您对本次问题的处理满意吗？"},
    {"ja", "今回の対応にご満足いただけましたか？"},
    {"ko", "이번 문의 처리에 만족하셨나요?"},
    {"es", "¿Qué tan satisfecho está con la atención a su solicitud?"},
    {"pt", "Qual é a sua satisfação com o atendimento à sua solicitação?"},
    {"fr", "Êtes-vous satisfait du traitement de votre demande ?"},
    {"de", "Wie zufrieden sind Sie mit der Bearbeitung Ihres Anliegens?"},
    {"ru", "Насколько вы довольны решением вашего вопроса?"},
    {"id", "Seberapa puas Anda dengan penanganan permintaan Anda?"},
};

const std::vector<Text> kRmaCsat = {
    {"en", "How satisfied are you with how your return was handled?"},
    {"zh", "您对本次退换货服务满意吗？"},
    {"ja", "返品・交換の対応にご満足いただけましたか？"},
    {"ko", "반품·교환 처리에 만족하셨나요?"},
    {"es", "¿Qué tan satisfecho está con la gestión de su devolución?"},
    {"pt", "Qual é a sua satisfação com o tratamento da sua devolução?"},
    {"fr", "Êtes-vous satisfait du traitement de votre retour ?"},
    {"de", "Wie zufrieden sind Sie mit der Abwicklung Ihrer Rücksendung?"},
    {"ru", "Насколько вы довольны тем, как прошёл возврат?"},
    {"id", "Seberapa puas Anda dengan penanganan pengembalian Anda?"},
};

const std::vector<Text> kNps = {
    {"en", "How likely are you to recommend us to a friend or colleague?"},
    {"zh", "您有多大可能把我们推荐给朋友或同事？"},
    {"ja", "当店をご友人や同僚に薦める可能性はどのくらいですか？"},
    {"ko", "저희를 친구나 동료에게 추천할 가능성은 얼마나 되나요?"},
    {"es", "¿Qué probabilidad hay de que nos recomiende a un amigo o colega?"},
    {"pt", "Qual é a probabilidade de nos recomendar a um amigo ou colega?"},
    {"fr", "Dans quelle mesure nous recommanderiez-vous à un ami ou collègue ?"},
    {"de", "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?"},
    {"ru", "Насколько вероятно, что вы порекомендуете нас другу или коллеге?"},
    {"id", "Seberapa besar kemungkinan Anda merekomendasikan kami kepada teman?"},
};

const std::vector<Text> kCes = {
    {"en", "How easy was it to get your problem solved?"},
    {"zh", "解决您的问题有多轻松？"},
    {"ja", "問題の解決はどのくらい簡単でしたか？"},
    {"ko", "문제를 해결하기가 얼마나 쉬웠나요?"},
    {"es", "¿Qué tan fácil fue resolver su problema?"},
    {"pt", "Foi fácil resolver o seu problema?"},
    {"fr", "A-t-il été facile de résoudre votre problème ?"},
    {"de", "Wie einfach war es, Ihr Problem lösen zu lassen?"},
    {"ru", "Насколько легко было решить вашу проблему?"},
    {"id", "Seberapa mudah masalah Anda diselesaikan?"},
};

const std::vector<Text> kComment = {
    {"en", "What could we do better?"},
    {"zh", "还有什么想对我们说的？"},
    {"ja", "ご意見・ご要望をお聞かせください。"},
    {"ko", "더 하고 싶은 말씀이 있으신가요?"},
    {"es", "¿Qué podríamos mejorar?"},
    {"pt", "O que poderíamos melhorar?"},
    {"fr", "Que pourrions-nous améliorer ?"},
    {"de", "Was können wir besser machen?"},
    {"ru", "Что мы могли бы улучшить?"},
    {"id", "Apa yang bisa kami perbaiki?"},
};

const std::vector<Text> kStars = {
    {"en", "How do you like this product?"},
    {"zh", "您觉得这件商品怎么样？"},
    {"ja", "この商品はいかがでしたか？"},
    {"ko", "이 상품은 어떠셨나요?"},
    {"es", "¿Qué le parece este producto?"},
    {"pt", "O que achou deste produto?"},
    {"fr", "Que pensez-vous de ce produit ?"},
    {"de", "Wie gefällt Ihnen dieses Produkt?"},
    {"ru", "Как вам этот товар?"},
    {"id", "Bagaimana pendapat Anda tentang produk ini?"},
};

const std::vector<Text> kReviewText = {
    {"en", "What should other buyers know?"},
    {"zh", "有什么想告诉其他买家的？"},
    {"ja", "ほかの購入者に伝えたいことはありますか？"},
    {"ko", "다른 구매자에게 알려 주고 싶은 점이 있나요?"},
    {"es", "¿Qué deberían saber otros compradores?"},
    {"pt", "O que outros compradores deveriam saber?"},
    {"fr", "Que devraient savoir les autres acheteurs ?"},
    {"de", "Was sollten andere Käufer wissen?"},
    {"ru", "Что стоит знать другим покупателям?"},
    {"id", "Apa yang perlu diketahui pembeli lain?"},
};

const std::vector<Text> kPhotos = {
    {"en", "Photos or videos"}, {"zh", "照片或视频"},        {"ja", "写真・動画"},
    {"ko", "사진 또는 동영상"}, {"es", "Fotos o vídeos"},    {"pt", "Fotos ou vídeos"},
    {"fr", "Photos ou vidéos"}, {"de", "Fotos oder Videos"}, {"ru", "Фото или видео"},
    {"id", "Foto atau video"},
};

Question ScoreQuestion(const char* id, SurveyKind scale, bool required,
                       const std::vector<Text>& texts) {
  return {id, QuestionType::kScore, scale, required, texts, {}, 0, {}};
}

Question OptionalQuestion(const char* id, QuestionType type, const std::vector<Text>& texts) {
  return {id, type, std::nullopt, false, texts, {}, 0, {}};
}

Survey BuiltIn(const char* id, std::vector<Question> questions) {
  Survey survey;
  survey.id = id;
  survey.kind = *questions.front().scale;
  survey.questions = std::move(questions);
  return survey;
}

}  // namespace

std::vector<Survey> DefaultSurveys() {
  constexpr bool kRequired = true, kOptional = false;
  const Question nps = ScoreQuestion("nps", SurveyKind::kNps, kOptional, kNps);
  const Question comment = OptionalQuestion("comment", QuestionType::kText, kComment);
  std::vector<Survey> surveys = {
      BuiltIn("ticket",
              {ScoreQuestion("csat", SurveyKind::kCsat, kRequired, kTicketCsat), nps, comment}),
      BuiltIn("rma", {ScoreQuestion("csat", SurveyKind::kCsat, kRequired, kRmaCsat), nps, comment}),
      BuiltIn("effort", {ScoreQuestion("ces", SurveyKind::kCes, kRequired, kCes), comment}),
      BuiltIn("recommendation", {ScoreQuestion("nps", SurveyKind::kNps, kRequired, kNps), comment}),
      BuiltIn("review", {ScoreQuestion("stars", SurveyKind::kCsat, kRequired, kStars),
                         OptionalQuestion("text", QuestionType::kText, kReviewText),
                         OptionalQuestion("media", QuestionType::kUpload, kPhotos)}),
  };
  surveys.back().purpose = Purpose::kProductReview;
  return surveys;
}

}  // namespace huiyin::survey
