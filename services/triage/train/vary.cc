#include "services/triage/train/vary.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace huiyin::triage::train {
namespace {

// Words of a line take each other's place. A line that begins with '=' lists words that are left
// alone: they hold shorter ones that mean something else there.
constexpr std::string_view kWords =
    "冰箱 洗衣机 空调 电视 热水器 油烟机 电饭锅 电饭煲 微波炉 烤箱 净水器 扫地机 吸尘器 空气净化器 "
    "加湿器 电风扇 洗碗机 电磁炉 榨汁机 豆浆机 跑步机 电暖器 电热毯 吹风机 剃须刀 饮水机\n"
    "手机 笔记本 平板 电脑 显示器 打印机 路由器 相机 摄像头 音箱 投影仪 手表 手环 游戏机 硬盘\n"
    "耳机 键盘 鼠标 充电宝 充电器 数据线 内存卡 u盘 移动电源 台灯 插座 手机壳 支架\n"
    "衣服 裤子 鞋子 鞋 外套 羽绒服 裙子 衬衫 毛衣 T恤 运动鞋 靴子 帽子 包包 睡衣 牛仔裤 袜子\n"
    "沙发 床垫 桌子 椅子 衣柜 书柜 茶几 鞋柜 窗帘 地毯 书桌\n"
    "奶粉 纸尿裤 尿不湿 牛奶 大米 食用油 坚果 零食 茶叶 水果 苹果 橙子 牛肉 海鲜 巧克力 饼干\n"
    "洗发水 沐浴露 洗衣液 面膜 口红 护肤品 牙膏 香水 面霜 粉底液 洗面奶\n"
    "猫粮 狗粮 猫砂 书 玩具 积木 锅 炒锅 水杯 保温杯 被子 四件套 枕头 毛巾 行李箱 雨伞 轮胎\n"
    "昨天 前天 大前天 上周 上周五 周一 周三 上个礼拜 前几天 这周一 十号 二十号\n"
    "明天 后天 周六 周末 礼拜天 下周一 大后天\n"
    "上午 下午 早上 中午 晚上\n"
    "两天 三天 四天 五天\n"
    "十天 半个月 二十天 一个月 两个星期 三周\n"
    "什么时候 啥时候 多久 何时 几时 哪天 多长时间\n"
    "怎么办 咋办 怎么弄 怎么处理 咋整 怎么解决\n"
    "为什么 为啥 为何\n"
    "可以吗 行吗 可以不 行不行 好吗 可不可以\n"
    "帮我 帮忙 麻烦\n"
    "你好 您好 亲 在吗 hi 请问 问一下 咨询一下\n"
    "我妈 我爸 我老婆 我老公 我朋友 我同事 老人 孩子\n"
    "黑色 白色 红色 蓝色 灰色 绿色 粉色 银色\n"
    "公司 单位 学校\n"
    "太差了 太坑了 真差劲 太气人了 无语了 太失望了 真服了\n"
    "很好 不错 挺好 很满意 非常好 特别好\n"
    "=手机号 手机号码 手机端 手机上 鞋码 书面 锅炉 苹果手机 苹果端 麻烦事 "
    "怎么样 不怎么 怎么着 没多久 不久 公司名 公司抬头 公司名称 包装 证书 说明书 秘书 书写 电脑端 "
    "电脑上 亲自 亲戚 父亲 母亲 亲人 亲情 换鞋子 保修 单位名称 多久没 平板车\n";

struct Word {
  std::string_view text;
  std::size_t group;  // of Groups(), or kFixed
};
constexpr std::size_t kFixed = SIZE_MAX;

struct Thesaurus {
  std::vector<std::vector<std::string_view>> groups;
  std::vector<Word> words;  // longest first

  Thesaurus() {
    for (absl::string_view line :
         absl::StrSplit(absl::string_view(kWords.data(), kWords.size()), '\n')) {
      const bool fixed = absl::ConsumePrefix(&line, "=");
      std::vector<std::string_view> group;
      for (const absl::string_view word : absl::StrSplit(line, ' ', absl::SkipEmpty())) {
        group.emplace_back(word.data(), word.size());
        words.push_back({group.back(), fixed ? kFixed : groups.size()});
      }
      if (!fixed) groups.push_back(std::move(group));
    }
    std::stable_sort(words.begin(), words.end(),
                     [](const Word& a, const Word& b) { return a.text.size() > b.text.size(); });
  }

  // The longest word that `text` begins with, or null.
  const Word* At(std::string_view text) const {
    for (const Word& word : words) {
      if (text.starts_with(word.text)) return &word;
    }
    return nullptr;
  }
};

}  // namespace

std::string Vary(std::string_view text, Rng* rng) {
  static const Thesaurus kThesaurus;
  std::string varied;
  while (!text.empty()) {
    const Word* word = kThesaurus.At(text);
    if (word == nullptr) {
      varied += text.front();
      text.remove_prefix(1);
      continue;
    }
    std::string_view said = word->text;
    if (word->group != kFixed && rng->Next() % 2 == 0) {
      const auto& group = kThesaurus.groups[word->group];
      said = group[rng->Next() % group.size()];
    }
    varied += said;
    text.remove_prefix(word->text.size());
  }
  return varied;
}

}  // namespace huiyin::triage::train
