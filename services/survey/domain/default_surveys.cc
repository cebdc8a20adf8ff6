// The surveys every tenant starts with. A changed text or question is a new version: keep the old
// one in the list while its answers are of interest.
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

}  // namespace

std::vector<Survey> DefaultSurveys() {
  constexpr bool kRequired = true, kOptional = false;
  const Question nps = {"nps", SurveyKind::kNps, kOptional, kNps};
  const Question comment = {"comment", std::nullopt, kOptional, kComment};
  return {
      {"ticket",
       1,
       SurveyKind::kCsat,
       {{"csat", SurveyKind::kCsat, kRequired, kTicketCsat}, nps, comment}},
      {"rma",
       1,
       SurveyKind::kCsat,
       {{"csat", SurveyKind::kCsat, kRequired, kRmaCsat}, nps, comment}},
      {"effort", 1, SurveyKind::kCes, {{"ces", SurveyKind::kCes, kRequired, kCes}, comment}},
      {"recommendation",
       1,
       SurveyKind::kNps,
       {{"nps", SurveyKind::kNps, kRequired, kNps}, comment}},
  };
}

}  // namespace huiyin::survey
