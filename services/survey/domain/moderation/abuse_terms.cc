// The lists themselves, written by the team. Words that are plain criticism ("rubbish", "骗子") or
// have an innocent meaning in a shop ("anjing", dog food) are left out on purpose: what is held
// back costs a person's time, and an angry buyer may be read.
#include "services/survey/domain/moderation/terms.h"

namespace huiyin::survey {

const TermSet& AbuseTerms() {
  static const TermSet* const kTerms = new TermSet({
      {"zh", {"傻逼",   "傻屄",   "傻b",    "煞笔",     "操你妈", "操你媽", "草泥马", "草你妈",
              "艹你",   "日你妈", "我日你", "干你娘",   "幹你娘", "你妈逼", "尼玛逼", "妈逼",
              "他妈的", "他媽的", "去你妈", "滚蛋",     "滾蛋",   "王八蛋", "狗娘养", "狗杂种",
              "狗雜種", "贱人",   "賤人",   "贱货",     "婊子",   "妓女",   "脑残",   "腦殘",
              "智障",   "死全家", "全家死", "不得好死", "去死吧", "弄死你", "杀了你", "殺了你",
              "砍死你", "靠北",   "機掰",   "cnm",      "nmsl",   "sb",     "强奸",   "強姦"}},
      {"en", {"fuck*",    "motherfuck*", "fck",       "fuk",      "shit",          "shits",
              "shitty",   "bullshit",    "dipshit*",  "asshole*", "arsehole*",     "bitch*",
              "cunt*",    "bastard*",    "dickhead*", "wanker*",  "twat*",         "retarded",
              "faggot*",  "nigger*",     "nigga*",    "whore*",   "slut",          "sluts",
              "piss off", "kys",         "go die",    "scumbag*", "kill yourself", "rape you"}},
      {"ja",
       {"死ね", "氏ね", "くたばれ", "殺すぞ", "ぶっ殺す", "クソ野郎", "くそ野郎", "糞野郎",
        "バカ野郎", "馬鹿野郎", "キチガイ", "きちがい", "クソ女", "売女"}},
      {"ko",
       {"씨발", "씨빨", "시발놈", "시발년", "씹새", "개새끼", "병신", "좆", "지랄", "미친놈",
        "미친년", "죽여버", "ㅅㅂ", "ㅂㅅ", "니애미"}},
      {"es",
       {"puta", "putas", "puto", "putos", "mierda", "gilipollas", "cabron*", "cabrón*", "pendej*",
        "hijo de puta", "hijueputa", "malparid*", "maricon*", "maricón*", "coño", "chinga tu",
        "culero*"}},
      {"pt",
       {"caralho", "porra", "filho da puta", "filha da puta", "arrombad*", "vai se foder", "buceta",
        "viado", "merda", "cuzao", "cuzão", "desgracad*", "desgraçad*", "vagabund*"}},
      {"fr",
       {"merde", "putain", "pute", "connard*", "connasse*", "salope*", "encule*", "enculé*",
        "ta gueule", "fils de pute", "batard*", "bâtard*", "va crever"}},
      {"de",
       {"scheiss*", "arschloch*", "hurensohn*", "wichser*", "fotze*", "schlampe*", "missgeburt*",
        "fick dich", "verpiss dich", "drecksau*", "stirb"}},
      {"ru", {"сука",   "суки",   "блядь",   "блять",   "бля",   "хуй*",  "хуё*",
              "хуев*",  "нахуй",  "пизд*",   "ебан*",   "ёбан*", "ебать", "заеб*",
              "мудак*", "пидор*", "гандон*", "сдохни*", "мразь", "cyka",  "blyat*"}},
      {"id",
       {"bangsat", "kontol", "memek", "ngentot", "goblok", "tolol", "brengsek", "jancok",
        "bajingan", "asu lu"}},
      {"vi",
       {"địt", "đụ má", "đù má", "đm", "đcm", "vcl", "vkl", "con đĩ", "lồn", "cặc", "chó chết",
        "đồ chó", "khốn nạn", "mất dạy"}},
      {"th", {"ควย", "เหี้ย", "ไอ้สัตว์", "ไอ้สัส", "เย็ดแม่", "ระยำ", "อีดอก", "ไปตายซะ", "ชาติหมา"}},
      {"ar",
       {"كس امك", "كس أمك", "شرموط*", "قحبة", "ابن الكلب", "يا كلب", "عاهر*", "منيوك", "يلعن",
        "ابن القحبة"}},
  });
  return *kTerms;
}

const TermSet& SolicitationTerms() {
  static const TermSet* const kTerms = new TermSet({
      {"zh", {"加微信",   "加我微信", "加个微信", "加薇",   "薇信",   "微信号", "加v",    "加我v",
              "加vx",     "加wx",     "vx号",     "加qq",   "qq群",   "进群领", "刷单",   "好评返",
              "晒图返",   "返现红包", "返现联系", "私聊我", "私信我", "兼职",   "扫码领", "扫码加",
              "加我好友", "招代理",   "低价出售", "加賴",   "加line"}},
      {"en",
       {"add me on", "dm me", "text me at", "whatsapp me", "my whatsapp", "my telegram",
        "message me on", "contact me on", "contact me at", "promo code", "discount code",
        "free gift card", "make money", "earn money", "work from home", "click here"}},
      {"ja", {"ライン追加", "line追加", "lineを追加", "友達追加", "副業", "dmください", "稼げ"}},
      {"ko", {"카톡추가", "카카오톡추가", "카톡주세요", "오픈채팅", "부업", "카톡아이디"}},
      {"es",
       {"mi whatsapp", "escribeme al", "escríbeme al", "contactame al", "contáctame al",
        "gana dinero"}},
      {"pt", {"meu whatsapp", "chama no whatsapp", "chama no zap", "ganhe dinheiro"}},
      {"fr", {"mon whatsapp", "contactez moi sur", "gagner de l'argent"}},
      {"de", {"mein whatsapp", "schreib mir auf", "geld verdienen"}},
      {"ru", {"мой телеграм", "мой телеграмм", "пишите в телеграм", "пишите в лс", "заработок в"}},
      {"id", {"hubungi wa", "wa saya", "chat wa", "kerja sampingan"}},
      {"vi", {"kết bạn zalo", "zalo của", "liên hệ zalo", "kiếm tiền"}},
      {"th", {"แอดไลน์", "ไอดีไลน์", "เพิ่มเพื่อน", "รายได้เสริม"}},
      {"ar", {"راسلني على", "رقمي واتس", "تواصل معي"}},
  });
  return *kTerms;
}

}  // namespace huiyin::survey
