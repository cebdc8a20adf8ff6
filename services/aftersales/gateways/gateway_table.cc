#include "services/aftersales/gateways/gateway_table.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "libs/core/status.h"
#include "libs/crypto/aes_gcm.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/gateways/alipay.h"
#include "services/aftersales/gateways/stripe.h"
#include "services/aftersales/gateways/wechat_pay.h"

namespace huiyin::aftersales {
namespace {

// Alipay and WeChat Pay know a refund by its number for as long as it can be asked about.
constexpr absl::Duration kForAsLongAsItMatters = absl::Hours(24 * 365);

absl::Status Unusable(const std::string& where, const std::string& why) {
  return absl::InvalidArgumentError(Concat("gateways: ", where, ": ", why));
}

// The settings of one gateway. Remembers the first thing that is wrong, and which keys were read.
class Fields {
 public:
  Fields(std::string name, const YAML::Node& node, std::string folder)
      : name_(std::move(name)), node_(node), folder_(std::move(folder)) {}

  std::string Text(const std::string& key) {
    read_.insert(key);
    const YAML::Node value = node_[key];
    if (!value || !value.IsScalar() || value.Scalar().empty()) {
      Fail(key, "is missing");
      return "";
    }
    return value.Scalar();
  }
  // Contents of the file that `key` names, without the line end.
  std::string File(const std::string& key) {
    const std::string name = Text(key);
    if (name.empty()) return "";
    std::ifstream in(std::filesystem::path(folder_) / name, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    std::string contents = text.str();
    while (!contents.empty() && (contents.back() == '\n' || contents.back() == '\r')) {
      contents.pop_back();
    }
    if (!in || contents.empty()) Fail(key, "names a file that cannot be read or is empty");
    return contents;
  }
  absl::Duration Duration(const std::string& key, absl::Duration standard) {
    read_.insert(key);
    const YAML::Node value = node_[key];
    if (!value) return standard;
    absl::Duration duration;
    if (!value.IsScalar() || !absl::ParseDuration(value.Scalar(), &duration) ||
        duration <= absl::ZeroDuration()) {
      Fail(key, "is not a duration such as 24h");
    }
    return duration;
  }
  template <class Key>
  std::optional<Key> PemFile(const std::string& key) {
    absl::StatusOr<Key> made = Key::FromPem(File(key));
    if (made.ok()) return *std::move(made);
    Fail(key, std::string(made.status().message()));
    return std::nullopt;
  }
  void Fail(const std::string& key, const std::string& why) {
    if (status_.ok()) status_ = Unusable(Concat(name_, ".", key), why);
  }
  // What was wrong, keys that nobody asked for included.
  absl::Status End() {
    for (const auto& each : node_) {
      const std::string key = each.first.as<std::string>();
      if (!read_.contains(key)) Fail(key, "is not a setting of this protocol");
    }
    return status_;
  }

 private:
  const std::string name_;
  const YAML::Node node_;
  const std::string folder_;
  std::set<std::string> read_;
  absl::Status status_;
};

std::shared_ptr<const Protocol> MakeSignedHttp(Fields& fields, IdGenerator&) {
  return std::make_shared<SignedHttp>(
      SignedHttpOptions{.url = fields.Text("url"), .secret = fields.File("secret_file")});
}

std::shared_ptr<const Protocol> MakeStripe(Fields& fields, IdGenerator&) {
  return std::make_shared<Stripe>(
      StripeOptions{.url = fields.Text("url"),
                    .secret_key = fields.File("secret_key_file"),
                    .webhook_secret = fields.File("webhook_secret_file")});
}

std::shared_ptr<const Protocol> MakeAlipay(Fields& fields, IdGenerator&) {
  std::string url = fields.Text("url");
  std::string app = fields.Text("app_id");
  auto merchant = fields.PemFile<crypto::RsaPrivateKey>("merchant_key_file");
  auto alipay = fields.PemFile<crypto::RsaPublicKey>("gateway_key_file");
  if (!merchant || !alipay) return nullptr;
  return std::make_shared<Alipay>(AlipayOptions{.url = std::move(url),
                                                .app_id = std::move(app),
                                                .merchant_key = *std::move(merchant),
                                                .alipay_key = *std::move(alipay)});
}

std::shared_ptr<const Protocol> MakeWechatPay(Fields& fields, IdGenerator& ids) {
  std::string url = fields.Text("url");
  std::string merchant_id = fields.Text("merchant_id");
  std::string merchant_serial = fields.Text("merchant_serial");
  std::string platform_serial = fields.Text("gateway_serial");
  std::string api_v3_key = fields.File("api_v3_key_file");
  if (api_v3_key.size() != crypto::kAesKeyBytes) fields.Fail("api_v3_key_file", "needs 32 bytes");
  auto merchant = fields.PemFile<crypto::RsaPrivateKey>("merchant_key_file");
  auto platform = fields.PemFile<crypto::RsaPublicKey>("gateway_key_file");
  if (!merchant || !platform) return nullptr;
  return std::make_shared<WechatPay>(WechatPayOptions{.url = std::move(url),
                                                      .merchant_id = std::move(merchant_id),
                                                      .merchant_serial = std::move(merchant_serial),
                                                      .merchant_key = *std::move(merchant),
                                                      .platform_serial = std::move(platform_serial),
                                                      .platform_key = *std::move(platform),
                                                      .api_v3_key = std::move(api_v3_key)},
                                     ids);
}

using Maker = std::shared_ptr<const Protocol> (*)(Fields&, IdGenerator&);
// In the order of GatewayProtocol.
constexpr Maker kMakers[] = {MakeSignedHttp, MakeStripe, MakeAlipay, MakeWechatPay};

absl::StatusOr<GatewayEntry> MakeEntry(const std::string& name, const YAML::Node& node,
                                       const std::string& folder, absl::Duration key_retention,
                                       IdGenerator& ids) {
  if (!node.IsMap()) return Unusable(name, "must be a map");
  Fields fields(name, node, folder);
  const std::optional<GatewayProtocol> kind = ProtocolNamed(fields.Text("protocol"));
  if (!kind) {
    return Unusable(name + ".protocol", "must be signed_http, stripe, alipay or wechat_pay");
  }
  const bool remembers = *kind == GatewayProtocol::kAlipay || *kind == GatewayProtocol::kWechatPay;
  GatewayEntry entry{.protocol = kMakers[static_cast<int>(*kind)](fields, ids), .kind = *kind};
  entry.key_retention =
      fields.Duration("key_retention", remembers ? kForAsLongAsItMatters : key_retention);
  HUIYIN_RETURN_IF_ERROR(fields.End());
  return entry;
}

absl::StatusOr<GatewayEntries> ReadGateways(const std::string& file, absl::Duration key_retention,
                                            IdGenerator& ids) {
  const YAML::Node root = YAML::LoadFile(file);
  const YAML::Node gateways = root["gateways"];
  if (!gateways || !gateways.IsMap()) return Unusable(file, "has no map `gateways`");
  const std::string folder = std::filesystem::path(file).parent_path().string();
  GatewayEntries entries;
  for (const auto& each : gateways) {
    const auto name = each.first.as<std::string>();
    HUIYIN_ASSIGN_OR_RETURN(entries[name],
                            MakeEntry(name, each.second, folder, key_retention, ids));
  }
  return entries;
}

}  // namespace

absl::StatusOr<GatewayEntries> LoadGateways(const std::string& file, absl::Duration key_retention,
                                            IdGenerator& ids) {
  try {
    return ReadGateways(file, key_retention, ids);
  } catch (const YAML::Exception& problem) {
    return Unusable(file, Concat("line ", problem.mark.line + 1, ": not usable YAML"));
  }
}

GatewayRules RulesOf(const GatewayEntries& entries) {
  std::map<std::string, GatewayProtocol, std::less<>> protocols;
  for (const auto& [name, entry] : entries) protocols.emplace(name, entry.kind);
  return GatewayRules(std::move(protocols));
}

GatewayTable::GatewayTable(const GatewayEntries& entries, SignedHttpOptions others,
                           const HttpCaller::Options& calls, const Clock& clock)
    : caller_(std::make_unique<HttpCaller>(calls)) {
  for (const auto& [name, entry] : entries) {
    gateways_.emplace(std::piecewise_construct, std::forward_as_tuple(name),
                      std::forward_as_tuple(entry.protocol, *caller_, clock));
  }
  others_ = std::make_unique<HttpGateway>(std::make_shared<SignedHttp>(std::move(others)), *caller_,
                                          clock);
}

PaymentGateway& GatewayTable::Of(std::string_view gateway) {
  const auto found = gateways_.find(gateway);
  return found == gateways_.end() ? *others_ : found->second;
}

void GatewayTable::Refund(const GatewayRefund& refund, Done done) {
  Of(refund.gateway).Refund(refund, std::move(done));
}

void GatewayTable::Find(const GatewayRefund& refund, Done done) {
  Of(refund.gateway).Find(refund, std::move(done));
}

absl::StatusOr<GatewayNotice> GatewayTable::ReadNotice(const RawNotice& notice) {
  return Of(notice.gateway).ReadNotice(notice);
}

}  // namespace huiyin::aftersales
