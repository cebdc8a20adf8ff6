#include "deploy/gateway_sim/keys.h"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::gateway_sim {
namespace {

// The file's contents without the line end; empty when there is no such file.
std::string ReadFile(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  std::string contents = text.str();
  while (!contents.empty() && contents.back() == '\n') contents.pop_back();
  return contents;
}

absl::Status WriteFile(const std::string& file, const std::string& contents) {
  std::ofstream out(file, std::ios::binary);
  ::chmod(file.c_str(), S_IRUSR | S_IWUSR);
  out << contents << "\n";
  out.flush();
  return out.good() ? absl::OkStatus() : absl::UnavailableError("cannot write " + file);
}

// The secret of that name; `made` is written when there is none.
absl::StatusOr<std::string> SecretIn(const std::string& file, const std::string& made) {
  const std::string found = ReadFile(file);
  if (!found.empty()) return found;
  HUIYIN_RETURN_IF_ERROR(WriteFile(file, made));
  return made;
}

absl::StatusOr<crypto::RsaPrivateKey> KeyIn(const std::string& folder, const std::string& name) {
  const std::string file = absl::StrCat(folder, "/", name);
  std::string pem = ReadFile(file + ".pem");
  if (pem.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const crypto::RsaPrivateKey made, crypto::RsaPrivateKey::Generate());
    HUIYIN_ASSIGN_OR_RETURN(pem, made.ToPem());
    HUIYIN_ASSIGN_OR_RETURN(const std::string open, made.PublicPem());
    HUIYIN_RETURN_IF_ERROR(WriteFile(file + ".pem", pem));
    HUIYIN_RETURN_IF_ERROR(WriteFile(file + "_public.pem", open));
  }
  return crypto::RsaPrivateKey::FromPem(pem);
}

}  // namespace

absl::StatusOr<Keys> Keys::InFolder(const std::string& folder, const std::string& secret) {
  HUIYIN_ASSIGN_OR_RETURN(crypto::RsaPrivateKey merchant, KeyIn(folder, "merchant"));
  HUIYIN_ASSIGN_OR_RETURN(crypto::RsaPrivateKey gateway, KeyIn(folder, "gateway"));
  // What is secret in the others may follow from the gateway's own key: it never leaves the folder.
  HUIYIN_ASSIGN_OR_RETURN(const std::string seed, gateway.Sign("secrets of the simulator"));
  std::string letters;
  for (const char c : seed) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c))) letters.push_back(c);
  }
  Keys keys{.secret = secret, .merchant = std::move(merchant), .gateway = std::move(gateway)};
  HUIYIN_RETURN_IF_ERROR(SecretIn(folder + "/signed_http.secret", secret).status());
  HUIYIN_ASSIGN_OR_RETURN(keys.stripe_key,
                          SecretIn(folder + "/stripe.key", "sk_test_" + letters.substr(0, 24)));
  HUIYIN_ASSIGN_OR_RETURN(keys.stripe_webhook, SecretIn(folder + "/stripe_webhook.secret",
                                                        "whsec_" + letters.substr(24, 32)));
  HUIYIN_ASSIGN_OR_RETURN(keys.api_v3_key,
                          SecretIn(folder + "/api_v3.key", letters.substr(64, 32)));
  return keys;
}

}  // namespace huiyin::gateway_sim
