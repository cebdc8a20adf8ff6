#include "services/aftersales/domain/policy/sentences.h"

#include "absl/strings/str_replace.h"
#include "libs/core/money.h"

namespace huiyin::aftersales {
namespace {

enum Case {
  kReturn,    // approved: send the goods, then {amount}
  kKeep,      // approved: keep the goods, {amount} comes
  kExchange,  // approved
  kRepair,    // approved
  kReview,    // a person decides
  kEvidence,  // a person decides; pictures are missing
  kTooLate,   // the window ended on {date}
  kNever,     // such goods cannot come back
  kNo,        // refused for another reason
  kCases
};

struct Language {
  std::string_view tag;  // primary subtag
  std::string_view sentences[kCases];
};

// {amount}: money, {days}: days to send the goods, {date}: end of the window.
constexpr Language kLanguages[] = {
    {"en",
     {"Your return is approved: please send the goods within {days} days, and {amount} will be "
      "refunded after we have inspected them.",
      "Your refund of {amount} is approved; you may keep the goods.",
      "Your exchange is approved: please send the goods within {days} days, and we will send the "
      "replacement after inspection.",
      "Your repair is approved: please send the goods within {days} days.",
      "Your request has been received; a colleague will look at it and tell you the result.",
      "Your request has been received; please add photos or a video so that a colleague can "
      "decide.",
      "We are sorry, the time for this request ended on {date}.",
      "We are sorry, goods of this kind cannot be returned for this reason.",
      "We are sorry, this request cannot be granted."}},
    {"zh",
     {"您的退货申请已通过，请在{days}天内寄回商品，验收后将退款{amount}。",
      "您的退款{amount}已通过，商品无需寄回。",
      "您的换货申请已通过，请在{days}天内寄回商品，验收后为您寄出新品。",
      "您的维修申请已通过，请在{days}天内寄回商品。",
      "您的申请已收到，客服人员审核后会告知您结果。",
      "您的申请已收到，请补充照片或视频，以便客服人员审核。",
      "很抱歉，该申请的期限已于{date}截止。", "很抱歉，此类商品不支持以该理由退换。",
      "很抱歉，该申请无法通过。"}},
    {"ja",
     {"返品を承認しました。{days}日以内に商品をお送りください。検品後に{amount}を返金いたします。",
      "{amount}の返金を承認しました。商品のご返送は不要です。",
      "交換を承認しました。{days}"
      "日以内に商品をお送りください。検品後に代わりの商品をお送りします。",
      "修理を承認しました。{days}日以内に商品をお送りください。",
      "お申し込みを受け付けました。担当者が確認し、結果をお知らせします。",
      "お申し込みを受け付けました。担当者が確認できるよう、写真または動画をお送りください。",
      "申し訳ございませんが、お申し込みの期限は{date}に終了しました。",
      "申し訳ございませんが、この種類の商品はこの理由では返品できません。",
      "申し訳ございませんが、お申し込みを承認できません。"}},
    {"ko",
     {"반품이 승인되었습니다. {days}일 이내에 상품을 보내 주시면 검수 후 {amount}을(를) 환불해 "
      "드립니다.",
      "{amount} 환불이 승인되었습니다. 상품은 보내지 않으셔도 됩니다.",
      "교환이 승인되었습니다. {days}일 이내에 상품을 보내 주시면 검수 후 교환 상품을 보내 "
      "드립니다.",
      "수리가 승인되었습니다. {days}일 이내에 상품을 보내 주세요.",
      "신청이 접수되었습니다. 담당자가 확인한 뒤 결과를 알려 드립니다.",
      "신청이 접수되었습니다. 담당자가 확인할 수 있도록 사진이나 동영상을 추가해 주세요.",
      "죄송합니다. 신청 기한이 {date}에 종료되었습니다.",
      "죄송합니다. 이 종류의 상품은 해당 사유로 반품할 수 없습니다.",
      "죄송합니다. 신청을 승인할 수 없습니다."}},
    {"es",
     {"Su devolución está aprobada: envíe los productos en un plazo de {days} días y le "
      "reembolsaremos {amount} tras revisarlos.",
      "Su reembolso de {amount} está aprobado; puede quedarse con los productos.",
      "Su cambio está aprobado: envíe los productos en un plazo de {days} días y le mandaremos el "
      "reemplazo tras revisarlos.",
      "Su reparación está aprobada: envíe los productos en un plazo de {days} días.",
      "Hemos recibido su solicitud; una persona la revisará y le comunicará el resultado.",
      "Hemos recibido su solicitud; añada fotos o un vídeo para que una persona pueda decidir.",
      "Lo sentimos, el plazo para esta solicitud terminó el {date}.",
      "Lo sentimos, los productos de este tipo no se pueden devolver por este motivo.",
      "Lo sentimos, no podemos aceptar esta solicitud."}},
    {"pt",
     {"A sua devolução foi aprovada: envie os produtos em até {days} dias e reembolsaremos "
      "{amount} "
      "após a inspeção.",
      "O seu reembolso de {amount} foi aprovado; pode ficar com os produtos.",
      "A sua troca foi aprovada: envie os produtos em até {days} dias e enviaremos o substituto "
      "após "
      "a inspeção.",
      "O seu reparo foi aprovado: envie os produtos em até {days} dias.",
      "Recebemos o seu pedido; uma pessoa vai analisá-lo e informar o resultado.",
      "Recebemos o seu pedido; acrescente fotos ou um vídeo para que uma pessoa possa decidir.",
      "Lamentamos, o prazo para este pedido terminou em {date}.",
      "Lamentamos, produtos deste tipo não podem ser devolvidos por este motivo.",
      "Lamentamos, este pedido não pode ser aceito."}},
    {"fr",
     {"Votre retour est accepté : envoyez les articles sous {days} jours et {amount} vous seront "
      "remboursés après contrôle.",
      "Votre remboursement de {amount} est accepté ; vous pouvez garder les articles.",
      "Votre échange est accepté : envoyez les articles sous {days} jours et nous expédierons le "
      "remplacement après contrôle.",
      "Votre réparation est acceptée : envoyez les articles sous {days} jours.",
      "Votre demande est bien reçue ; une personne va l'examiner et vous donner le résultat.",
      "Votre demande est bien reçue ; ajoutez des photos ou une vidéo pour qu'une personne puisse "
      "décider.",
      "Nous sommes désolés, le délai pour cette demande a pris fin le {date}.",
      "Nous sommes désolés, les articles de ce type ne peuvent pas être retournés pour ce motif.",
      "Nous sommes désolés, cette demande ne peut pas être acceptée."}},
    {"de",
     {"Ihre Rückgabe ist genehmigt: Bitte senden Sie die Ware innerhalb von {days} Tagen ein, nach "
      "der Prüfung erstatten wir {amount}.",
      "Ihre Erstattung von {amount} ist genehmigt; die Ware dürfen Sie behalten.",
      "Ihr Umtausch ist genehmigt: Bitte senden Sie die Ware innerhalb von {days} Tagen ein, nach "
      "der Prüfung senden wir Ersatz.",
      "Ihre Reparatur ist genehmigt: Bitte senden Sie die Ware innerhalb von {days} Tagen ein.",
      "Ihr Antrag ist eingegangen; eine Kollegin oder ein Kollege prüft ihn und teilt Ihnen das "
      "Ergebnis mit.",
      "Ihr Antrag ist eingegangen; bitte ergänzen Sie Fotos oder ein Video, damit wir entscheiden "
      "können.",
      "Es tut uns leid, die Frist für diesen Antrag endete am {date}.",
      "Es tut uns leid, Waren dieser Art können aus diesem Grund nicht zurückgegeben werden.",
      "Es tut uns leid, diesem Antrag können wir nicht entsprechen."}},
    {"ru",
     {"Ваш возврат одобрен: отправьте товар в течение {days} дней, и после проверки мы вернём "
      "{amount}.",
      "Возврат {amount} одобрен; товар можно оставить себе.",
      "Ваш обмен одобрен: отправьте товар в течение {days} дней, и после проверки мы вышлем "
      "замену.",
      "Ваш ремонт одобрен: отправьте товар в течение {days} дней.",
      "Ваша заявка получена; сотрудник рассмотрит её и сообщит результат.",
      "Ваша заявка получена; добавьте фото или видео, чтобы сотрудник мог принять решение.",
      "К сожалению, срок для этой заявки истёк {date}.",
      "К сожалению, товары этого вида нельзя вернуть по этой причине.",
      "К сожалению, эту заявку нельзя удовлетворить."}},
    {"vi",
     {"Yêu cầu trả hàng đã được chấp thuận: vui lòng gửi hàng trong {days} ngày, chúng tôi sẽ hoàn "
      "{amount} sau khi kiểm tra.",
      "Khoản hoàn tiền {amount} đã được chấp thuận; bạn có thể giữ lại hàng.",
      "Yêu cầu đổi hàng đã được chấp thuận: vui lòng gửi hàng trong {days} ngày, chúng tôi sẽ gửi "
      "hàng thay thế sau khi kiểm tra.",
      "Yêu cầu sửa chữa đã được chấp thuận: vui lòng gửi hàng trong {days} ngày.",
      "Chúng tôi đã nhận được yêu cầu; nhân viên sẽ xem xét và báo kết quả cho bạn.",
      "Chúng tôi đã nhận được yêu cầu; vui lòng bổ sung ảnh hoặc video để nhân viên quyết định.",
      "Rất tiếc, thời hạn cho yêu cầu này đã kết thúc vào {date}.",
      "Rất tiếc, loại hàng này không thể trả lại vì lý do này.",
      "Rất tiếc, yêu cầu này không thể được chấp thuận."}},
    {"th",
     {"อนุมัติการคืนสินค้าแล้ว กรุณาส่งสินค้าภายใน {days} วัน เราจะคืนเงิน {amount} หลังตรวจสอบสินค้า",
      "อนุมัติการคืนเงิน {amount} แล้ว คุณไม่ต้องส่งสินค้าคืน",
      "อนุมัติการเปลี่ยนสินค้าแล้ว กรุณาส่งสินค้าภายใน {days} วัน เราจะส่งสินค้าทดแทนหลังตรวจสอบ",
      "อนุมัติการซ่อมแล้ว กรุณาส่งสินค้าภายใน {days} วัน",
      "เราได้รับคำขอของคุณแล้ว เจ้าหน้าที่จะตรวจสอบและแจ้งผลให้ทราบ",
      "เราได้รับคำขอของคุณแล้ว กรุณาเพิ่มรูปภาพหรือวิดีโอเพื่อให้เจ้าหน้าที่พิจารณา",
      "ขออภัย กำหนดเวลาสำหรับคำขอนี้สิ้นสุดเมื่อ {date}", "ขออภัย สินค้าประเภทนี้ไม่สามารถคืนด้วยเหตุผลนี้ได้",
      "ขออภัย ไม่สามารถอนุมัติคำขอนี้ได้"}},
    {"id",
     {"Pengembalian Anda disetujui: mohon kirim barang dalam {days} hari, dan {amount} akan "
      "dikembalikan setelah kami memeriksanya.",
      "Pengembalian dana {amount} disetujui; Anda boleh menyimpan barangnya.",
      "Penukaran Anda disetujui: mohon kirim barang dalam {days} hari, dan kami akan mengirim "
      "penggantinya setelah pemeriksaan.",
      "Perbaikan Anda disetujui: mohon kirim barang dalam {days} hari.",
      "Permintaan Anda telah kami terima; petugas akan memeriksanya dan memberi tahu hasilnya.",
      "Permintaan Anda telah kami terima; mohon tambahkan foto atau video agar petugas dapat "
      "memutuskan.",
      "Maaf, batas waktu permintaan ini berakhir pada {date}.",
      "Maaf, barang jenis ini tidak dapat dikembalikan dengan alasan tersebut.",
      "Maaf, permintaan ini tidak dapat disetujui."}},
    {"ar",
     {"تمت الموافقة على الإرجاع: يرجى إرسال المنتجات خلال {days} يومًا، وسنعيد {amount} بعد فحصها.",
      "تمت الموافقة على استرداد {amount}؛ يمكنك الاحتفاظ بالمنتجات.",
      "تمت الموافقة على الاستبدال: يرجى إرسال المنتجات خلال {days} يومًا، وسنرسل البديل بعد الفحص.",
      "تمت الموافقة على الإصلاح: يرجى إرسال المنتجات خلال {days} يومًا.",
      "لقد استلمنا طلبك، وسيراجعه أحد الموظفين ويبلغك بالنتيجة.",
      "لقد استلمنا طلبك، يرجى إضافة صور أو فيديو ليتمكن الموظف من اتخاذ القرار.",
      "نأسف، انتهت مهلة هذا الطلب في {date}.",
      "نأسف، لا يمكن إرجاع منتجات من هذا النوع لهذا السبب.", "نأسف، لا يمكن قبول هذا الطلب."}},
};

const Language* Find(std::string_view tag) {
  const std::string_view primary = tag.substr(0, tag.find_first_of("-_"));
  for (const Language& language : kLanguages) {
    if (language.tag == primary) return &language;
  }
  return nullptr;
}

Case Pick(const LineFacts& line, const LineVerdict& verdict) {
  if (verdict.decision == Decision::kReview) {
    return verdict.reason == "NEEDS_EVIDENCE" ? kEvidence : kReview;
  }
  if (verdict.decision == Decision::kReject) {
    if (verdict.reason == "OUTSIDE_WINDOW") return kTooLate;
    return verdict.reason == "NON_RETURNABLE" ? kNever : kNo;
  }
  if (verdict.keep_goods) return kKeep;
  switch (line.kind) {
    case RmaKind::kExchange:
      return kExchange;
    case RmaKind::kRepair:
      return kRepair;
    default:
      return kReturn;
  }
}

std::string Say(const VerdictInputs& inputs, Case which, int64_t refund, int64_t ship_within_days,
                const std::optional<absl::Time>& window_ends_at) {
  const Language* language = Find(inputs.language);
  if (language == nullptr) language = Find("en");
  const std::string_view sentence = language->sentences[which];
  const std::string date =
      window_ends_at ? absl::FormatTime("%Y-%m-%d", *window_ends_at, absl::UTCTimeZone()) : "";
  return absl::StrReplaceAll(absl::string_view(sentence.data(), sentence.size()),
                             {{"{amount}", Money(refund, inputs.currency).ToString()},
                              {"{days}", std::to_string(ship_within_days)},
                              {"{date}", date}});
}

}  // namespace

bool HasSentences(std::string_view language) { return Find(language) != nullptr; }

std::string LineSentence(const VerdictInputs& inputs, const LineFacts& line,
                         const LineVerdict& verdict, int64_t ship_within_days) {
  return Say(inputs, Pick(line, verdict), verdict.refund, ship_within_days, verdict.window_ends_at);
}

std::string CustomerSentence(const VerdictInputs& inputs, const Verdict& verdict) {
  // The first line with the verdict's own decision speaks, with the money of all.
  for (size_t i = 0; i < verdict.lines.size(); ++i) {
    const LineVerdict& line = verdict.lines[i];
    if (line.decision != verdict.decision) continue;
    return Say(inputs, Pick(inputs.lines[i], line), verdict.refund, verdict.ship_within_days,
               line.window_ends_at);
  }
  return "";
}

}  // namespace huiyin::aftersales
